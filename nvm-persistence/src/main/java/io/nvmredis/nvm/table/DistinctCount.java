package io.nvmredis.nvm.table;

import java.util.Arrays;

/**
 * How many different byte strings there are among those that were added: at least so many, since two with the same hash
 * of 63 bits count once. Made to be reused; one thread.
 */
final class DistinctCount {
    private static final int INITIAL_CAPACITY = 64;
    /** A table larger than this is not kept for the next count. */
    private static final int LARGEST_KEPT = 1 << 16;

    /** Hashes, never zero; open addressing, never more than half full. */
    private long[] hashes = new long[INITIAL_CAPACITY];

    private int count;

    /** Forgets all. */
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

    /** Returns whether it differs from all before. */
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
        int place = (int) (hash ^ (hash >>> 32)) & mask;
        while (hashes[place] != 0) {
            if (hashes[place] == hash) {
                return false;
            }
            place = (place + 1) & mask;
        }
        hashes[place] = hash;
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
