package io.nvmredis.nvm.replay;

import java.util.Arrays;

/**
 * Links of a {@link BacklogIndex}: ranges of effects, numbered in the order of the log.
 *
 * <p>They are kept in chunks, so that nothing is copied when there are more of them.
 */
final class IndexLinks {
    static final int NONE = -1;

    private static final int CHUNK_BITS = 13;
    private static final int CHUNK_LINKS = 1 << CHUNK_BITS;
    private static final int WORDS = 3;
    /** Bytes that a further chunk takes. */
    static final long CHUNK_BYTES = (long) CHUNK_LINKS * WORDS * Long.BYTES;

    /**
     * Chunks, each with three words per link: the LSN; source, database and offset; length, and the next older link of
     * the same slot plus 1.
     */
    private long[][] chunks = new long[16][];

    private int chunkCount;
    private int count;

    int count() {
        return count;
    }

    /** Returns whether the next link needs a further chunk. */
    boolean isFull() {
        return count == chunkCount << CHUNK_BITS;
    }

    long takenBytes() {
        return chunkCount * CHUNK_BYTES;
    }

    void clear() {
        chunks = new long[1][];
        chunkCount = 0;
        count = 0;
    }

    /**
     * Adds a link and returns its number.
     *
     * @param length length of the range, or its complement, which is negative, if the first effect replaces the key
     * @param older next older link of the same slot, or {@link #NONE}
     */
    int add(long lsn, long place, int length, int older) {
        if (isFull()) {
            if (chunkCount == chunks.length) {
                chunks = Arrays.copyOf(chunks, 2 * chunkCount);
            }
            chunks[chunkCount++] = new long[CHUNK_LINKS * WORDS];
        }
        int link = count++;
        long[] chunk = chunk(link);
        int at = at(link);
        chunk[at] = lsn;
        chunk[at + 1] = place;
        chunk[at + 2] = (long) length << Integer.SIZE | (older + 1);
        return link;
    }

    private long[] chunk(int link) {
        return chunks[link >> CHUNK_BITS];
    }

    private static int at(int link) {
        return (link & (CHUNK_LINKS - 1)) * WORDS;
    }

    long lsn(int link) {
        return chunk(link)[at(link)];
    }

    /** Returns source, database and offset, as they were given to {@link #add}. */
    long place(int link) {
        return chunk(link)[at(link) + 1];
    }

    /** Returns the length of the range. */
    int length(int link) {
        int length = (int) (chunk(link)[at(link) + 2] >> Integer.SIZE);
        return length < 0 ? ~length : length;
    }

    /** Returns whether the first effect of the range replaces the key. */
    boolean replaces(int link) {
        return chunk(link)[at(link) + 2] < 0;
    }

    /** Returns the next older link of the same slot, or {@link #NONE}. */
    int older(int link) {
        return (int) chunk(link)[at(link) + 2] - 1;
    }

    /** Makes a link the oldest of its slot. */
    void cutOlder(int link) {
        chunk(link)[at(link) + 2] &= -1L << Integer.SIZE;
    }
}
