package io.nvmredis.nvm.table;

/** How many buckets have how many slots and overflow buckets. */
public final class IndexShape {
    /** Longest chain that is counted by itself. */
    public static final int LONGEST = 8;

    private final long[] chains = new long[LONGEST + 1];
    private long bucketCount;
    private long slotCount;
    private long overflowCount;
    private int longestChain;

    /** Adds a bucket with its overflow buckets. */
    void add(int length, int slots) {
        chains[Math.min(length, LONGEST)]++;
        bucketCount++;
        slotCount += slots;
        overflowCount += length - 1L;
        longestChain = Math.max(longestChain, length);
    }

    public long bucketCount() {
        return bucketCount;
    }

    public long slotCount() {
        return slotCount;
    }

    /** Returns the number of overflow buckets that something links to. */
    public long overflowCount() {
        return overflowCount;
    }

    /** Returns the buckets of the longest chain, the first included. */
    public int longestChain() {
        return longestChain;
    }

    /** Returns how many chains have so many buckets; the last number stands for so many and more. */
    public long chains(int length) {
        return chains[length];
    }
}
