package io.nvmredis.nvm.table;

import io.nvmredis.nvm.format.BucketDescriptor;
import io.nvmredis.nvm.format.TableDescriptor;
import io.nvmredis.nvm.heap.ReaderEpochs;
import io.nvmredis.nvm.heap.TableState;
import io.nvmredis.nvm.pmem.PersistSite;

/**
 * Makes the index shrink: the last buckets are merged into those that they were split from, some hundreds at a time, in three
 * persists per time, or four. It is the inverse of {@link IndexGrowth}, and reads no records.
 *
 * <p>A slot is in the last bucket until the bucket count is stored, and in both buckets before that. While it is in both,
 * lookups use only the last one. The split count is lowered before the first slot is copied, so that a crash leaves what an
 * interrupted split leaves: slots in buckets in which no lookup searches for them, which are removed when the table is
 * opened. A last bucket is not changed by its merge: a reader that has come to it finds in it what was there, until the next
 * split uses its place.
 *
 * <p>Hysteresis: merging begins when a bucket has fewer than {@value #LEAST_FILL} slots on average and a file can be given
 * back, and ends when it has {@value #GOAL_FILL}; splits begin above 5. So a fifth of all keys, at least, must come or go
 * before what a merge has done is undone, or what a split has.
 *
 * <p>Bound: no journal may say that there were more buckets than there are, or the table would be taken for damaged. So each
 * batch says to which count merges may go before the next, see {@link #announce}.
 *
 * <p>Only the writer uses it, between two batches.
 */
final class IndexMerging {
    /** Average number of slots per bucket below which merging begins. */
    static final int LEAST_FILL = 3;
    /** Average number of slots per bucket at which merging ends. */
    static final int GOAL_FILL = 4;

    /** Number of merges at a time; as that of splits. */
    private static final int MERGES = 256;
    /** The same where each persist waits for a disk. */
    private static final int MERGES_ON_DISK = 1024;

    private final TableIndex index;
    private final BucketArray buckets;
    private final BucketArray overflow;
    private final TableState state;
    private final ReaderEpochs epochs;
    private final int maxMerges;
    private boolean isUnderWay;
    /** A journal of before the table was opened has announced none of the merges of this process. */
    private long announcedCount = Long.MAX_VALUE;

    /** Also when the table is opened: a crash may have left files that were about to go. */
    private boolean areFilesToGo = true;

    private long mergedEpoch;

    IndexMerging(
            TableIndex index,
            BucketArray buckets,
            BucketArray overflow,
            TableState state,
            ReaderEpochs epochs,
            boolean flushesLines) {
        this.index = index;
        this.buckets = buckets;
        this.overflow = overflow;
        this.state = state;
        this.epochs = epochs;
        this.maxMerges = flushesLines ? MERGES : MERGES_ON_DISK;
    }

    /** Returns whether there are more buckets than so many slots need. */
    boolean isNeeded(long slotCount) {
        long count = index.bucketCount();
        if (!isUnderWay && slotCount >= count * LEAST_FILL) {
            return false;
        }
        long goal = goal(slotCount);
        isUnderWay = isUnderWay ? goal < count : buckets.fileCount(goal) < buckets.fileCount(count);
        return isUnderWay;
    }

    private static long goal(long slotCount) {
        return Math.max(TableIndex.INITIAL_BUCKET_COUNT, (slotCount + GOAL_FILL - 1) / GOAL_FILL);
    }

    /**
     * Decides how many buckets may be merged before the next batch than the one that is about to be written, whose journal has
     * to say so.
     *
     * @param slotCount slots after that batch
     * @return the bucket count that there will be at least
     */
    long announce(long slotCount) {
        announcedCount = isNeeded(slotCount) ? nextCount(slotCount) : index.bucketCount();
        return announcedCount;
    }

    /** Returns the bucket count after the next merges: all of them are with buckets of one level. */
    private long nextCount(long slotCount) {
        long count = index.bucketCount();
        return Math.max(Math.max(goal(slotCount), Long.highestOneBit(count - 1)), count - maxMerges);
    }

    /** Returns whether the last batch has announced merges that have not been made and are still needed. */
    boolean isAnnounced(long slotCount) {
        return Math.max(announcedCount, nextCount(slotCount)) < index.bucketCount();
    }

    /**
     * Merges the last buckets, as far as that has been announced and so many slots allow. The last batch must be wholly
     * durable.
     *
     * @return the number of buckets that have gone
     * @throws io.nvmredis.nvm.pmem.NoSpaceException if there is no room for overflow buckets; nothing has changed then
     * @throws io.nvmredis.spi.errors.PersistenceException if one of the buckets is damaged; nothing has changed then
     */
    long merge(long slotCount) {
        long end = index.bucketCount();
        long target = Math.max(announcedCount, nextCount(slotCount));
        index.reserve(overflowNeeded(target, end));
        // A crash before this leaves all as it was; a crash after it leaves an index in which the next open looks for
        // leftovers. Before any of the copies can arrive.
        state.persist(PersistSite.INDEX_MERGE_BEGUN, TableDescriptor.SPLIT_COUNT_OFFSET, target);
        for (long bucket = target; bucket < end; bucket++) {
            long partner = IndexGrowth.partnerOf(bucket);
            index.visit(bucket, slot -> {
                index.add(partner, slot);
                return false;
            });
        }
        index.linkOverflow();
        index.flush(PersistSite.INDEX_MERGE_SLOTS);
        // A crash before this leaves some of the copies, which the next open removes; a crash after it leaves all of
        // them,
        // and still the count by which they are leftovers.
        state.region().drain(PersistSite.INDEX_MERGE_SLOTS);
        // A crash before this leaves the count by which slots are found in the last buckets; a crash after it leaves
        // the
        // count by which they are found in the others, and which the split count is equal to.
        state.persist(PersistSite.INDEX_MERGE_COUNT, TableDescriptor.BUCKET_COUNT_OFFSET, target);
        index.setMergedCount(target);
        areFilesToGo = true;
        mergedEpoch = epochs.advance();
        index.compaction().unlinkedChainsOf(target, end, mergedEpoch);
        return end - target;
    }

    /** Deletes the files behind the last bucket, when no reader can be in one of them. */
    void giveBack() {
        if (areFilesToGo && epochs.isOver(mergedEpoch)) {
            while (buckets.fileCount() > buckets.fileCount(index.bucketCount())) {
                buckets.deleteLast();
            }
            areFilesToGo = false;
        }
    }

    /** Returns how many overflow buckets the merges need. Reads, and so checks, every bucket that they read or change. */
    private long overflowNeeded(long target, long end) {
        long needed = 0;
        for (long bucket = target; bucket < end; bucket++) {
            long partner = IndexGrowth.partnerOf(bucket);
            int moved = usedCount(bucket);
            // Before the capacity, whose links nothing else checks.
            int used = usedCount(partner);
            long free = capacity(partner) - used;
            if (moved > free) {
                needed += (moved - free + BucketDescriptor.SLOT_COUNT - 1) / BucketDescriptor.SLOT_COUNT;
            }
        }
        return needed;
    }

    private int usedCount(long bucket) {
        index.requireBuckets(bucket, false);
        int count = buckets.usedCount(bucket);
        for (long at = buckets.link(bucket); at >= 0; at = overflow.link(at)) {
            count += overflow.usedCount(at);
        }
        return count;
    }

    private long capacity(long bucket) {
        long capacity = BucketDescriptor.SLOT_COUNT;
        for (long at = buckets.link(bucket); at >= 0; at = overflow.link(at)) {
            capacity += BucketDescriptor.SLOT_COUNT;
        }
        return capacity;
    }
}
