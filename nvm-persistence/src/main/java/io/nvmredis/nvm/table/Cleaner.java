package io.nvmredis.nvm.table;

import io.nvmredis.nvm.events.CleanEvent;
import io.nvmredis.nvm.format.HeapDescriptor;
import io.nvmredis.nvm.format.HeapRecordDescriptor;
import io.nvmredis.nvm.format.SlotDescriptor;
import io.nvmredis.nvm.heap.HeapRecord;
import io.nvmredis.nvm.heap.SegmentSpace;
import io.nvmredis.nvm.pmem.NoSpaceException;
import io.nvmredis.spi.errors.PersistenceException;
import java.util.BitSet;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Frees segments: moves the live records of the segment with the fewest live bytes to the head, and retires the segment.
 *
 * <p>Bound: the cleaner works as long as the ordinary segments in use are longer than {@value #SPACE_FACTOR} times their
 * live bytes plus {@value #ALLOWANCE_SEGMENTS} segments. While they are, the emptiest segment is at most 1/1.4 full, so
 * the cleaner gains at least 0.4 bytes per byte it moves, less what is lost at the ends of segments, and the writer
 * gives it a large enough budget per byte it appends. When the disk is full the cleaner works as long as the gain makes
 * a free segment.
 *
 * <p>End: only a segment with dead bytes in it is ever a victim, and moving its live records makes no other byte dead,
 * except where a chain becomes shorter. So the dead bytes become fewer with each victim, and without a writer the
 * cleaning comes to an end, however full the disk is and however badly the records fit their segments.
 *
 * <p>Cost: after each record, the budget is charged for the bytes looked at or for the bytes written, whichever are
 * more. Records known to be dead, see {@link SegmentSpace#nextUndecided}, are skipped and cost nothing. To move a
 * record in the middle of a chain, the cleaner also writes all newer records of the chain anew, since they point at it;
 * it writes the whole chain anew only if that is no longer than {@value #FOLD_FACTOR} times those records.
 *
 * <p>Safety: a segment is retired when its live bytes, which are exact with each batch, are zero and that is durable;
 * its space is used again when every reader that entered before has left. A reader of a record that is being moved goes
 * on reading the old copy, which no writer overwrites until then.
 *
 * <p>A record that cannot be read stays where it is, and so do the other records of its chain. Their segments are
 * emptied of all other records, and then left alone until nothing in them is live. If even the record's length cannot
 * be read, the records behind it stay as well.
 *
 * <p>Threads: only the writer; any thread reads {@link #cleanedCount}.
 */
final class Cleaner {
    static final double SPACE_FACTOR = 1.4;
    static final int ALLOWANCE_SEGMENTS = 2;
    /** Part of a segment that cleaning must gain at least: for less, moving the rest of it is not worth while. */
    private static final double LEAST_GAIN = 0.1;

    /**
     * Greatest length of a chain that is folded, per byte that has to be written anyway. Folding makes the chain
     * shorter for good.
     */
    private static final int FOLD_FACTOR = 4;

    /** Number of records that are looked at together. */
    private static final int WINDOW = 32;

    private static final Logger LOG = LoggerFactory.getLogger(Cleaner.class);

    private final TableCore core;
    private final KeyWriter keys;
    private final SegmentSpace space;
    private final BitSet damaged = new BitSet();
    private final HeapRecord[] window = new HeapRecord[WINDOW];
    private final long[] hashes = new long[WINDOW];
    private int victim = -1;
    private int offset;
    /** Begun when the victim was chosen. */
    private CleanEvent event = new CleanEvent();

    private volatile long cleanedCount;

    Cleaner(TableCore core, KeyWriter keys) {
        this.core = core;
        this.keys = keys;
        this.space = core.heap().space();
        for (int i = 0; i < WINDOW; i++) {
            window[i] = new HeapRecord();
        }
    }

    long cleanedCount() {
        return cleanedCount;
    }

    /**
     * Looks at, or writes, records of about the budget's bytes, exceeding it by one record at most. The batch must be
     * published.
     *
     * @return whether there is more to do now
     */
    boolean step(long budgetBytes) {
        space.freeRetired(core.epochs());
        if (victim < 0 && !choose()) {
            return false;
        }
        long startNanos = System.nanoTime();
        boolean isMore = clean(budgetBytes);
        core.durations().accept("clean", System.nanoTime() - startNanos);
        return isMore;
    }

    private boolean clean(long budgetBytes) {
        long left = budgetBytes;
        while (left > 0) {
            if (victim < 0 && !choose()) {
                return false;
            }
            left -= lookAtNext(left);
        }
        core.publish();
        return true;
    }

    private boolean choose() {
        Choice choice = new Choice();
        for (int number = 0; number <= space.highest(); number++) {
            if (space.isInUse(number)) {
                choice.consider(number);
            }
        }
        victim = choice.number();
        offset = HeapDescriptor.RECORDS_OFFSET;
        // One without live records is not read.
        if (victim >= 0 && space.live(victim) > 0) {
            space.readAhead(victim);
        }
        if (victim >= 0) {
            event = new CleanEvent();
            event.segment = victim;
            event.liveBytes = space.live(victim);
            event.begin();
        }
        return victim >= 0;
    }

    /** Search for the segment whose cleaning gains most, and decision whether to clean it. */
    private final class Choice {
        private final int segmentLength = core.files().shape().segmentLength();
        private final int head = core.heap().headNumber();
        private long used;
        private long live;
        private long largestTail;
        private long emptyableCount;
        private long freeBytes;
        private int emptiest = -1;
        private long leastLive = Long.MAX_VALUE;

        void consider(int number) {
            boolean isLarge = space.isLarge(number);
            if (space.live(number) == 0 && number != head) {
                // Nothing has to be moved.
                emptiest = number;
                leastLive = 0;
            } else if (!isLarge && !damaged.get(number)) {
                used += segmentLength;
                live += space.live(number);
                if (number != head) {
                    considerMoving(number);
                }
            }
        }

        private void considerMoving(int number) {
            int end = space.end(number);
            long liveBytes = space.live(number);
            long tail = (long) segmentLength - end;
            largestTail = Math.max(largestTail, tail);
            boolean hasDead = liveBytes < end - HeapDescriptor.RECORDS_OFFSET;
            if (hasDead && gain(liveBytes) >= LEAST_GAIN * segmentLength) {
                emptyableCount++;
                freeBytes += gain(liveBytes);
                if (liveBytes < leastLive) {
                    leastLive = liveBytes;
                    emptiest = number;
                }
            }
        }

        private long gain(long liveBytes) {
            return segmentLength - HeapDescriptor.RECORDS_OFFSET - liveBytes;
        }

        /** Returns the number of the segment to clean, or -1. */
        int number() {
            boolean isWorthwhile =
                    emptiest >= 0 && (leastLive == 0 || used > bound() || (freesSegment() && space.isTight()));
            return isWorthwhile ? emptiest : -1;
        }

        private long bound() {
            return (long) (SPACE_FACTOR * live) + (long) ALLOWANCE_SEGMENTS * segmentLength;
        }

        /**
         * Returns whether moving the live records of all emptyable segments, less the bytes lost at the ends, gains at
         * least one whole segment.
         */
        private boolean freesSegment() {
            long room = head < 0 ? 0 : segmentLength - space.end(head);
            return room + freeBytes - emptyableCount * largestTail >= segmentLength - HeapDescriptor.RECORDS_OFFSET;
        }
    }

    /**
     * Looks at some records from {@code offset} on; retires the victim when it is empty.
     *
     * @return bytes that the budget is charged for
     */
    private long lookAtNext(long budgetBytes) {
        if (space.live(victim) == 0) {
            retire();
            return 1;
        }
        try {
            int count = readWindow();
            prefetchKeys(count);
            long cost = 0;
            for (int i = 0; i < count && cost < budgetBytes; i++) {
                long length = window[i].header().framedLength();
                cost += Math.max(length, lookAtReadable(hashes[i], window[i]));
                offset = window[i].offset() + (int) length;
            }
            return cost;
        } catch (NoSpaceException e) {
            throw e;
        } catch (PersistenceException e) {
            core.requireHealthy();
            LOG.error("a heap segment cannot be emptied, and its last records stay there: {}", e.getMessage());
            core.damage().noteFound(e);
            damaged.set(victim);
            victim = -1;
            return 1;
        }
    }

    /**
     * Looks at a readable record. If another record of its chain cannot be read, that one stays where it is, and so do
     * this record and its segment, after all other records of the segment have been moved.
     */
    private long lookAtReadable(long hash, HeapRecord record) {
        try {
            return lookAt(hash, record);
        } catch (NoSpaceException e) {
            throw e;
        } catch (PersistenceException e) {
            core.requireHealthy();
            core.damage().noteFound(e);
            LOG.error("a record at offset {} of {} stays there: {}", record.offset(), record.path(), e.getMessage());
            return 0;
        }
    }

    /**
     * Loads the records of a window into the processor's cache together. For some segments the offsets of the live
     * records are known in DRAM.
     */
    private void prefetchWindow(int first) {
        if (space.knowsLiveRecords(victim)) {
            int at = first;
            for (int i = 0; i < WINDOW && at >= 0; i++) {
                core.prefetchRecord(core.heap().position(victim, at));
                at = space.nextUndecided(victim, at + HeapRecordDescriptor.ALIGNMENT);
            }
        }
    }

    /** Reads the headers of the next records that may be live. Returns their number, which is 1 at least. */
    private int readWindow() {
        int at = space.nextUndecided(victim, offset);
        if (at < 0) {
            throw new PersistenceException(
                    space.live(victim) + " live bytes are said to be in heap segment " + victim + " and are not");
        }
        prefetchWindow(at);
        int count = 0;
        for (; at >= 0 && count < WINDOW; count++) {
            HeapRecord record = window[count];
            try {
                core.heap().read(core.heap().position(victim, at), record);
            } catch (PersistenceException e) {
                if (count == 0) {
                    throw e;
                }
                // The next call meets this record first, and throws.
                return count;
            }
            at = space.nextUndecided(victim, at + (int) record.header().framedLength());
        }
        return count;
    }

    /**
     * Loads the buckets of the window's keys into the processor's cache together: they are scattered over the index,
     * and waiting for one after the other would take most of the time of cleaning.
     */
    private void prefetchKeys(int count) {
        for (int i = 0; i < count; i++) {
            hashes[i] = core.hash(window[i]);
        }
        core.prefetchBuckets(hashes, 0, count);
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // One writer.
    private void retire() {
        core.publish();
        space.retire(victim, core.epochs());
        damaged.clear(victim);
        core.damage().forget(core.heap().pathOf(victim));
        event.commit();
        victim = -1;
        cleanedCount++;
        space.freeRetired(core.epochs());
    }

    /**
     * Looks at one record. For most, the slots alone decide: a record that a slot points at, and that is no chain, is
     * live; one that no slot points at, and no chain may contain, is dead. Returns the number of bytes written.
     */
    private long lookAt(long hash, HeapRecord record) {
        long before = core.heap().appendedBytes();
        long position = core.heap().position(victim, record.offset());
        long whole = SlotDescriptor.of(hash, position, false);
        if (!core.isChanging(hash) && core.index().containsSlot(hash, whole)) {
            if (core.isRemovable(record.header())) {
                core.remove(hash, whole, record);
            } else {
                keys.move(hash, whole, record);
            }
        } else if (core.isChanging(hash) || core.index().hasChain(hash)) {
            lookAtChain(record, core.locate(record));
        }
        if (core.isBatchFull()) {
            core.publish();
        }
        return core.heap().appendedBytes() - before;
    }

    private void lookAtChain(HeapRecord record, Located located) {
        if (!located.isFound()) {
            return;
        }
        List<HeapRecord> chain = core.chain(located.record());
        int index = 0;
        while (index < chain.size() && !chain.get(index).isAt(record)) {
            index++;
        }
        if (index == chain.size()) {
            return;
        }
        if (core.isRemovable(located.record().header())) {
            core.remove(located);
        } else if (chain.size() == 1) {
            keys.move(located.hash(), located.slot(), record);
        } else if (!isWorthFolding(chain, index) || !isFolded(located, chain, index)) {
            keys.mergeInPlace(located, chain, index + 1);
        }
    }

    /**
     * Folds a chain. Returns false if its base cannot be read and need not move: the deltas can be moved without it.
     */
    private boolean isFolded(Located located, List<HeapRecord> chain, int index) {
        try {
            keys.foldInPlace(located, chain);
            return true;
        } catch (NoSpaceException e) {
            throw e;
        } catch (PersistenceException e) {
            core.requireHealthy();
            if (index == chain.size() - 1) {
                throw e;
            }
            return false;
        }
    }

    /**
     * Returns whether the whole chain is not much longer than the records that have to be written to move one of them.
     */
    private static boolean isWorthFolding(List<HeapRecord> chain, int index) {
        long moved = 0;
        for (int i = 0; i <= index; i++) {
            moved += chain.get(i).header().framedLength();
        }
        return chain.get(0).header().chainLength() <= FOLD_FACTOR * moved;
    }
}
