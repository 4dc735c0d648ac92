package io.nvmredis.nvm.table;

import io.nvmredis.nvm.format.HeapDescriptor;
import io.nvmredis.nvm.heap.HeapRecord;
import io.nvmredis.nvm.heap.SegmentSpace;
import io.nvmredis.nvm.pmem.NoSpaceException;
import io.nvmredis.nvm.table.TableCore.Located;
import io.nvmredis.spi.PersistenceException;
import java.util.BitSet;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Frees segments: moves what is live in the emptiest one to the head, folding on the way, and retires it.
 *
 * <p>Bound: it works as long as the ordinary segments in use are larger than {@value #SPACE_FACTOR} times their live bytes plus
 * {@value #ALLOWANCE_SEGMENTS} segments. While they are, the emptiest is at most 1/1.3 full, so each byte moved gains
 * 0.3 bytes at least, and the writer gives it enough to do for each byte it appends. When the disk is full it works as
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
    static final double SPACE_FACTOR = 1.3;
    static final int ALLOWANCE_SEGMENTS = 2;
    /** A segment with this part live is as good as full: moving it gains next to nothing. */
    private static final double FULL_PART = 0.9;

    /** A chain of up to so many bytes is folded when any part of it has to move. */
    private static final int FOLD_BYTES = 64 << 10;

    private static final Logger LOG = LoggerFactory.getLogger(Cleaner.class);

    private final TableCore core;
    private final KeyWriter keys;
    private final SegmentSpace space;
    private final BitSet damaged = new BitSet();
    private int victim = -1;
    private int offset;
    private volatile long cleanedCount;

    Cleaner(TableCore core, KeyWriter keys) {
        this.core = core;
        this.keys = keys;
        this.space = core.heap().space();
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

    /** Looks at the record at {@code offset}; ends with the victim when it is empty. Returns the record's length. */
    private long lookAtNext() {
        if (space.live(victim) == 0) {
            retire();
            return 1;
        }
        try {
            if (offset >= space.end(victim)) {
                throw new PersistenceException(
                        space.live(victim) + " live bytes are said to be in heap segment " + victim + " and are not");
            }
            HeapRecord record = core.heap().read(core.heap().position(victim, offset));
            long length = record.header().framedLength();
            lookAt(record);
            offset += (int) length;
            return length;
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

    @SuppressWarnings("NonAtomicVolatileUpdate") // One writer.
    private void retire() {
        core.publish();
        space.retire(victim, core.epochs());
        victim = -1;
        cleanedCount++;
        space.freeRetired(core.epochs());
    }

    private void lookAt(HeapRecord record) {
        long hash = core.hash(record);
        core.settle(hash);
        Located located = core.find(hash, record.header().database(), record.key());
        if (located == null) {
            return;
        }
        List<HeapRecord> chain = core.chain(located.record());
        int place = placeOf(record, chain);
        if (place < 0) {
            return;
        }
        if (isRemovable(located)) {
            core.remove(hash, located, chain);
        } else {
            relocate(hash, located, chain, place);
        }
        if (core.isBatchFull()) {
            core.publish();
        }
    }

    /** Whether a key's newest record means nothing any more. */
    boolean isRemovable(Located located) {
        return core.isFlushed(located.record().header())
                || (located.record().header().isTombstone()
                        && located.record().header().lsn() <= core.checkpointLsn());
    }

    private static int placeOf(HeapRecord record, List<HeapRecord> chain) {
        for (int i = 0; i < chain.size(); i++) {
            if (chain.get(i).offset() == record.offset() && chain.get(i).path().equals(record.path())) {
                return i;
            }
        }
        return -1;
    }

    private void relocate(long hash, Located located, List<HeapRecord> chain, int place) {
        long bytes = 0;
        for (HeapRecord part : chain) {
            bytes += part.header().framedLength();
        }
        if (chain.size() == 1) {
            keys.move(hash, located);
        } else if (place == chain.size() - 1 || bytes <= FOLD_BYTES) {
            // The base moves anyway, and the deltas weigh no more than it.
            keys.foldInPlace(hash, located, chain);
        } else {
            keys.mergeInPlace(hash, located, chain, place + 1);
        }
    }
}
