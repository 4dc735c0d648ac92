package io.nvmredis.nvm.table;

import java.util.Arrays;

/**
 * Counts the different byte strings among those added. The count may be too low, since two strings with the same hash
 * of 63 bits count once. Reused; one thread.
 */
final class DistinctCount {
    private static final int INITIAL_CAPACITY = 64;
    /** Length of the longest table that is kept for the next count. */
    private static final int LARGEST_KEPT = 1 << 16;

    /** Hashes, never zero; open addressing, never more than half full. */
    private long[] hashes = new long[INITIAL_CAPACITY];

    private int count;

    /** Begins a new count. */
    void reset() {
        if (count > 0) {
            if (hashes.length > LARGEST_KEPT) {
                hashes = new long[INITIAL_CAPACITY];
            } else {
                Arrays.fill(hashes, 0);
            }
            count = 0;
        }
    }

    /** Adds a string. Returns whether it differs from all before. */
    boolean add(byte[] bytes, int offset, int length) {
        if (2 * count >= hashes.length) {
            grow();
        }
        boolean isNew = put(Math.max(1, KeyHash.of(0, 0, bytes, offset, length) >>> 1));
        count += isNew ? 1 : 0;
        return isNew;
    }

    private boolean put(long hash) {
        int mask = hashes.length - 1;
        int cell = (int) (hash ^ (hash >>> 32)) & mask;
        while (hashes[cell] != 0) {
            if (hashes[cell] == hash) {
                return false;
            }
            cell = (cell + 1) & mask;
        }
        hashes[cell] = hash;
        return true;
    }

    private void grow() {
        long[] old = hashes;
        hashes = new long[2 * old.length];
        for (long hash : old) {
            if (hash != 0) {
                put(hash);
            }
        }
    }
}
