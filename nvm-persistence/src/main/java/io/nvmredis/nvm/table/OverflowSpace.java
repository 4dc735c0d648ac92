package io.nvmredis.nvm.table;

import io.nvmredis.nvm.heap.ReaderEpochs;
import java.util.ArrayDeque;
import java.util.BitSet;

/**
 * Tells which overflow buckets nothing links to, so that they can be used again.
 *
 * <p>Their numbers are nowhere in the table's files. They are known when {@link OverflowCompaction} has gone through the
 * whole index once since the table was opened: it notes every bucket that is linked, and the writer every one that it
 * allocates meanwhile. What is not noted then is free. Until then, nothing is.
 *
 * <p>A bucket that has been unlinked durably is free when all readers have left that may have followed the old link. Only the
 * writer uses it.
 */
final class OverflowSpace {
    /** Buckets that are linked, about to be, or in a chain that a reader may still be in. */
    private final BitSet taken = new BitSet();

    private final ArrayDeque<Unlinked> unlinked = new ArrayDeque<>();
    private boolean isKnown;
    private long takenCount;
    /** No lower number is free. */
    private int lowest;

    /** Bucket that readers which have entered in an epoch, or before, may still be in. */
    private record Unlinked(int number, long epoch) {}

    /** Notes that a bucket is linked or about to be. */
    void taken(long number) {
        int bit = Math.toIntExact(number);
        if (!taken.get(bit)) {
            taken.set(bit);
            takenCount++;
        }
    }

    /** Notes that all linked buckets have been noted. */
    void known() {
        isKnown = true;
        lowest = 0;
    }

    /** Returns how many buckets are free. */
    long freeCount(long overflowCount) {
        return isKnown ? overflowCount - takenCount : 0;
    }

    /** Takes the lowest free bucket. Returns its number, or -1 if there is none. */
    long take(long overflowCount) {
        if (!isKnown || takenCount >= overflowCount) {
            return -1;
        }
        lowest = taken.nextClearBit(lowest);
        int number = lowest;
        taken(number);
        return number;
    }

    /** Returns whether a bucket below a number is free. */
    boolean hasFreeBelow(long end) {
        return isKnown && taken.nextClearBit(lowest) < end;
    }

    /** Notes that durably nothing links to a bucket any more. */
    void unlinked(long number, long epoch) {
        taken(number);
        unlinked.add(new Unlinked((int) number, epoch));
    }

    /**
     * Frees the unlinked buckets that no reader can use any more.
     *
     * @return whether none is left that one can
     */
    boolean free(ReaderEpochs epochs) {
        while (!unlinked.isEmpty() && epochs.isOver(unlinked.getFirst().epoch())) {
            int number = unlinked.removeFirst().number();
            taken.clear(number);
            takenCount--;
            lowest = Math.min(lowest, number);
        }
        return unlinked.isEmpty();
    }

    /** Returns the number of buckets that are not free. */
    long takenCount() {
        return takenCount;
    }

    /** Returns the number behind the last bucket that is not free. */
    long end() {
        return taken.length();
    }

    boolean isKnown() {
        return isKnown;
    }
}
