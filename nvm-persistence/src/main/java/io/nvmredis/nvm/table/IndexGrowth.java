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
 * Makes the index grow: buckets are split in turn, some hundreds or thousands at a time, in three persists per time.
 *
 * <p>A slot that moves is in the old bucket until the bucket count is stored, then in both buckets, and in the end only
 * in the new one. While it is in both, lookups use only the new one; after a crash, the slots left in old buckets are
 * removed when the table is opened.
 *
 * <p>A slot whose record cannot be read may belong to either bucket: it goes to the new one and stays in the old one,
 * so that a lookup of its key meets the damage. Only the writer uses it.
 */
final class IndexGrowth {
    /** Average number of slots per bucket above which the index grows: 5 of 7. */
    private static final int TARGET_FILL = 5;

    /** Number of splits at a time: what they change is flushed while it is in the nearest caches. */
    private static final int SPLITS = 256;
    /**
     * Number of splits at a time where each persist waits for a disk. A start after a crash in the middle reads the records
     * of that many buckets.
     */
    private static final int SPLITS_ON_DISK = 1024;

    /** Number of old buckets whose records are prefetched together, as many as the nearest caches can hold. */
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

    /** Slots that one round of splits has copied, in the order in which the old buckets have them. */
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

    /** Returns the bucket that a new one is split from. */
    static long partnerOf(long bucket) {
        return bucket - Long.highestOneBit(bucket);
    }

    /** Splits buckets until there are enough for {@code slotCount} slots, or until there is no more space. */
    void grow(long slotCount) {
        while (slotCount > index.bucketCount() * TARGET_FILL) {
            long first = index.bucketCount();
            long wanted = (slotCount + TARGET_FILL - 1) / TARGET_FILL;
            long levelEnd = Long.highestOneBit(first) << 1;
            long target = Math.min(Math.min(wanted, levelEnd), first + maxSplits);
            try {
                buckets.ensure(target);
                // The new buckets need at most as many overflow buckets as their partners have. They are made ahead, so
                // that a split does not end halfway.
                index.reserve(overflowOfPartners(first, target));
            } catch (NoSpaceException e) {
                // The chains of overflow buckets become longer instead.
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
        // A crash before this leaves any content behind the bucket count; a crash after it leaves whole buckets that no
        // lookup uses.
        state.region().drain(PersistSite.INDEX_SPLIT_BUCKETS);
        // A crash before this leaves the count by which moved slots are found in the old buckets; a crash after it
        // leaves the count by which they are found in the new ones.
        state.persist(PersistSite.INDEX_SPLIT_COUNT, TableDescriptor.BUCKET_COUNT_OFFSET, target);
        index.setBucketCount(target);
        for (long bucket = first; bucket < target; bucket++) {
            removeFrom(partnerOf(bucket), moved::isNext);
        }
        persistLeftovers();
    }

    /**
     * Prefetches the records of the old buckets together: they are scattered over the heap, and waiting for one after
     * the other would take most of the time of a split.
     */
    private void prefetchRecordsOfPartners(long first, long target) {
        for (long bucket = first; bucket < target; bucket++) {
            index.visit(partnerOf(bucket), slot -> {
                prefetched ^= hashes.prefetch(SlotDescriptor.position(slot));
                return false;
            });
        }
    }

    /** Copies the slots that belong to a new bucket into it. */
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

    /** Bucket that no lookup uses yet. */
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
            // A readable record of another key does not tell where this slot belongs.
            return (hash & SlotDescriptor.TAG_MASK) == SlotDescriptor.tag(slot)
                    ? TableIndex.bucketOf(hash, bucketCount)
                    : UNKNOWN;
        } catch (PersistenceException e) {
            return UNKNOWN;
        }
    }

    /**
     * Checks that the splits interrupted by a crash, all from {@code firstBucket} on, can be finished.
     *
     * @throws io.nvmredis.spi.errors.PersistenceException if one of their buckets is damaged
     */
    void requireInterrupted(long firstBucket) {
        for (long bucket = firstBucket; bucket < index.bucketCount(); bucket++) {
            index.requireBuckets(partnerOf(bucket), true);
        }
    }

    /**
     * Returns whether splits interrupted by a crash, all from {@code firstBucket} on, may have left slots in this
     * bucket.
     */
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

    /** Returns whether a slot of a bucket has moved to another one. */
    boolean isLeftover(long slot, long bucket) {
        long belongsTo = bucketOf(slot, index.bucketCount());
        return belongsTo != bucket && belongsTo != UNKNOWN;
    }

    /** Finishes the splits interrupted by a crash, all from {@code firstBucket} on. */
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
            // Stored again even if nothing changes: the changes of the process before may not be on the medium.
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
        // A crash before this leaves some leftovers, which the next open removes; a crash after it leaves none.
        state.region().drain(PersistSite.INDEX_SPLIT_LEFTOVERS);
        // Stored only after the leftovers are durably removed, since their records may be freed from then on. Any later
        // drain will do: until then an open looks for leftovers and finds none.
        state.put(TableDescriptor.SPLIT_COUNT_OFFSET, index.bucketCount());
        state.region().flush(PersistSite.INDEX_SPLIT_LEFTOVERS, TableDescriptor.SPLIT_COUNT_OFFSET, Long.BYTES);
    }
}
