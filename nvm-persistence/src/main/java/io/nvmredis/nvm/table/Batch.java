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

    private static final int INITIAL_CAPACITY = 64;
    private static final int NONE = -1;

    private long[] hashes = new long[INITIAL_CAPACITY];
    private long[] oldSlots = new long[INITIAL_CAPACITY];
    private long[] newSlots = new long[INITIAL_CAPACITY];
    /** Index of each hash's change, plus one; a hash table with open addressing, never more than half full. */
    private int[] cells = new int[2 * INITIAL_CAPACITY];

    private int count;
    private int addedCount;

    private int cellOf(long hash) {
        int mask = cells.length - 1;
        int cell = (int) (hash ^ (hash >>> 32)) & mask;
        while (cells[cell] != 0 && hashes[cells[cell] - 1] != hash) {
            cell = (cell + 1) & mask;
        }
        return cell;
    }

    /** Returns the index of the change of this hash, or a negative number. */
    int indexOf(long hash) {
        return count == 0 ? NONE : cells[cellOf(hash)] - 1;
    }

    /**
     * Adds a change of a slot. The old slot must be the one in the index, or the new slot of the change before; zero
     * stands for no slot.
     */
    void put(long hash, long oldSlot, long newSlot) {
        int cell = cellOf(hash);
        if (cells[cell] != 0) {
            int index = cells[cell] - 1;
            if (newSlots[index] != oldSlot) {
                throw new IllegalStateException("two keys of one hash in a batch");
            }
            newSlots[index] = newSlot;
            return;
        }
        if (count == hashes.length) {
            grow();
            cell = cellOf(hash);
        }
        hashes[count] = hash;
        oldSlots[count] = oldSlot;
        newSlots[count] = newSlot;
        addedCount += oldSlot == SlotDescriptor.EMPTY ? 1 : 0;
        cells[cell] = ++count;
    }

    private void grow() {
        hashes = Arrays.copyOf(hashes, 2 * count);
        oldSlots = Arrays.copyOf(oldSlots, 2 * count);
        newSlots = Arrays.copyOf(newSlots, 2 * count);
        cells = new int[4 * count];
        for (int index = 0; index < count; index++) {
            cells[cellOf(hashes[index])] = index + 1;
        }
    }

    int count() {
        return count;
    }

    boolean isFull() {
        return count >= MAX_COUNT;
    }

    /** Returns how many of the changes need a new slot. */
    int addedCount() {
        return addedCount;
    }

    long hash(int index) {
        return hashes[index];
    }

    long oldSlot(int index) {
        return oldSlots[index];
    }

    long newSlot(int index) {
        return newSlots[index];
    }

    void clear() {
        // Clearing a small batch must not take as long as clearing a large one before it.
        if (count < cells.length / 16) {
            clearOneByOne();
        } else {
            Arrays.fill(cells, 0);
        }
        count = 0;
        addedCount = 0;
    }

    private void clearOneByOne() {
        // From the last to the first, so that all the hashes that were stepped over when a hash was added are still
        // there when it is searched for.
        for (int index = count - 1; index >= 0; index--) {
            cells[cellOf(hashes[index])] = 0;
        }
    }
}
