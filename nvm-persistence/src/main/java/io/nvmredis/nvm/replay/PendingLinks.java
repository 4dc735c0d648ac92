package io.nvmredis.nvm.replay;

/**
 * The last few links of a {@link BacklogIndex} that have not got into its slots yet. So the slots can be loaded into the
 * processor's cache together; one by one, each load would wait for the medium after the one before it.
 */
final class PendingLinks {
    private static final int CAPACITY = 32;

    private final long[] hashes = new long[CAPACITY];
    private final long[] lsns = new long[CAPACITY];
    private final long[] places = new long[CAPACITY];
    private final int[] lengths = new int[CAPACITY];
    private final int[] changedBytes = new int[CAPACITY];
    private final boolean[] replacing = new boolean[CAPACITY];
    private int count;
    private long touched;

    int count() {
        return count;
    }

    boolean isFull() {
        return count == CAPACITY;
    }

    void clear() {
        count = 0;
    }

    /** Adds a link of one effect. */
    void add(long hash, long lsn, long place, int length, boolean replaces) {
        hashes[count] = hash;
        lsns[count] = lsn;
        places[count] = place;
        lengths[count] = length;
        changedBytes[count] = replaces ? 0 : length;
        replacing[count] = replaces;
        count++;
    }

    /** Adds an effect that follows, and changes the key, to the last link. */
    void lengthen(int length) {
        lengths[count - 1] += length;
        changedBytes[count - 1] += length;
    }

    /** Loads the slots of all links into the processor's cache. */
    void touch(IndexSlots slots) {
        long sum = 0;
        for (int i = 0; i < count; i++) {
            sum += slots.touch(hashes[i]);
        }
        touched = sum;
    }

    long hash(int index) {
        return hashes[index];
    }

    long lsn(int index) {
        return lsns[index];
    }

    long place(int index) {
        return places[index];
    }

    int length(int index) {
        return lengths[index];
    }

    /** Returns the bytes of the effects that change the key, without the one that replaces it. */
    int changed(int index) {
        return changedBytes[index];
    }

    boolean replaces(int index) {
        return replacing[index];
    }

    @Override
    public String toString() {
        return count + " links, " + touched;
    }
}
