package io.nvmredis.engine.keyspace;

/**
 * Remembers which entries were evicted lately, by their hashes, about as many as there is room for. Now and then it is
 * wrong, which costs nothing but a poorer choice. Guarded by the engine's lock.
 */
final class EvictedHashes {
    private static final int MIN_ROOM = 1 << 10;
    private static final int MAX_ROOM = 1 << 26;

    /** By some bits of a hash: other bits of it. A new one takes the place of an old one. */
    private int[] marks = new int[MIN_ROOM];

    /** Makes room for at least so many, as far as that is reasonable. What it remembers is lost when that takes more. */
    void makeRoom(int count) {
        if (count > marks.length && marks.length < MAX_ROOM) {
            marks = new int[Math.min(MAX_ROOM, Integer.highestOneBit(count) << 1)];
        }
    }

    void add(long hash) {
        marks[placeOf(hash)] = markOf(hash);
    }

    /** Whether this one is remembered; it is forgotten then. */
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

    /** Not 0, which stands for none. */
    private static int markOf(long hash) {
        return (int) hash | 1;
    }
}
