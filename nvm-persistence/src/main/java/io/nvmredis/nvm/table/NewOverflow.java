package io.nvmredis.nvm.table;

import io.nvmredis.nvm.format.BucketDescriptor;
import java.util.Arrays;

/**
 * Overflow buckets for the slots of a batch for which the chain of their bucket has no room. Nothing links to them until all
 * of them are durable; so a batch needs one drain for them. Only the writer uses it.
 */
final class NewOverflow {
    /** Allocates empty overflow buckets. */
    interface Allocator {
        long allocate();
    }

    /** Appends an overflow bucket to the chain of a bucket. */
    interface Linker {
        void link(long bucket, long overflowBucket);
    }

    private static final int INITIAL_CAPACITY = 64;

    private final BucketArray overflow;
    private long[] buckets = new long[INITIAL_CAPACITY];
    private long[] firsts = new long[INITIAL_CAPACITY];
    private long[] lasts = new long[INITIAL_CAPACITY];
    /** Number of slots used in the last overflow bucket of each. */
    private int[] usedCounts = new int[INITIAL_CAPACITY];
    /** Index of each bucket, plus one: a hash table with open addressing, never more than half full. */
    private int[] places = new int[2 * INITIAL_CAPACITY];

    private int count;

    NewOverflow(BucketArray overflow) {
        this.overflow = overflow;
    }

    boolean isEmpty() {
        return count == 0;
    }

    private int placeOf(long bucket) {
        int mask = places.length - 1;
        int place = Long.hashCode(bucket * 0x9e3779b97f4a7c15L) & mask;
        while (places[place] != 0 && buckets[places[place] - 1] != bucket) {
            place = (place + 1) & mask;
        }
        return place;
    }

    /** Puts a slot into an overflow bucket that will continue the chain of a bucket. */
    void add(long bucket, long slot, Allocator allocator) {
        int place = placeOf(bucket);
        if (places[place] == 0) {
            addBucket(bucket, allocator.allocate());
        } else if (usedCounts[places[place] - 1] == BucketDescriptor.SLOT_COUNT) {
            continueLast(places[place] - 1, allocator.allocate());
        }
        int index = places[placeOf(bucket)] - 1;
        overflow.putSlot(lasts[index], usedCounts[index]++, slot);
        overflow.changed(lasts[index]);
    }

    private void addBucket(long bucket, long made) {
        if (count == buckets.length) {
            grow();
        }
        buckets[count] = bucket;
        firsts[count] = made;
        lasts[count] = made;
        usedCounts[count] = 0;
        places[placeOf(bucket)] = ++count;
    }

    private void continueLast(int index, long made) {
        overflow.putLink(lasts[index], made);
        overflow.changed(lasts[index]);
        lasts[index] = made;
        usedCounts[index] = 0;
    }

    private void grow() {
        buckets = Arrays.copyOf(buckets, 2 * count);
        firsts = Arrays.copyOf(firsts, 2 * count);
        lasts = Arrays.copyOf(lasts, 2 * count);
        usedCounts = Arrays.copyOf(usedCounts, 2 * count);
        places = new int[4 * count];
        for (int index = 0; index < count; index++) {
            places[placeOf(buckets[index])] = index + 1;
        }
    }

    /** Calls the linker for each bucket, when the overflow buckets are durable, and forgets them. */
    void linkAll(Linker linker) {
        for (int index = 0; index < count; index++) {
            linker.link(buckets[index], firsts[index]);
        }
        Arrays.fill(places, 0);
        count = 0;
    }
}
