package io.nvmredis.nvm.table;

import io.nvmredis.nvm.format.HeapDescriptor;
import io.nvmredis.nvm.format.HeapRecordDescriptor;
import io.nvmredis.nvm.format.SlotDescriptor;
import io.nvmredis.nvm.heap.HeapRecord;
import io.nvmredis.nvm.heap.SegmentSpace;
import io.nvmredis.nvm.pmem.NoSpaceException;
import io.nvmredis.spi.PersistenceException;
import java.util.BitSet;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Frees segments: moves what is live in the emptiest one to the head and retires it.
 *
 * <p>Bound: it works as long as the ordinary segments in use are larger than {@value #SPACE_FACTOR} times their live bytes plus
 * {@value #ALLOWANCE_SEGMENTS} segments. While they are, the emptiest is at most 1/1.4 full, so each byte moved gains
 * 0.4 bytes at least, less what is lost at the ends of segments, and the writer gives it enough to do for each byte it
 * appends. When the disk is full it works as long as what it would gain makes a free segment.
 *
 * <p>End: only a segment with dead bytes in it is ever a victim, and moving what is live in one makes no other byte
 * dead, but for chains, which get shorter. So the dead bytes become fewer with each victim, and without a writer it
 * comes to an end, however full the disk is and however badly the records fit their segments.
 *
 * <p>Cost: a budget is charged for what is looked at and for what is written, whichever is more, after each record. What
 * is known to be dead, see {@link SegmentSpace#nextUndecided}, is passed over and costs nothing. A record in the middle of
 * a chain has all that is newer than it written anew, since they point at it; the whole chain only if it is no longer than
 * {@value #FOLD_FACTOR} times that.
 *
 * <p>Safety: a segment is retired when its live bytes, exact with each batch, are zero and that is durable; its space is
 * used again when every reader that came before has left. A reader that stands in a record being moved goes on reading
 * the old one, which nobody overwrites until then.
 *
 * <p>A record that cannot be read stays where it is, and so do those of its chain; their segments are emptied of
 * everything else and left alone then, until nothing in them is live. If even its length cannot be read, what is behind
 * it stays as well. The writer's, but for the counts.
 */
final class Cleaner {
    static final double SPACE_FACTOR = 1.4;
    static final int ALLOWANCE_SEGMENTS = 2;
    /** To gain less than this part of a segment is not worth moving the rest of it. */
    private static final double LEAST_GAIN = 0.1;

    /** A chain of up to so many times what has to be written anyway is folded: that makes it shorter for good. */
    private static final int FOLD_FACTOR = 4;

    /** Records that are looked at together. */
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
     * Looks at, or writes, records of about so many bytes: one record more at most. The batch must be published.
     *
     * @return whether there is more to do now
     */
    boolean step(long budgetBytes) {
        space.freeRetired(core.epochs());
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
        return victim >= 0;
    }

    /** Finds the segment that gains most, and whether there is reason to clean it. */
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

        /** The segment to clean, or -1. */
        int number() {
            boolean isWorthwhile =
                    emptiest >= 0 && (leastLive == 0 || used > bound() || (freesSegment() && space.isTight()));
            return isWorthwhile ? emptiest : -1;
        }

        private long bound() {
            return (long) (SPACE_FACTOR * live) + (long) ALLOWANCE_SEGMENTS * segmentLength;
        }

        /** Whether the head has more room than it needs for what is live in them, and what is lost at the ends. */
        private boolean freesSegment() {
            long room = head < 0 ? 0 : segmentLength - space.end(head);
            return room + freeBytes - emptyableCount * largestTail >= segmentLength - HeapDescriptor.RECORDS_OFFSET;
        }
    }

    /** Looks at some records from {@code offset} on; ends with the victim when it is empty. Returns what it cost. */
    private long lookAtNext(long budgetBytes) {
        if (space.live(victim) == 0) {
            retire();
            return 1;
        }
        try {
            int count = readWindow();
            touchKeys(count);
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
            LOG.error("a heap segment cannot be emptied, what is left in it stays there: {}", e.getMessage());
            core.damage().noteFound(e);
            damaged.set(victim);
            victim = -1;
            return 1;
        }
    }

    /**
     * Passes over a record that cannot be moved because another of its chain cannot be read: that one is left where it
     * is, and with it this one and its segment, when all else in it has been moved.
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

    /** Where live records begin is known without reading them, so all of the window can be fetched together. */
    private void touchWindow(int first) {
        if (space.knowsLiveRecords(victim)) {
            int at = first;
            for (int i = 0; i < WINDOW && at >= 0; i++) {
                core.touchRecord(core.heap().position(victim, at));
                at = space.nextUndecided(victim, at + HeapRecordDescriptor.ALIGNMENT);
            }
        }
    }

    /** Reads the headers of the next records that may be live. Returns how many: one at least. */
    private int readWindow() {
        int at = space.nextUndecided(victim, offset);
        if (at < 0) {
            throw new PersistenceException(
                    space.live(victim) + " live bytes are said to be in heap segment " + victim + " and are not");
        }
        touchWindow(at);
        int count = 0;
        for (; at >= 0 && count < WINDOW; count++) {
            HeapRecord record = window[count];
            try {
                core.heap().read(core.heap().position(victim, at), record);
            } catch (PersistenceException e) {
                if (count == 0) {
                    throw e;
                }
                // Its turn comes when those before it have been looked at.
                return count;
            }
            at = space.nextUndecided(victim, at + (int) record.header().framedLength());
        }
        return count;
    }

    /** What is looked up next is all over the index: to wait for one bucket after the other would be most of it. */
    private void touchKeys(int count) {
        for (int i = 0; i < count; i++) {
            hashes[i] = core.hash(window[i]);
        }
        core.touchBuckets(hashes, 0, count);
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // One writer.
    private void retire() {
        core.publish();
        space.retire(victim, core.epochs());
        damaged.clear(victim);
        core.damage().forget(core.heap().pathOf(victim));
        victim = -1;
        cleanedCount++;
        space.freeRetired(core.epochs());
    }

    /**
     * Most records are told from the slots alone: one that a slot points at, and that is no chain, is live; one that no
     * slot points at, and no chain may contain, is dead. Returns the bytes that have been written.
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
        int place = 0;
        while (place < chain.size() && !chain.get(place).isAt(record)) {
            place++;
        }
        if (place == chain.size()) {
            return;
        }
        if (core.isRemovable(located.record().header())) {
            core.remove(located);
        } else if (chain.size() == 1) {
            keys.move(located.hash(), located.slot(), record);
        } else if (!isWorthFolding(chain, place) || !isFolded(located, chain, place)) {
            keys.mergeInPlace(located, chain, place + 1);
        }
    }

    /** Folds a chain, unless its base cannot be read and need not move: deltas can go without it. */
    private boolean isFolded(Located located, List<HeapRecord> chain, int place) {
        try {
            keys.foldInPlace(located, chain);
            return true;
        } catch (NoSpaceException e) {
            throw e;
        } catch (PersistenceException e) {
            core.requireHealthy();
            if (place == chain.size() - 1) {
                throw e;
            }
            return false;
        }
    }

    /** Whether the whole chain is not much more than what has to be written to move one record of it. */
    private static boolean isWorthFolding(List<HeapRecord> chain, int place) {
        long moved = 0;
        for (int i = 0; i <= place; i++) {
            moved += chain.get(i).header().framedLength();
        }
        return chain.get(0).header().chainLength() <= FOLD_FACTOR * moved;
    }
}
