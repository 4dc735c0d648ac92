package io.nvmredis.nvm.table;

import io.nvmredis.nvm.format.HeapDescriptor;
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
 * Frees segments: moves what is live in the emptiest one to the head, folding on the way, and retires it.
 *
 * <p>Bound: it works as long as the ordinary segments in use are larger than {@value #SPACE_FACTOR} times their live bytes plus
 * {@value #ALLOWANCE_SEGMENTS} segments. While they are, the emptiest is at most 1/1.4 full, so each byte moved gains
 * 0.4 bytes at least, and the writer gives it enough to do for each byte it appends. When the disk is full it works as
 * long as anything can be gained.
 *
 * <p>Safety: a segment is retired when its live bytes, exact with each batch, are zero and that is durable; its space is
 * used again when every reader that came before has left. A reader that stands in a record being moved goes on reading
 * the old one, which nobody overwrites until then.
 *
 * <p>A segment with a record that cannot be read is left alone for good: its space is lost, its other records are not.
 * The writer's.
 */
final class Cleaner {
    static final double SPACE_FACTOR = 1.4;
    static final int ALLOWANCE_SEGMENTS = 2;
    /** A segment with this part live is as good as full: moving it gains next to nothing. */
    private static final double FULL_PART = 0.9;

    /** A chain of up to so many bytes is folded when any part of it has to move. */
    private static final int FOLD_BYTES = 64 << 10;

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

    int damagedCount() {
        return damaged.cardinality();
    }

    /**
     * Looks at records of about so many bytes. The batch must be published.
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
            left -= lookAtNext();
        }
        core.publish();
        return true;
    }

    private boolean choose() {
        long used = 0;
        long live = 0;
        int emptiest = -1;
        double least = FULL_PART;
        for (int number = 0; number <= space.highest(); number++) {
            if (!space.isInUse(number)) {
                continue;
            }
            boolean isLarge = space.isLarge(number);
            if (!isLarge) {
                used += space.length(number);
                live += space.live(number);
            }
            double part = (double) space.live(number) / space.length(number);
            boolean isChoice = number != core.heap().headNumber() && !damaged.get(number);
            if (isChoice && part < least && (part == 0 || !isLarge)) {
                least = part;
                emptiest = number;
            }
        }
        long bound = (long) (SPACE_FACTOR * live)
                + (long) ALLOWANCE_SEGMENTS * core.files().shape().segmentLength();
        if (emptiest < 0 || (least > 0 && used <= bound && !space.isTight())) {
            return false;
        }
        victim = emptiest;
        offset = HeapDescriptor.RECORDS_OFFSET;
        return true;
    }

    /** Looks at some records from {@code offset} on; ends with the victim when it is empty. Returns their length. */
    private long lookAtNext() {
        if (space.live(victim) == 0) {
            retire();
            return 1;
        }
        int begin = offset;
        try {
            int count = readWindow();
            touchKeys(count);
            for (int i = 0; i < count; i++) {
                lookAt(hashes[i], window[i]);
                offset += (int) window[i].header().framedLength();
            }
            return (long) offset - begin;
        } catch (NoSpaceException e) {
            throw e;
        } catch (PersistenceException e) {
            core.requireHealthy();
            LOG.error("a heap segment cannot be cleaned and is left as it is: {}", e.getMessage());
            damaged.set(victim);
            victim = -1;
            return 1;
        }
    }

    /** Reads the headers of the next records. Returns how many: one at least. */
    private int readWindow() {
        int end = space.end(victim);
        if (offset >= end) {
            throw new PersistenceException(
                    space.live(victim) + " live bytes are said to be in heap segment " + victim + " and are not");
        }
        int count = 0;
        for (int at = offset; at < end && count < WINDOW; count++) {
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
            at += (int) record.header().framedLength();
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
        victim = -1;
        cleanedCount++;
        space.freeRetired(core.epochs());
    }

    /**
     * Most records are told from the slots alone: one that a slot points at, and that is no chain, is live; one that no
     * slot points at, and no chain may contain, is dead.
     */
    private void lookAt(long hash, HeapRecord record) {
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
        } else if (place == chain.size() - 1 || located.record().header().chainLength() <= FOLD_BYTES) {
            // The base moves anyway, and the deltas weigh no more than it.
            keys.foldInPlace(located, chain);
        } else {
            keys.mergeInPlace(located, chain, place + 1);
        }
    }
}
