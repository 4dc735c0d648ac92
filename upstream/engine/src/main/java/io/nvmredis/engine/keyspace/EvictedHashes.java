package io.nvmredis.engine.keyspace;

/**
 * Memory of the entries evicted lately, or used lately without being in memory, by their hashes, about as many as there
 * is room for. It is sometimes wrong, which only leads to a poorer choice. Guarded by the engine's lock.
 */
final class EvictedHashes {
    private static final int MIN_ROOM = 1 << 6;
    private static final int MAX_ROOM = 1 << 26;

    /** Marks: an index made of some bits of a hash leads to other bits of it. A new mark replaces an old one. */
    private int[] marks = new int[MIN_ROOM];

    /**
     * Makes room for at least this many hashes, up to {@link #MAX_ROOM}. All hashes are forgotten if the room grows.
     */
    void makeRoom(int count) {
        if (count > marks.length && marks.length < MAX_ROOM) {
            marks = new int[Math.min(MAX_ROOM, Integer.highestOneBit(count) << 1)];
        }
    }

    void add(long hash) {
        marks[placeOf(hash)] = markOf(hash);
    }

    boolean contains(long hash) {
        return marks[placeOf(hash)] == markOf(hash);
    }

    /** Forgets a hash; returns whether it was remembered. */
    boolean remove(long hash) {
        int place = placeOf(hash);
        if (marks[place] != markOf(hash)) {
            return false;
        }
        marks[place] = 0;
        return true;
    }

    private int placeOf(long hash) {
        return (int) (hash >>> Integer.SIZE) & (marks.length - 1);
    }

    /** Returns the mark of a hash; never 0, which stands for no mark. */
    private static int markOf(long hash) {
        return (int) hash | 1;
    }
}
