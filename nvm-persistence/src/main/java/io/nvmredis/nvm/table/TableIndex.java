package io.nvmredis.nvm.table;

import io.nvmredis.nvm.format.BucketDescriptor;
import io.nvmredis.nvm.format.CheckedWord;
import io.nvmredis.nvm.format.Damage;
import io.nvmredis.nvm.format.SlotDescriptor;
import io.nvmredis.nvm.format.TableDescriptor;
import io.nvmredis.nvm.format.TableFileNames;
import io.nvmredis.nvm.heap.ReaderEpochs;
import io.nvmredis.nvm.heap.TableFiles;
import io.nvmredis.nvm.heap.TableState;
import io.nvmredis.nvm.pmem.NoSpaceException;
import io.nvmredis.nvm.pmem.PersistSite;
import io.nvmredis.nvm.pmem.PmemRegion;
import io.nvmredis.spi.errors.PersistenceException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Index of the table: a linear hash table (Litwin, "Linear hashing", 1980) whose buckets are cache lines.
 *
 * <p>Addressing: the bucket of a hash is its highest bits, reversed. With n buckets and 2^L &lt;= n &lt; 2^(L+1), it is
 * the highest L+1 bits reversed if that is below n, otherwise the highest L. So each bucket holds one interval of
 * hashes, a split cuts an interval in two, and a scan in the order of hashes meets every key that exists all the time
 * exactly once, however much the table grows meanwhile: its cursor is the hash at which the next interval begins.
 *
 * <p>Growth: see {@link IndexGrowth}; shrinking: {@link IndexMerging} and {@link OverflowCompaction}, in the steps of {@link
 * IndexCompactor}. At every moment each slot is in the bucket in which lookups search for it.
 *
 * <p>Overflow buckets stay linked until a compaction: a bucket that overflowed once does so again before its next split. A
 * crash can lose overflow buckets that were allocated for a batch or a round of splits and not linked yet, at 64 bytes per
 * bucket, until then.
 *
 * <p>Threads: the writer; readers search and visit, announced to the epochs. A slot keeps its place in its chain of buckets,
 * so a reader can miss a slot only if a split has moved it, or a merge, after which the old place was used again. Each
 * changes the layout first, which has the bucket count and, since a merge and a split may leave the same count, the number
 * of merges; the reader then searches again. Until it leaves, no file is unmapped that the layout it has read reaches.
 */
final class TableIndex implements AutoCloseable {
    static final int INITIAL_BUCKET_COUNT = 16;

    private static final int COUNT_BITS = 40;
    private static final long COUNT_MASK = (1L << COUNT_BITS) - 1;

    private final TableState state;
    private final BucketArray buckets;
    private final BucketArray overflow;
    private final IndexGrowth growth;
    private final IndexMerging merging;
    private final OverflowSpace overflowSpace = new OverflowSpace();
    private final OverflowCompaction compaction;
    private final NewOverflow newOverflow;
    /** Bucket count in the low bits, number of merges in the high ones. */
    private volatile long layout;

    private long overflowCount;

    /**
     * Opens the index. Splits interrupted by a crash must be finished before any other method changes the index.
     *
     * @param hashes gives the hashes of keys by the positions of their records
     */
    TableIndex(TableFiles files, TableState state, PositionHashes hashes, ReaderEpochs epochs) {
        this.state = state;
        this.buckets = new BucketArray(files, TableFileNames::index, false, state.version());
        this.overflow = new BucketArray(files, TableFileNames::overflow, true, state.version());
        this.growth = new IndexGrowth(this, buckets, overflow, state, hashes, files.flushesLines());
        this.merging = new IndexMerging(this, buckets, overflow, state, epochs, files.flushesLines());
        this.compaction = new OverflowCompaction(this, buckets, overflow, overflowSpace, state, epochs);
        this.newOverflow = new NewOverflow(overflow, this::allocateOverflow);
        try {
            layout = state.get(TableDescriptor.BUCKET_COUNT_OFFSET, "the bucket count");
            overflowCount = state.get(TableDescriptor.OVERFLOW_COUNT_OFFSET, "the overflow count");
            buckets.open(layout);
            overflow.open(overflowCount);
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    /**
     * Checks that the splits interrupted by a crash can be finished.
     *
     * @throws io.nvmredis.spi.errors.PersistenceException if one of their buckets is damaged
     */
    void requireSplits() {
        growth.requireInterrupted(splitCount());
    }

    /** Finishes the splits interrupted by a crash. */
    void finishSplits() {
        growth.finishInterrupted(splitCount());
    }

    private long splitCount() {
        return state.get(TableDescriptor.SPLIT_COUNT_OFFSET, "the split count");
    }

    /**
     * Checks that a slot with this hash can be put into the index.
     *
     * @throws io.nvmredis.spi.errors.PersistenceException if one of its buckets does not lead to the next
     */
    void requireBuckets(long hash) {
        requireBuckets(bucketOf(hash, bucketCount()), false);
    }

    /** Checks the links of a bucket, and also its slots if {@code areSlotsRead}. */
    void requireBuckets(long bucket, boolean areSlotsRead) {
        BucketArray array = buckets;
        for (long at = bucket, steps = 0; at >= 0; at = next(array, at, ++steps), array = overflow) {
            for (int i = 0; areSlotsRead && i < BucketDescriptor.SLOT_COUNT; i++) {
                array.slot(at, i);
            }
        }
    }

    long bucketCount() {
        return layout & COUNT_MASK;
    }

    long overflowCount() {
        return overflowCount;
    }

    IndexMerging merging() {
        return merging;
    }

    OverflowCompaction compaction() {
        return compaction;
    }

    static long bucketOf(long hash, long bucketCount) {
        long reversed = Long.reverse(hash);
        long highest = Long.highestOneBit(bucketCount);
        long bucket = reversed & ((highest << 1) - 1);
        return bucket < bucketCount ? bucket : reversed & (highest - 1);
    }

    /** Returns how many of the low bits of a hash are free in the interval of hashes that a bucket holds. */
    private static int freeBits(long bucket, long bucketCount) {
        long highest = Long.highestOneBit(bucketCount);
        boolean isSplit = bucket >= highest || bucket + highest < bucketCount;
        return Long.SIZE - Long.numberOfTrailingZeros(highest) - (isSplit ? 1 : 0);
    }

    /**
     * Shows the slots that may belong to a hash, until the visitor wants no more. Any thread.
     *
     * @return whether the visitor wanted no more
     */
    boolean search(long hash, SlotVisitor visitor) {
        while (true) {
            long seen = layout;
            if (visit(bucketOf(hash, seen & COUNT_MASK), hash, SlotDescriptor.TAG_MASK, visitor)) {
                return true;
            }
            if (seen == layout) {
                return false;
            }
        }
    }

    /**
     * Shows the slots of a bucket and its overflow buckets whose tags agree with a hash in the bits of a mask. Every
     * slot is checked, unless the visitor wants no more: otherwise a key whose tag is damaged would seem not to exist.
     */
    private boolean visit(long bucket, long hash, long tagMask, SlotVisitor visitor) {
        BucketArray array = buckets;
        long at = bucket;
        for (long steps = 0; at >= 0; steps++) {
            requireChain(array, at, steps);
            PmemRegion region = array.region(at);
            long salt = array.salt(at);
            int begin = array.offset(at);
            for (int i = 0, offset = begin; i < BucketDescriptor.SLOT_COUNT; i++, offset += SlotDescriptor.LENGTH) {
                long slot = BucketDescriptor.salted(region.getLongAcquire(offset), salt, i);
                if (slot != SlotDescriptor.EMPTY
                        && ((SlotDescriptor.tag(slot) ^ hash) & tagMask) == 0
                        && visitor.isDone(BucketArray.verified(slot, region, offset))) {
                    return true;
                }
            }
            for (int i = 0, offset = begin; i < BucketDescriptor.SLOT_COUNT; i++, offset += SlotDescriptor.LENGTH) {
                BucketArray.verified(BucketDescriptor.salted(region.getLongAcquire(offset), salt, i), region, offset);
            }
            at = BucketArray.link(region, begin, salt);
            array = overflow;
        }
        return false;
    }

    /** Shows all slots of a bucket and its overflow buckets, until the visitor wants no more. */
    boolean visit(long bucket, SlotVisitor visitor) {
        return visit(bucket, 0, 0, visitor);
    }

    /** Prefetches the bucket of a hash, see {@link io.nvmredis.nvm.heap.Heap#prefetch}. */
    long prefetch(long hash) {
        long bucket = bucketOf(hash, bucketCount());
        return buckets.region(bucket).getLong(buckets.offset(bucket));
    }

    /** Returns a slot that may belong to a hash; empty if the bucket itself has none, or a damaged one. Any thread. */
    long guess(long hash) {
        long bucket = bucketOf(hash, bucketCount());
        PmemRegion region = buckets.region(bucket);
        long salt = buckets.salt(bucket);
        int offset = buckets.offset(bucket);
        for (int i = 0; i < BucketDescriptor.SLOT_COUNT; i++, offset += SlotDescriptor.LENGTH) {
            long slot = BucketDescriptor.salted(region.getLong(offset), salt, i);
            if (slot != SlotDescriptor.EMPTY && SlotDescriptor.tag(slot) == (hash & SlotDescriptor.TAG_MASK)) {
                // A damaged slot may point into a file that is being unmapped.
                return CheckedWord.isValid(slot) ? slot : SlotDescriptor.EMPTY;
            }
        }
        return SlotDescriptor.EMPTY;
    }

    /**
     * Checks that every slot is in the bucket in which lookups search for it, and in no other. Reads every record. Only
     * the writer calls it.
     *
     * @throws io.nvmredis.spi.errors.PersistenceException naming the place of a slot that is not
     */
    void verify(PositionHashes hashes) {
        for (long bucket = 0; bucket < bucketCount(); bucket++) {
            long here = bucket;
            visit(bucket, slot -> {
                long belongsTo = bucketOf(hashes.hash(SlotDescriptor.position(slot)), bucketCount());
                if (belongsTo != here) {
                    throw Damage.damaged(
                            buckets.region(here).path(),
                            buckets.offset(here),
                            "slots of bucket " + here,
                            "one of bucket " + belongsTo);
                }
                return false;
            });
        }
    }

    private void requireChain(BucketArray array, long bucket, long steps) {
        // No link leads to an overflow bucket that is not allocated, and no two links lead to the same one: a chain
        // longer than their number would be a loop.
        if (!array.contains(bucket) || steps > overflowCount || (steps > 0 && bucket >= overflowCount)) {
            throw Damage.damaged(
                    state.region().path(),
                    TableDescriptor.OVERFLOW_COUNT_OFFSET,
                    "a link to one of " + overflowCount + " overflow buckets",
                    Long.toString(bucket));
        }
    }

    /**
     * Shows the slots of the bucket that holds a hash. Any thread. If the bucket is split or merged meanwhile,
     * {@code restarted} is called and the slots are shown again. Slots that cannot be read, or that the visitor cannot take, are skipped.
     *
     * @param damaged receives the exception for each of them
     * @return the hash at which the next bucket begins; 0 if there is none
     */
    long visitBucket(long cursor, Runnable restarted, SlotVisitor visitor, Consumer<PersistenceException> damaged) {
        while (true) {
            long seen = layout;
            long count = seen & COUNT_MASK;
            long bucket = bucketOf(cursor, count);
            restarted.run();
            visitReadable(bucket, visitor, damaged);
            if (seen == layout) {
                int freeBits = freeBits(bucket, count);
                return freeBits == Long.SIZE ? 0 : Long.reverse(bucket) + (1L << freeBits);
            }
        }
    }

    private void visitReadable(long bucket, SlotVisitor visitor, Consumer<PersistenceException> damaged) {
        BucketArray array = buckets;
        long at = bucket;
        try {
            for (long steps = 0; at >= 0; steps++) {
                requireChain(array, at, steps);
                visitReadable(array, at, visitor, damaged);
                at = array.link(at);
                array = overflow;
            }
        } catch (PersistenceException e) {
            // The bucket's further overflow buckets are unknown.
            damaged.accept(e);
        }
    }

    private static void visitReadable(
            BucketArray array, long bucket, SlotVisitor visitor, Consumer<PersistenceException> damaged) {
        PmemRegion region = array.region(bucket);
        long salt = array.salt(bucket);
        int offset = array.offset(bucket);
        for (int i = 0; i < BucketDescriptor.SLOT_COUNT; i++, offset += SlotDescriptor.LENGTH) {
            long slot = BucketDescriptor.salted(region.getLongAcquire(offset), salt, i);
            try {
                if (slot != SlotDescriptor.EMPTY) {
                    visitor.isDone(BucketArray.verified(slot, region, offset));
                }
            } catch (PersistenceException e) {
                damaged.accept(e);
            }
        }
    }

    /**
     * Makes sure that {@code slotCount} slots can be added without making a file.
     *
     * @throws NoSpaceException if there is no room for the file
     */
    void reserve(long slotCount) {
        overflow.ensure(overflowCount + Math.max(0, slotCount - overflowSpace.freeCount(overflowCount)));
    }

    /**
     * Replaces one slot by another; either may be empty. A replacement that has been done already changes nothing, so a
     * batch can be redone. Not flushed; a slot for which its bucket has no room is not found before {@link #linkOverflow}.
     */
    void replace(long hash, long oldSlot, long newSlot) {
        long bucket = bucketOf(hash, bucketCount());
        if (oldSlot != SlotDescriptor.EMPTY && putWhere(bucket, oldSlot, newSlot)) {
            return;
        }
        if (newSlot != SlotDescriptor.EMPTY) {
            add(bucket, newSlot);
        }
    }

    /** Puts a slot into a bucket unless the bucket has it; as {@link #replace}. */
    void add(long bucket, long slot) {
        if (!contains(bucket, slot) && !putWhere(bucket, SlotDescriptor.EMPTY, slot)) {
            newOverflow.add(bucket, slot);
        }
    }

    /** Replaces the files of the first version by files of the newest. The index must be opened again afterwards. */
    void convert() {
        buckets.convert(bucketCount());
        overflow.convert(overflowCount);
    }

    /**
     * Shows the slots of all buckets as they will be when the splits interrupted by a crash have been finished, before
     * they are. Changes nothing.
     *
     * @param damaged receives the exception for each slot that cannot be read
     * @param isEnough asked before each bucket
     */
    void visitAll(SlotVisitor visitor, Consumer<PersistenceException> damaged, BooleanSupplier isEnough) {
        long split = splitCount();
        for (long bucket = 0; bucket < bucketCount() && !isEnough.getAsBoolean(); bucket++) {
            if (growth.isPartner(bucket, split)) {
                long here = bucket;
                visitReadable(bucket, slot -> growth.isLeftover(slot, here) || visitor.isDone(slot), damaged);
            } else {
                visitReadable(bucket, visitor, damaged);
            }
        }
    }

    /** Returns the number of buckets, overflow buckets included. */
    long size() {
        return bucketCount() + overflowCount;
    }

    /** Returns whether exactly this slot is in the bucket of a hash. */
    boolean containsSlot(long hash, long slot) {
        return contains(bucketOf(hash, bucketCount()), slot);
    }

    /** Returns whether a slot that may belong to a hash points at a chain. Only the writer calls it. */
    boolean hasChain(long hash) {
        long wanted = SlotDescriptor.CHAIN | (hash & SlotDescriptor.TAG_MASK) << SlotDescriptor.POSITION_BITS;
        BucketArray array = buckets;
        for (long at = bucketOf(hash, bucketCount()), steps = 0;
                at >= 0;
                at = next(array, at, ++steps), array = overflow) {
            PmemRegion region = array.region(at);
            int offset = array.offset(at);
            for (int end = offset + BucketDescriptor.LINK_OFFSET; offset < end; offset += SlotDescriptor.LENGTH) {
                if (((region.getLong(offset) ^ wanted) & SlotDescriptor.CHAIN_AND_TAG) == 0) {
                    return true;
                }
            }
        }
        return false;
    }

    /**
     * Returns the overflow bucket that continues a bucket, {@code steps} links away from the first, or -1. Only the
     * writer calls it.
     */
    private long next(BucketArray array, long bucket, long steps) {
        long link = array.link(bucket);
        if (link >= 0) {
            requireChain(overflow, link, steps);
        }
        return link;
    }

    private boolean contains(long bucket, long slot) {
        BucketArray array = buckets;
        for (long at = bucket, steps = 0; at >= 0; at = next(array, at, ++steps), array = overflow) {
            if (indexOf(slot, array, at) >= 0) {
                return true;
            }
        }
        return false;
    }

    private boolean putWhere(long bucket, long oldSlot, long newSlot) {
        BucketArray array = buckets;
        for (long at = bucket, steps = 0; at >= 0; at = next(array, at, ++steps), array = overflow) {
            int index = indexOf(oldSlot, array, at);
            if (index >= 0) {
                array.putSlot(at, index, newSlot);
                array.changed(at);
                return true;
            }
        }
        return false;
    }

    /**
     * Returns which slot of a bucket equals a slot, or -1. Only the writer, the only thread that stores slots, calls
     * it.
     */
    private static int indexOf(long slot, BucketArray array, long bucket) {
        PmemRegion region = array.region(bucket);
        long salt = array.salt(bucket);
        int offset = array.offset(bucket);
        for (int i = 0; i < BucketDescriptor.SLOT_COUNT; i++) {
            if (BucketDescriptor.salted(region.getLong(offset + i * SlotDescriptor.LENGTH), salt, i) == slot) {
                return i;
            }
        }
        return -1;
    }

    /**
     * Stores the buckets of a hash again, unchanged: a change that was found done may not be on the medium. Not
     * flushed.
     */
    void storeAgain(long hash) {
        BucketArray array = buckets;
        for (long at = bucketOf(hash, bucketCount()), steps = 0;
                at >= 0;
                at = next(array, at, ++steps), array = overflow) {
            array.storeAgain(at);
            array.changed(at);
        }
    }

    /** Makes the overflow buckets that {@link #replace} has allocated durable, and links them. */
    void linkOverflow() {
        if (newOverflow.isEmpty()) {
            return;
        }
        overflow.flush(PersistSite.INDEX_OVERFLOW);
        flushOverflowCount();
        // A crash before this leaves buckets that nothing links to, whether they count as allocated or not; a crash
        // after
        // it leaves buckets that may be linked.
        state.region().drain(PersistSite.INDEX_OVERFLOW);
        newOverflow.linkAll(this::linkLast);
    }

    private void linkLast(long bucket, long added) {
        BucketArray array = buckets;
        long last = bucket;
        for (long link = array.link(last); link >= 0; link = array.link(last)) {
            array = overflow;
            last = link;
        }
        array.putLink(last, added);
        array.changed(last);
    }

    /** Allocates an empty overflow bucket. Neither it nor the count is flushed. */
    long allocateOverflow() {
        long free = overflowSpace.take(overflowCount);
        if (free >= 0) {
            overflow.clear(free);
            return free;
        }
        overflow.ensure(overflowCount + 1);
        long allocated = overflowCount++;
        overflowSpace.taken(allocated);
        overflow.clear(allocated);
        state.put(TableDescriptor.OVERFLOW_COUNT_OFFSET, overflowCount);
        return allocated;
    }

    /** Flushes the count of allocated overflow buckets. */
    void flushOverflowCount() {
        state.region().flush(PersistSite.INDEX_OVERFLOW, TableDescriptor.OVERFLOW_COUNT_OFFSET, Long.BYTES);
    }

    /** Flushes the buckets that {@link #replace} and {@link #storeAgain} have changed. */
    void flush(PersistSite site) {
        buckets.flush(site);
        overflow.flush(site);
    }

    /** Splits buckets until there are enough for {@code slotCount} slots, or until there is no more space. */
    void grow(long slotCount) {
        growth.grow(slotCount);
    }

    /** Lets lookups use {@code count} buckets after splits; this count is durable already. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // One writer.
    void setBucketCount(long count) {
        layout += count - bucketCount();
    }

    /** Lets lookups use {@code count} buckets after merges; this count is durable already. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // One writer.
    void setMergedCount(long count) {
        layout += (1L << COUNT_BITS) + count - bucketCount();
    }

    /** Lowers the number of overflow buckets; it is durable already, and no reader is in one behind it. */
    void setOverflowCount(long count) {
        overflowCount = count;
    }

    @Override
    public void close() {
        buckets.close();
        overflow.close();
    }
}
