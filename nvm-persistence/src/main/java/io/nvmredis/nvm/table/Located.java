package io.nvmredis.nvm.table;

import io.nvmredis.nvm.format.Damage;
import io.nvmredis.nvm.format.SlotDescriptor;
import io.nvmredis.nvm.heap.Heap;
import io.nvmredis.nvm.heap.HeapRecord;
import io.nvmredis.nvm.heap.RecordHeader;

/** Key that is looked up, with its slot and its newest record if they are found. Reused; one thread. */
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

    /** Sets the key to look up, of which nothing is found yet. The bytes are not copied. */
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
     * Returns whether a slot is the key's, which is then found. A record of another key must have the slot's tag: a
     * good record at a wrong place, as where one page has been written over another, must not make the key seem to be
     * missing.
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
     * Checks that a slot can belong to the record that it points at, whose key has this hash.
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

    /** Returns whether the index has the key; its newest record may be a tombstone or flushed. */
    boolean isFound() {
        return slot != SlotDescriptor.EMPTY;
    }

    long hash() {
        return hash;
    }

    int database() {
        return database;
    }

    /** Returns the array that holds the key from {@link #keyOffset} on. */
    byte[] key() {
        return key;
    }

    int keyOffset() {
        return keyOffset;
    }

    int keyLength() {
        return keyLength;
    }

    /** Returns the key's slot; empty if it has none. */
    long slot() {
        return slot;
    }

    long position() {
        return SlotDescriptor.position(slot);
    }

    /** Returns the key's newest record, if the key is found. */
    HeapRecord record() {
        return record;
    }
}
