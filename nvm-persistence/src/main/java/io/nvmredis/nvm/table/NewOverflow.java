package io.nvmredis.nvm.table;

import io.nvmredis.nvm.format.BucketDescriptor;
import java.util.Arrays;
import java.util.function.LongSupplier;

/**
 * Overflow buckets for the slots of a batch for which the chain of their bucket has no room. Nothing links to them until all
 * of them are durable; so a batch needs one drain for them. Only the writer uses it.
 */
final class NewOverflow {
    /** Appends an overflow bucket to the chain of a bucket. */
    interface Linker {
        void link(long bucket, long overflowBucket);
    }

    private final BucketArray overflow;
    private final LongSupplier allocator;
    private final NumberIndex buckets = new NumberIndex();
    private long[] firsts = new long[NumberIndex.INITIAL_CAPACITY];
    private long[] lasts = new long[NumberIndex.INITIAL_CAPACITY];
    /** Number of slots used in the last overflow bucket of each. */
    private int[] usedCounts = new int[NumberIndex.INITIAL_CAPACITY];

    /**
     * Creates one without overflow buckets.
     *
     * @param allocator allocates an empty overflow bucket and gives its number
     */
    NewOverflow(BucketArray overflow, LongSupplier allocator) {
        this.overflow = overflow;
        this.allocator = allocator;
    }

    boolean isEmpty() {
        return buckets.count() == 0;
    }

    /** Puts a slot into an overflow bucket that will continue the chain of a bucket. */
    void add(long bucket, long slot) {
        int count = buckets.count();
        int index = buckets.indexOrAdd(bucket);
        if (index == count) {
            begin(index);
        } else if (usedCounts[index] == BucketDescriptor.SLOT_COUNT) {
            continueLast(index);
        }
        overflow.putSlot(lasts[index], usedCounts[index]++, slot);
        overflow.changed(lasts[index]);
    }

    private void begin(int index) {
        if (index == firsts.length) {
            firsts = Arrays.copyOf(firsts, 2 * index);
            lasts = Arrays.copyOf(lasts, 2 * index);
            usedCounts = Arrays.copyOf(usedCounts, 2 * index);
        }
        firsts[index] = allocator.getAsLong();
        lasts[index] = firsts[index];
        usedCounts[index] = 0;
    }

    private void continueLast(int index) {
        long made = allocator.getAsLong();
        overflow.putLink(lasts[index], made);
        overflow.changed(lasts[index]);
        lasts[index] = made;
        usedCounts[index] = 0;
    }

    /** Calls the linker for each bucket, when the overflow buckets are durable, and forgets them. */
    void linkAll(Linker linker) {
        for (int index = 0; index < buckets.count(); index++) {
            linker.link(buckets.number(index), firsts[index]);
        }
        buckets.clear();
    }
}
