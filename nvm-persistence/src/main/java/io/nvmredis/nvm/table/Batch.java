package io.nvmredis.nvm.table;

import io.nvmredis.nvm.format.SlotDescriptor;
import java.util.Arrays;

/**
 * Changes of slots that wait to be published together, one at most of each key: a further change of a slot becomes one
 * with the first. The writer's.
 */
final class Batch {
    /**
     * Changes that are published at the latest: enough to make the persists of a batch cheap, few enough for the hash
     * table to stay in the processor's cache, and to be done again at once when the table is opened.
     */
    private static final int MAX_COUNT = 1 << 14;

    private static final int INITIAL_CAPACITY = 64;
    private static final int NONE = -1;

    private long[] hashes = new long[INITIAL_CAPACITY];
    private long[] oldSlots = new long[INITIAL_CAPACITY];
    private long[] newSlots = new long[INITIAL_CAPACITY];
    /** Where each hash is, plus one; a hash table with open addressing, never more than half full. */
    private int[] places = new int[2 * INITIAL_CAPACITY];

    private int count;
    private int addedCount;

    private int placeOf(long hash) {
        int mask = places.length - 1;
        int place = (int) (hash ^ (hash >>> 32)) & mask;
        while (places[place] != 0 && hashes[places[place] - 1] != hash) {
            place = (place + 1) & mask;
        }
        return place;
    }

    /** Which change is of this hash, or a negative number. */
    int indexOf(long hash) {
        return count == 0 ? NONE : places[placeOf(hash)] - 1;
    }

    /** Changes a slot, which is as the index or the change before has it; zero is no slot. */
    void put(long hash, long oldSlot, long newSlot) {
        int place = placeOf(hash);
        if (places[place] != 0) {
            int index = places[place] - 1;
            if (newSlots[index] != oldSlot) {
                throw new IllegalStateException("two keys of one hash in a batch");
            }
            newSlots[index] = newSlot;
            return;
        }
        if (count == hashes.length) {
            grow();
            place = placeOf(hash);
        }
        hashes[count] = hash;
        oldSlots[count] = oldSlot;
        newSlots[count] = newSlot;
        addedCount += oldSlot == SlotDescriptor.EMPTY ? 1 : 0;
        places[place] = ++count;
    }

    private void grow() {
        hashes = Arrays.copyOf(hashes, 2 * count);
        oldSlots = Arrays.copyOf(oldSlots, 2 * count);
        newSlots = Arrays.copyOf(newSlots, 2 * count);
        places = new int[4 * count];
        for (int index = 0; index < count; index++) {
            places[placeOf(hashes[index])] = index + 1;
        }
    }

    int count() {
        return count;
    }

    boolean isFull() {
        return count >= MAX_COUNT;
    }

    /** How many of the changes need a new slot. */
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
        // A small batch must not pay for a large one before it.
        if (count < places.length / 16) {
            clearOneByOne();
        } else {
            Arrays.fill(places, 0);
        }
        count = 0;
        addedCount = 0;
    }

    private void clearOneByOne() {
        // From the last to the first: what was stepped over when a hash was placed is still there when it is found.
        for (int index = count - 1; index >= 0; index--) {
            places[placeOf(hashes[index])] = 0;
        }
    }
}
