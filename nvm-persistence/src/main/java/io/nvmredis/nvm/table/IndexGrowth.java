package io.nvmredis.nvm.table;

import io.nvmredis.nvm.format.BucketDescriptor;
import io.nvmredis.nvm.format.SlotDescriptor;
import io.nvmredis.nvm.format.TableDescriptor;
import io.nvmredis.nvm.heap.TableState;
import io.nvmredis.nvm.pmem.NoSpaceException;
import io.nvmredis.nvm.pmem.PersistSite;
import io.nvmredis.spi.errors.PersistenceException;
import java.util.Arrays;
import java.util.function.LongPredicate;

/**
 * Makes the index grow: buckets are split in turn, some at a time, each time in three persists.
 *
 * <p>A slot is in the old bucket until the bucket count is stored, in both then, in the new one alone in the end. Slots
 * that are still in both are not used in the old one and are taken out, when the table is opened, after a crash.
 *
 * <p>A slot whose record cannot be read may belong to either bucket: it goes to the new one and stays in the old, so that
 * whoever looks its key up is told of the damage. The writer's.
 */
final class IndexGrowth {
    /** Slots per bucket, on average, that make the table grow: 5 of 7. */
    private static final int TARGET_FILL = 5;

    /** Splits at a time, so that what they have changed is flushed from the nearest caches. */
    private static final int SPLITS = 256;
    /** Splits at a time where each persist waits for a disk. */
    private static final int SPLITS_ON_DISK = 4096;

    /** Old buckets whose records are fetched together, as many as the nearest caches can hold. */
    private static final int PREFETCHED_TOGETHER = 16;

    private static final long UNKNOWN = -1;

    private final TableIndex index;
    private final BucketArray buckets;
    private final BucketArray overflow;
    private final TableState state;
    private final PositionHashes hashes;
    private final int maxSplits;
    private final MovedSlots moved = new MovedSlots();

    @SuppressWarnings("UnusedVariable") // Keeps the compiler from leaving out what is only prefetched.
    private long prefetched;

    IndexGrowth(
            TableIndex index,
            BucketArray buckets,
            BucketArray overflow,
            TableState state,
            PositionHashes hashes,
            boolean flushesLines) {
        this.index = index;
        this.buckets = buckets;
        this.overflow = overflow;
        this.state = state;
        this.hashes = hashes;
        this.maxSplits = flushesLines ? SPLITS : SPLITS_ON_DISK;
    }

    /** The slots that one round of splits has copied, in the order in which the old buckets have them. */
    private static final class MovedSlots {
        private long[] slots = new long[SPLITS * BucketDescriptor.SLOT_COUNT];
        private int count;
        private int next;

        void clear() {
            count = 0;
            next = 0;
        }

        void add(long slot) {
            if (count == slots.length) {
                slots = Arrays.copyOf(slots, 2 * count);
            }
            slots[count++] = slot;
        }

        boolean isNext(long slot) {
            boolean isNext = next < count && slots[next] == slot;
            next += isNext ? 1 : 0;
            return isNext;
        }
    }

    /** The bucket that a new one is split from. */
    private static long partnerOf(long bucket) {
        return bucket - Long.highestOneBit(bucket);
    }

    /** Splits buckets until there are enough for so many slots, or no more space. */
    void grow(long slotCount) {
        while (slotCount > index.bucketCount() * TARGET_FILL) {
            long first = index.bucketCount();
            long wanted = (slotCount + TARGET_FILL - 1) / TARGET_FILL;
            long levelEnd = Long.highestOneBit(first) << 1;
            long target = Math.min(Math.min(wanted, levelEnd), first + maxSplits);
            try {
                buckets.ensure(target);
                // At worst as many as their partners have now; made ahead, so that a split does not end half way.
                index.reserve(overflowOfPartners(first, target));
            } catch (NoSpaceException e) {
                // Chains get longer instead.
                return;
            }
            split(first, target);
        }
    }

    private long overflowOfPartners(long first, long target) {
        long count = 0;
        for (long bucket = first; bucket < target; bucket++) {
            for (long at = buckets.link(partnerOf(bucket)); at >= 0; at = overflow.link(at)) {
                count++;
            }
        }
        return count;
    }

    private void split(long first, long target) {
        moved.clear();
        for (long bucket = first; bucket < target; bucket++) {
            if ((bucket - first) % PREFETCHED_TOGETHER == 0) {
                prefetchRecordsOfPartners(bucket, Math.min(target, bucket + PREFETCHED_TOGETHER));
            }
            fill(bucket, target);
        }
        buckets.flush(PersistSite.INDEX_SPLIT_BUCKETS);
        overflow.flush(PersistSite.INDEX_SPLIT_BUCKETS);
        index.flushOverflowCount();
        // Before: anything behind the bucket count. After: whole buckets that no lookup uses.
        state.region().drain(PersistSite.INDEX_SPLIT_BUCKETS);
        // Before: what moved is found in the old buckets. After: in the new ones.
        state.persist(PersistSite.INDEX_SPLIT_COUNT, TableDescriptor.BUCKET_COUNT_OFFSET, target);
        index.setBucketCount(target);
        for (long bucket = first; bucket < target; bucket++) {
            removeFrom(partnerOf(bucket), moved::isNext);
        }
        persistLeftovers();
    }

    /** The records are all over the heap: to wait for one after the other would be most of a split. */
    private void prefetchRecordsOfPartners(long first, long target) {
        for (long bucket = first; bucket < target; bucket++) {
            index.visit(partnerOf(bucket), slot -> {
                prefetched ^= hashes.prefetch(SlotDescriptor.position(slot));
                return false;
            });
        }
    }

    /** Copies what belongs there to a new bucket. */
    private void fill(long bucket, long target) {
        NewBucket filled = new NewBucket(bucket);
        index.visit(partnerOf(bucket), slot -> {
            long belongsTo = bucketOf(slot, target);
            if (belongsTo == bucket) {
                moved.add(slot);
                filled.add(slot);
            } else if (belongsTo == UNKNOWN) {
                filled.add(slot);
            }
            return false;
        });
        filled.end();
    }

    /** A bucket that no lookup uses yet. */
    private final class NewBucket {
        private BucketArray array = buckets;
        private long last;
        private int used;

        NewBucket(long bucket) {
            last = bucket;
            buckets.clear(bucket);
        }

        void add(long slot) {
            if (used == BucketDescriptor.SLOT_COUNT) {
                long added = index.allocateOverflow();
                array.putLink(last, added);
                end();
                array = overflow;
                last = added;
                used = 0;
            }
            array.putSlot(last, used++, slot);
        }

        void end() {
            array.changed(last);
        }
    }

    private long bucketOf(long slot, long bucketCount) {
        try {
            long hash = hashes.hash(SlotDescriptor.position(slot));
            // A good record of another key says nothing about where this slot belongs.
            return (hash & SlotDescriptor.TAG_MASK) == SlotDescriptor.tag(slot)
                    ? TableIndex.bucketOf(hash, bucketCount)
                    : UNKNOWN;
        } catch (PersistenceException e) {
            return UNKNOWN;
        }
    }

    /**
     * Sees to it that the splits that a crash has interrupted can be finished: all from this bucket on.
     *
     * @throws PersistenceException if a bucket of theirs is damaged
     */
    void requireInterrupted(long firstBucket) {
        for (long bucket = firstBucket; bucket < index.bucketCount(); bucket++) {
            index.requireBuckets(partnerOf(bucket), true);
        }
    }

    /** Whether splits that a crash has interrupted, all from that bucket on, may have left anything in this one. */
    boolean isPartner(long bucket, long firstBucket) {
        if (firstBucket == index.bucketCount()) {
            return false;
        }
        for (long bit = bucket == 0 ? 1 : Long.highestOneBit(bucket) << 1;
                bucket + bit < index.bucketCount();
                bit <<= 1) {
            if (bucket + bit >= firstBucket) {
                return true;
            }
        }
        return false;
    }

    /** Whether a slot of a bucket has moved to another one. */
    boolean isLeftover(long slot, long bucket) {
        long belongsTo = bucketOf(slot, index.bucketCount());
        return belongsTo != bucket && belongsTo != UNKNOWN;
    }

    /** Finishes the splits that a crash has interrupted: all from this bucket on. */
    void finishInterrupted(long firstBucket) {
        long bucketCount = index.bucketCount();
        if (firstBucket == bucketCount) {
            return;
        }
        for (long bucket = firstBucket; bucket < bucketCount; bucket++) {
            long partner = partnerOf(bucket);
            removeFrom(partner, slot -> isLeftover(slot, partner));
        }
        persistLeftovers();
    }

    private void removeFrom(long bucket, LongPredicate isLeftover) {
        BucketArray array = buckets;
        for (long at = bucket; at >= 0; at = array.link(at), array = overflow) {
            // Also if nothing changes: what the process before has changed may not be on the medium.
            array.storeAgain(at);
            for (int i = 0; i < BucketDescriptor.SLOT_COUNT; i++) {
                long slot = array.slot(at, i);
                if (slot != SlotDescriptor.EMPTY && isLeftover.test(slot)) {
                    array.putSlot(at, i, SlotDescriptor.EMPTY);
                }
            }
            array.changed(at);
        }
    }

    private void persistLeftovers() {
        buckets.flush(PersistSite.INDEX_SPLIT_LEFTOVERS);
        overflow.flush(PersistSite.INDEX_SPLIT_LEFTOVERS);
        // Before: some leftovers, which the next open takes out. After: none.
        state.region().drain(PersistSite.INDEX_SPLIT_LEFTOVERS);
        // Not before the leftovers are gone, since their records may be freed from then on. Any later drain will do:
        // until then the next open looks for leftovers, and finds none.
        state.put(TableDescriptor.SPLIT_COUNT_OFFSET, index.bucketCount());
        state.region().flush(PersistSite.INDEX_SPLIT_LEFTOVERS, TableDescriptor.SPLIT_COUNT_OFFSET, Long.BYTES);
    }
}
