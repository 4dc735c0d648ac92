package io.nvmredis.nvm.table;

import io.nvmredis.nvm.format.SlotDescriptor;
import io.nvmredis.nvm.heap.Heap;
import io.nvmredis.nvm.heap.HeapRecord;

/**
 * A key that is looked for, and what is found of it: the slot, and the newest record that it points at. Made to be
 * reused; belongs to one thread.
 */
final class Located implements SlotVisitor {
    private static final byte[] NO_KEY = {};

    private final Heap heap;
    private final HeapRecord record = new HeapRecord();
    private long hash;
    private int database;
    private byte[] key = NO_KEY;
    private int keyOffset;
    private int keyLength;
    private long slot;

    Located(Heap heap) {
        this.heap = heap;
    }

    /** Becomes a key of which nothing is found yet. The bytes are not copied. */
    Located of(long newHash, int newDatabase, byte[] newKey, int offset, int length) {
        hash = newHash;
        database = newDatabase;
        key = newKey;
        keyOffset = offset;
        keyLength = length;
        slot = SlotDescriptor.EMPTY;
        return this;
    }

    /** Whether a slot is the key's: it is found then. */
    @Override
    public boolean isDone(long candidate) {
        heap.read(SlotDescriptor.position(candidate), record);
        if (!record.isOf(database, key, keyOffset, keyLength)) {
            return false;
        }
        slot = candidate;
        return true;
    }

    /** Whether the index has the key, dead or alive. */
    boolean isFound() {
        return slot != SlotDescriptor.EMPTY;
    }

    long hash() {
        return hash;
    }

    int database() {
        return database;
    }

    /** Holds the key, from {@link #keyOffset} on. */
    byte[] key() {
        return key;
    }

    int keyOffset() {
        return keyOffset;
    }

    int keyLength() {
        return keyLength;
    }

    /** The key's slot; empty if it has none. */
    long slot() {
        return slot;
    }

    long position() {
        return SlotDescriptor.position(slot);
    }

    /** The key's newest record, if it is found. */
    HeapRecord record() {
        return record;
    }
}
