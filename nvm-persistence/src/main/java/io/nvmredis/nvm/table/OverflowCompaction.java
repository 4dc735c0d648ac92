package io.nvmredis.nvm.table;

import io.nvmredis.nvm.format.TableDescriptor;
import io.nvmredis.nvm.heap.ReaderEpochs;
import io.nvmredis.nvm.heap.TableState;
import io.nvmredis.nvm.pmem.PersistSite;
import java.util.ArrayList;
import java.util.List;

/**
 * Gives the space of overflow buckets back, in passes over all buckets of the index, some hundreds of them at a time.
 *
 * <p>The first pass takes empty overflow buckets out of their chains, and notes which are linked: the others are free. If
 * files can be given back, a second pass copies the overflow buckets with the highest numbers to free places below, and links
 * the copies instead. Then the count of overflow buckets is lowered, and the files behind it are deleted.
 *
 * <p>A pass goes through the buckets in the order of their numbers. Splits add buckets behind, and the writer notes what it
 * allocates, so the pass misses no link; merges take buckets away, whose chains are noted as unlinked.
 *
 * <p>Readers: neither an original nor a bucket that was taken out is changed before every reader has left that may be in it,
 * and both still lead to the rest of the chain. Batches change the copy, and the original not any more; a reader that is in the
 * original sees the batch before, as if it had been earlier.
 *
 * <p>Only the writer uses it, between two batches.
 */
final class OverflowCompaction {
    /** Number of buckets whose chains are looked at together. */
    static final int BUCKETS = 256;

    /** Part of the linked overflow buckets for which room is left besides, so that the next ones do not need a file. */
    private static final int ROOM_PART = 4;

    private static final long UNLIMITED = Long.MAX_VALUE;

    private enum Pass {
        NONE,
        NOTING,
        MOVING
    }

    /** Change of a link; of an overflow bucket if {@code array} is theirs. */
    private record Relink(BucketArray array, long bucket, long target) {}

    private final TableIndex index;
    private final BucketArray buckets;
    private final BucketArray overflow;
    private final OverflowSpace space;
    private final TableState state;
    private final ReaderEpochs epochs;
    private final List<Relink> relinks = new ArrayList<>();
    private final List<Long> unlinked = new ArrayList<>();
    private Pass pass = Pass.NONE;
    private long cursor;
    /** Number from which on overflow buckets are moved. */
    private long limit = UNLIMITED;

    /** Also when the table is opened: a crash may have left files behind the count. */
    private boolean isCountToBeLowered = true;

    OverflowCompaction(
            TableIndex index,
            BucketArray buckets,
            BucketArray overflow,
            OverflowSpace space,
            TableState state,
            ReaderEpochs epochs) {
        this.index = index;
        this.buckets = buckets;
        this.overflow = overflow;
        this.space = space;
        this.state = state;
        this.epochs = epochs;
    }

    /** Begins a first pass, if there is more than one file of overflow buckets. */
    void begin() {
        if (overflow.fileCount() > 1) {
            begin(Pass.NOTING, UNLIMITED);
        }
    }

    private void begin(Pass next, long from) {
        pass = next;
        limit = from;
        cursor = 0;
    }

    boolean isUnderWay() {
        return pass != Pass.NONE;
    }

    /**
     * Looks at the chains of the next buckets.
     *
     * @throws io.nvmredis.spi.errors.PersistenceException if one of them is damaged; the chains are as they were then
     */
    void step() {
        long end = Math.min(cursor + BUCKETS, index.bucketCount());
        try {
            for (long bucket = cursor; bucket < end; bucket++) {
                lookAtChain(bucket);
            }
        } catch (RuntimeException e) {
            // What has been copied stays unlinked, and nothing is known to be free.
            pass = Pass.NONE;
            overflow.flush(PersistSite.INDEX_MOVED_OVERFLOW);
            relinks.clear();
            unlinked.clear();
            throw e;
        }
        cursor = end;
        relink();
        if (end == index.bucketCount()) {
            endPass();
        }
    }

    /** Collects what has to change in a chain, and writes copies of the buckets that are to be moved. */
    private void lookAtChain(long bucket) {
        index.requireBuckets(bucket, true);
        BucketArray lastArray = buckets;
        long last = bucket;
        boolean isLastCopied = false;
        long linked = buckets.link(bucket);
        for (long at = linked; at >= 0; at = overflow.link(at)) {
            space.taken(at);
            long kept = at;
            boolean isCopied = false;
            if (overflow.usedCount(at) == 0) {
                unlinked.add(at);
                continue;
            } else if (at >= limit && space.hasFreeBelow(limit)) {
                unlinked.add(at);
                kept = copy(at);
                isCopied = true;
            }
            link(lastArray, last, isLastCopied, linked, kept);
            lastArray = overflow;
            last = kept;
            isLastCopied = isCopied;
            linked = isCopied ? -1 : overflow.link(at);
        }
        link(lastArray, last, isLastCopied, linked, -1);
    }

    private long copy(long original) {
        long copy = space.take(index.overflowCount());
        overflow.copySlots(original, copy);
        overflow.changed(copy);
        return copy;
    }

    /** Links a bucket to another: at once if nothing links to it yet, otherwise later, and if it is not linked so. */
    private void link(BucketArray array, long bucket, boolean isUnused, long linked, long target) {
        if (linked == target) {
            return;
        }
        if (isUnused) {
            array.putLink(bucket, target);
        } else {
            relinks.add(new Relink(array, bucket, target));
        }
    }

    private void relink() {
        if (relinks.isEmpty()) {
            return;
        }
        overflow.flush(PersistSite.INDEX_MOVED_OVERFLOW);
        // A crash before this leaves any content in places that nothing links to; a crash after it leaves whole copies.
        state.region().drain(PersistSite.INDEX_MOVED_OVERFLOW);
        for (Relink relink : relinks) {
            relink.array().putLink(relink.bucket(), relink.target());
            relink.array().changed(relink.bucket());
        }
        index.flush(PersistSite.INDEX_OVERFLOW_LINKS);
        // A crash before this leaves the old or the new link of each, and both lead to the same slots, none of which
        // has
        // changed since; a crash after it leaves the new ones, and slots may change in the copies alone.
        state.region().drain(PersistSite.INDEX_OVERFLOW_LINKS);
        long epoch = epochs.advance();
        unlinked.forEach(number -> space.unlinked(number, epoch));
        relinks.clear();
        unlinked.clear();
    }

    private void endPass() {
        if (pass == Pass.MOVING) {
            pass = Pass.NONE;
            isCountToBeLowered = true;
            return;
        }
        space.known();
        long kept = space.takenCount() + space.takenCount() / ROOM_PART;
        long files = overflow.fileCount(kept);
        if (files < overflow.fileCount(index.overflowCount())) {
            begin(Pass.MOVING, overflow.capacity((int) files));
        } else {
            pass = Pass.NONE;
            isCountToBeLowered = true;
        }
    }

    /** Notes that the chains of buckets that have been merged are linked from nowhere any more. */
    void unlinkedChainsOf(long from, long to, long epoch) {
        for (long bucket = from; bucket < to; bucket++) {
            for (long at = buckets.link(bucket); at >= 0; at = overflow.link(at)) {
                space.unlinked(at, epoch);
            }
        }
    }

    /**
     * Frees what no reader uses any more, and when a compaction has ended, lowers the count of overflow buckets and deletes the
     * files behind it.
     */
    void giveBack() {
        boolean isAllFree = space.free(epochs);
        if (!isAllFree || !isCountToBeLowered) {
            return;
        }
        isCountToBeLowered = false;
        long count = space.isKnown() ? space.end() : index.overflowCount();
        if (count < index.overflowCount()) {
            // A crash before this leaves the old count, with all files; a crash after it leaves the lower one.
            state.persist(PersistSite.INDEX_OVERFLOW_COUNT, TableDescriptor.OVERFLOW_COUNT_OFFSET, count);
            index.setOverflowCount(count);
        }
        // A new table has one file without a bucket.
        int kept = Math.max(space.isKnown() ? 0 : 1, overflow.fileCount(count));
        while (overflow.fileCount() > kept) {
            overflow.deleteLast();
        }
    }
}
