package io.nvmredis.nvm.table;

import io.nvmredis.nvm.format.SlotDescriptor;
import java.util.Arrays;

/**
 * Changes of slots that wait to be published together, at most one per key hash: a further change of a slot is merged
 * into the first. Only the writer uses it.
 */
final class Batch {
    /**
     * Number of changes at which the batch is full: enough to make its persists cheap, and few enough for the hash
     * table to stay in the processor's cache, and for the changes to be redone at once when the table is opened.
     */
    private static final int MAX_COUNT = 1 << 14;

    private final NumberIndex hashes = new NumberIndex();
    private long[] oldSlots = new long[NumberIndex.INITIAL_CAPACITY];
    private long[] newSlots = new long[NumberIndex.INITIAL_CAPACITY];
    private int addedCount;

    /** Returns the index of the change of this hash, or a negative number. */
    int indexOf(long hash) {
        return hashes.indexOf(hash);
    }

    /**
     * Adds a change of a slot. The old slot must be the one in the index, or the new slot of the change before; zero
     * stands for no slot.
     */
    void put(long hash, long oldSlot, long newSlot) {
        int count = hashes.count();
        int index = hashes.indexOrAdd(hash);
        if (index < count) {
            if (newSlots[index] != oldSlot) {
                throw new IllegalStateException("two keys of one hash in a batch");
            }
            newSlots[index] = newSlot;
            return;
        }
        if (index == oldSlots.length) {
            oldSlots = Arrays.copyOf(oldSlots, 2 * count);
            newSlots = Arrays.copyOf(newSlots, 2 * count);
        }
        oldSlots[index] = oldSlot;
        newSlots[index] = newSlot;
        addedCount += oldSlot == SlotDescriptor.EMPTY ? 1 : 0;
    }

    int count() {
        return hashes.count();
    }

    boolean isFull() {
        return hashes.count() >= MAX_COUNT;
    }

    /** Returns how many of the changes need a new slot. */
    int addedCount() {
        return addedCount;
    }

    long hash(int index) {
        return hashes.number(index);
    }

    long oldSlot(int index) {
        return oldSlots[index];
    }

    long newSlot(int index) {
        return newSlots[index];
    }

    void clear() {
        hashes.clear();
        addedCount = 0;
    }
}
