package io.nvmredis.nvm.table;

import io.nvmredis.nvm.format.BucketDescriptor;
import io.nvmredis.nvm.format.Damage;
import io.nvmredis.nvm.format.SlotDescriptor;
import io.nvmredis.nvm.format.TableDescriptor;
import io.nvmredis.nvm.format.TableFileNames;
import io.nvmredis.nvm.heap.TableFiles;
import io.nvmredis.nvm.heap.TableState;
import io.nvmredis.nvm.pmem.NoSpaceException;
import io.nvmredis.nvm.pmem.PersistSite;
import io.nvmredis.spi.PersistenceException;
import java.util.function.LongUnaryOperator;

/**
 * The index: a linear hash table (Litwin, "Linear hashing", 1980) whose buckets are cache lines.
 *
 * <p>Addressing: the bucket of a hash is its highest bits, reversed. With n buckets and 2^L &lt;= n &lt; 2^(L+1), it is
 * the highest L+1 bits reversed if that is below n, otherwise the highest L. So each bucket holds one interval of hashes,
 * a split cuts an interval in two, and a scan in the order of hashes meets every key that stays exactly once, however
 * much the table grows meanwhile: its cursor is the hash at which the next interval begins.
 *
 * <p>Growth: buckets are split in turn, some at a time, each time in three persists. At every moment each slot is where
 * lookups search: in the old bucket until the bucket count is stored, in both then, in the new one alone in the end.
 * Slots that are still in both are not used there and are taken out, when the table is opened, after a crash.
 *
 * <p>Overflow buckets stay linked for good: a bucket that overflowed once does so again before its next split. A crash
 * can strand one that was handed out and not yet linked, 64 bytes.
 *
 * <p>Threads: the writer; readers search and visit. A slot never moves within its chain of buckets, so a reader misses a
 * slot only if it was moved by a split, after the bucket count had been stored; it searches again then.
 */
final class TableIndex implements AutoCloseable {
    static final int INITIAL_BUCKET_COUNT = 16;
    /** Slots per bucket, on average, that make the table grow: 5 of 7. */
    private static final int TARGET_FILL = 5;

    private static final int MAX_SPLITS = 256;

    private final TableState state;
    private final BucketArray buckets;
    private final BucketArray overflow;
    private final LongUnaryOperator hashes;
    private volatile long bucketCount;
    private long overflowCount;

    /**
     * Opens the index, and finishes the splits that a crash has interrupted.
     *
     * @param hashes gives the hash of the key at a position, or throws if it cannot be read
     */
    TableIndex(TableFiles files, TableState state, LongUnaryOperator hashes) {
        this.state = state;
        this.hashes = hashes;
        this.buckets = new BucketArray(files, TableFileNames::index);
        this.overflow = new BucketArray(files, TableFileNames::overflow);
        try {
            bucketCount = state.get(TableDescriptor.BUCKET_COUNT_OFFSET, "the bucket count");
            overflowCount = state.get(TableDescriptor.OVERFLOW_COUNT_OFFSET, "the overflow count");
            buckets.open(bucketCount);
            overflow.open(overflowCount);
            finishSplits(state.get(TableDescriptor.SPLIT_COUNT_OFFSET, "the split count"));
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    long bucketCount() {
        return bucketCount;
    }

    static long bucketOf(long hash, long bucketCount) {
        long reversed = Long.reverse(hash);
        long highest = Long.highestOneBit(bucketCount);
        long bucket = reversed & ((highest << 1) - 1);
        return bucket < bucketCount ? bucket : reversed & (highest - 1);
    }

    /** The bucket that a new one is split from. */
    private static long partnerOf(long bucket) {
        return bucket - Long.highestOneBit(bucket);
    }

    /** Hashes that a bucket holds: from the reversed bucket, so many of the lowest bits free. */
    private static int freeBits(long bucket, long bucketCount) {
        long highest = Long.highestOneBit(bucketCount);
        boolean isSplit = bucket >= highest || bucket + highest < bucketCount;
        return Long.SIZE - Long.numberOfTrailingZeros(highest) - (isSplit ? 1 : 0);
    }

    /**
     * Shows the slots that may belong to a hash, until the visitor has enough. Any thread.
     *
     * @return whether it had
     */
    boolean search(long hash, SlotVisitor visitor) {
        while (true) {
            long count = bucketCount;
            boolean isFound =
                    visit(bucketOf(hash, count), slot -> SlotDescriptor.hasTagOf(slot, hash) && visitor.isDone(slot));
            if (isFound || count == bucketCount) {
                return isFound;
            }
        }
    }

    private boolean visit(long bucket, SlotVisitor visitor) {
        BucketArray array = buckets;
        long at = bucket;
        for (long steps = 0; at >= 0; steps++) {
            requireChain(array, at, steps);
            for (int i = 0; i < BucketDescriptor.SLOT_COUNT; i++) {
                long slot = array.slot(at, i);
                if (slot != SlotDescriptor.EMPTY && visitor.isDone(slot)) {
                    return true;
                }
            }
            at = array.link(at);
            array = overflow;
        }
        return false;
    }

    private void requireChain(BucketArray array, long bucket, long steps) {
        if (!array.contains(bucket) || steps > 1L << 32) {
            throw Damage.damaged(
                    state.region().path(),
                    TableDescriptor.OVERFLOW_COUNT_OFFSET,
                    "a link to one of " + overflowCount + " overflow buckets",
                    Long.toString(bucket));
        }
    }

    /**
     * Shows the slots of the bucket that holds a hash. Any thread; may show some of them again, after
     * {@code restarted}, if the bucket is split meanwhile.
     *
     * @return the hash at which the next bucket begins; 0 if there is none
     */
    long visitBucket(long cursor, Runnable restarted, SlotVisitor visitor) {
        while (true) {
            long count = bucketCount;
            long bucket = bucketOf(cursor, count);
            restarted.run();
            visit(bucket, visitor);
            if (count == bucketCount) {
                int freeBits = freeBits(bucket, count);
                return freeBits == Long.SIZE ? 0 : Long.reverse(bucket) + (1L << freeBits);
            }
        }
    }

    /**
     * Makes sure that so many slots can be added without making a file.
     *
     * @throws NoSpaceException if they cannot
     */
    void reserve(int slotCount) {
        overflow.ensure(overflowCount + slotCount);
    }

    /**
     * Puts one slot in the place of another; either may be empty. Done before, it does nothing: so a batch can be done
     * again. Flushed, not drained.
     */
    void replace(long hash, long oldSlot, long newSlot) {
        long bucket = bucketOf(hash, bucketCount);
        if (oldSlot != SlotDescriptor.EMPTY && putWhere(bucket, oldSlot, newSlot)) {
            return;
        }
        if (newSlot != SlotDescriptor.EMPTY
                && !visit(bucket, slot -> slot == newSlot)
                && !putWhere(bucket, SlotDescriptor.EMPTY, newSlot)) {
            addOverflow(bucket, newSlot);
        }
    }

    /**
     * Stores and flushes the buckets of a hash as they are: a change that was found done may not be on the medium. Not
     * drained.
     */
    void settle(long hash) {
        BucketArray array = buckets;
        for (long at = bucketOf(hash, bucketCount); at >= 0; at = next(array, at), array = overflow) {
            array.storeAgain(at);
            array.flush(PersistSite.TABLE_SLOTS, at);
        }
    }

    private boolean putWhere(long bucket, long oldSlot, long newSlot) {
        BucketArray array = buckets;
        for (long at = bucket; at >= 0; at = next(array, at), array = overflow) {
            for (int i = 0; i < BucketDescriptor.SLOT_COUNT; i++) {
                if (array.slot(at, i) == oldSlot) {
                    array.putSlot(at, i, newSlot);
                    array.flush(PersistSite.TABLE_SLOTS, at);
                    return true;
                }
            }
        }
        return false;
    }

    private static long next(BucketArray array, long bucket) {
        return array.link(bucket);
    }

    private void addOverflow(long bucket, long slot) {
        long added = allocateOverflow();
        overflow.putSlot(added, 0, slot);
        overflow.flush(PersistSite.INDEX_OVERFLOW, added);
        overflow.flushPending(PersistSite.INDEX_OVERFLOW);
        // Before: nothing links to it, whether it counts as handed out or not. After: it may be linked.
        state.region().drain(PersistSite.INDEX_OVERFLOW);
        BucketArray array = buckets;
        long last = bucket;
        for (long link = array.link(last); link >= 0; link = array.link(last)) {
            array = overflow;
            last = link;
        }
        array.putLink(last, added);
        array.flush(PersistSite.TABLE_SLOTS, last);
    }

    /** An overflow bucket with nothing in it; neither that nor the count is durable before the next drain. */
    private long allocateOverflow() {
        overflow.ensure(overflowCount + 1);
        long allocated = overflowCount++;
        overflow.clear(allocated);
        state.put(TableDescriptor.OVERFLOW_COUNT_OFFSET, overflowCount);
        state.region().flush(PersistSite.INDEX_OVERFLOW, TableDescriptor.OVERFLOW_COUNT_OFFSET, Long.BYTES);
        return allocated;
    }

    /** Flushes what {@link #replace} has changed, where that was only noted. */
    void flushPending(PersistSite site) {
        buckets.flushPending(site);
        overflow.flushPending(site);
    }

    /** Splits buckets until there are enough for so many slots, or no more space. */
    void grow(long slotCount) {
        while (slotCount > bucketCount * TARGET_FILL) {
            long wanted = (slotCount + TARGET_FILL - 1) / TARGET_FILL;
            long levelEnd = Long.highestOneBit(bucketCount) << 1;
            long target = Math.min(Math.min(wanted, levelEnd), bucketCount + MAX_SPLITS);
            try {
                buckets.ensure(target);
                // At worst as many as their partners have now; made ahead, so that a split does not end half way.
                overflow.ensure(overflowCount + overflowOfPartners(target));
            } catch (NoSpaceException e) {
                // Chains get longer instead.
                return;
            }
            split(target);
        }
    }

    private long overflowOfPartners(long target) {
        long count = 0;
        for (long bucket = bucketCount; bucket < target; bucket++) {
            for (long at = buckets.link(partnerOf(bucket)); at >= 0; at = overflow.link(at)) {
                count++;
            }
        }
        return count;
    }

    private void split(long target) {
        for (long bucket = bucketCount; bucket < target; bucket++) {
            fill(bucket, target);
        }
        buckets.flushPending(PersistSite.INDEX_SPLIT_BUCKETS);
        overflow.flushPending(PersistSite.INDEX_SPLIT_BUCKETS);
        // Before: anything behind the bucket count. After: whole buckets that no lookup uses.
        state.region().drain(PersistSite.INDEX_SPLIT_BUCKETS);
        long first = bucketCount;
        // Before: what moved is found in the old buckets. After: in the new ones.
        state.persist(PersistSite.INDEX_SPLIT_COUNT, TableDescriptor.BUCKET_COUNT_OFFSET, target);
        bucketCount = target;
        finishSplits(first);
    }

    /** Copies what belongs there to a new bucket. */
    private void fill(long bucket, long target) {
        buckets.clear(bucket);
        int[] used = {0};
        long[] last = {bucket};
        BucketArray[] array = {buckets};
        visit(partnerOf(bucket), slot -> {
            if (!belongs(slot, bucket, target)) {
                return false;
            }
            if (used[0] == BucketDescriptor.SLOT_COUNT) {
                long added = allocateOverflow();
                array[0].putLink(last[0], added);
                array[0].flush(PersistSite.INDEX_SPLIT_BUCKETS, last[0]);
                array[0] = overflow;
                last[0] = added;
                used[0] = 0;
            }
            array[0].putSlot(last[0], used[0]++, slot);
            return false;
        });
        array[0].flush(PersistSite.INDEX_SPLIT_BUCKETS, last[0]);
    }

    /** Whether a slot is to be in this bucket. One whose record cannot be read stays where it was, and goes along. */
    private boolean belongs(long slot, long bucket, long count) {
        try {
            return bucketOf(hashes.applyAsLong(SlotDescriptor.position(slot)), count) == bucket;
        } catch (PersistenceException e) {
            return true;
        }
    }

    /** Takes the slots that moved out of the partners of all buckets from this one on. */
    private void finishSplits(long firstBucket) {
        if (firstBucket == bucketCount) {
            return;
        }
        for (long bucket = firstBucket; bucket < bucketCount; bucket++) {
            removeLeftovers(partnerOf(bucket));
        }
        buckets.flushPending(PersistSite.INDEX_SPLIT_LEFTOVERS);
        overflow.flushPending(PersistSite.INDEX_SPLIT_LEFTOVERS);
        // Before: some leftovers, which the next open takes out. After: none.
        state.region().drain(PersistSite.INDEX_SPLIT_LEFTOVERS);
        // Not before the leftovers are gone, since their records may be freed from then on. Any later drain will do:
        // until then the next open looks for leftovers, and finds none.
        state.put(TableDescriptor.SPLIT_COUNT_OFFSET, bucketCount);
        state.region().flush(PersistSite.INDEX_SPLIT_LEFTOVERS, TableDescriptor.SPLIT_COUNT_OFFSET, Long.BYTES);
    }

    private void removeLeftovers(long bucket) {
        BucketArray array = buckets;
        for (long at = bucket; at >= 0; at = next(array, at), array = overflow) {
            // Also if nothing changes: what the process before has changed may not be on the medium.
            array.storeAgain(at);
            for (int i = 0; i < BucketDescriptor.SLOT_COUNT; i++) {
                long slot = array.slot(at, i);
                if (slot != SlotDescriptor.EMPTY && !belongs(slot, bucket, bucketCount)) {
                    array.putSlot(at, i, SlotDescriptor.EMPTY);
                }
            }
            array.flush(PersistSite.INDEX_SPLIT_LEFTOVERS, at);
        }
    }

    @Override
    public void close() {
        buckets.close();
        overflow.close();
    }
}
