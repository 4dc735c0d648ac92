package io.nvmredis.nvm.table;

import io.nvmredis.nvm.format.Damage;
import io.nvmredis.nvm.format.SlotDescriptor;
import io.nvmredis.nvm.heap.Heap;
import io.nvmredis.nvm.heap.HeapRecord;
import io.nvmredis.nvm.heap.RecordHeader;

/**
 * A key that is looked for, and what is found of it: the slot, and the newest record that it points at. Made to be
 * reused; belongs to one thread.
 */
final class Located implements SlotVisitor {
    private static final byte[] NO_KEY = {};

    private final Heap heap;
    private final long tableId;
    private final HeapRecord record = new HeapRecord();
    private long hash;
    private int database;
    private byte[] key = NO_KEY;
    private int keyOffset;
    private int keyLength;
    private long slot;

    Located(Heap heap, long tableId) {
        this.heap = heap;
        this.tableId = tableId;
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

    /**
     * Whether a slot is the key's: it is found then. A record of another key must at least be one that the slot may be
     * of: a good record at a wrong place, as where one page is written over another, is no reason to say that there is no
     * such key.
     */
    @Override
    public boolean isDone(long candidate) {
        heap.read(SlotDescriptor.position(candidate), record);
        if (!record.isOf(database, key, keyOffset, keyLength)) {
            requireTag(candidate, record, hashOfRecord());
            return false;
        }
        slot = candidate;
        return true;
    }

    /**
     * Sees to it that a slot can be that of the record that it points at, whose key has this hash.
     *
     * @throws io.nvmredis.spi.errors.PersistenceException if it cannot
     */
    static void requireTag(long slot, HeapRecord record, long hashOfRecord) {
        long tag = hashOfRecord & SlotDescriptor.TAG_MASK;
        if (tag != SlotDescriptor.tag(slot)) {
            throw Damage.damaged(
                    record.path(),
                    record.offset(),
                    "the record of a key with tag " + Damage.hex(SlotDescriptor.tag(slot)),
                    "one of another, with tag " + Damage.hex(tag));
        }
    }

    private long hashOfRecord() {
        RecordHeader header = record.header();
        return KeyHash.of(tableId, header.database(), record.keyBytes(), record.keyOffset(), header.keyLength());
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
