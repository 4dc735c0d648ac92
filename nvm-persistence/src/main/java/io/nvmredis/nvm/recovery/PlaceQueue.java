package io.nvmredis.nvm.recovery;

import java.util.Arrays;

/** Queue of log places by rising LSN. Allocates only to grow, since one is added per transaction read. */
final class PlaceQueue {
    private long[] lsns = new long[64];
    private long[] places = new long[64];
    private int first;
    private int count;

    void add(long lsn, int segmentIndex, int offset) {
        if (count == lsns.length) {
            grow();
        }
        int at = (first + count) & (lsns.length - 1);
        lsns[at] = lsn;
        places[at] = (long) segmentIndex << Integer.SIZE | offset;
        count++;
    }

    private void grow() {
        long[] newLsns = Arrays.copyOf(lsns, 2 * count);
        long[] newPlaces = Arrays.copyOf(places, 2 * count);
        // Elements that had wrapped around go behind the others.
        System.arraycopy(lsns, 0, newLsns, count, first);
        System.arraycopy(places, 0, newPlaces, count, first);
        lsns = newLsns;
        places = newPlaces;
    }

    void removeUpTo(long lsn) {
        while (count > 0 && lsns[first] <= lsn) {
            first = (first + 1) & (lsns.length - 1);
            count--;
        }
    }

    boolean isEmpty() {
        return count == 0;
    }

    long firstLsn() {
        return lsns[first];
    }

    LogPlace firstPlace() {
        return new LogPlace((int) (places[first] >>> Integer.SIZE), (int) places[first]);
    }
}
