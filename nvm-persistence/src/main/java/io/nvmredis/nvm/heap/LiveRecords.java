package io.nvmredis.nvm.heap;

import io.nvmredis.nvm.format.HeapRecordDescriptor;
import java.util.ArrayDeque;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Where the live records of a segment begin, kept in DRAM along with its live bytes: so the cleaner goes from one to the
 * next, and neither reads what is dead nor looks it up.
 *
 * <p>Known of ordinary segments that came into use since the table was opened, for as many as {@value #HEAP_PART}th of
 * the JVM's heap can hold; of the others it is not known, and the cleaner finds out. It only ever says where to look:
 * whether a segment may be freed, its live bytes say. The writer's.
 */
final class LiveRecords {
    private static final int HEAP_PART = 32;

    private final int wordCount;
    private final int mapLimit;
    /** A bit for each place where a record may begin, so 512 kB for a segment of 32 MB. */
    private final long[] @Nullable [] maps;
    /** Maps of segments that have been freed, to be used again. */
    private final ArrayDeque<long[]> spare = new ArrayDeque<>();

    private int mapCount;

    LiveRecords(int segmentLimit, int segmentLength) {
        this(segmentLimit, segmentLength, Runtime.getRuntime().maxMemory() / HEAP_PART);
    }

    LiveRecords(int segmentLimit, int segmentLength, long maxBytes) {
        this.wordCount = segmentLength / HeapRecordDescriptor.ALIGNMENT / Long.SIZE;
        this.mapLimit = (int) Math.min(segmentLimit, maxBytes / ((long) wordCount * Long.BYTES));
        this.maps = new long[segmentLimit][];
    }

    /** Says that a segment has come into use, with no record in it. */
    void begin(int segment) {
        if (mapCount < mapLimit) {
            long[] map = spare.poll();
            maps[segment] = map == null ? new long[wordCount] : map;
            mapCount++;
        }
    }

    /** Says that a segment is not in use any more. */
    void end(int segment) {
        long[] map = maps[segment];
        if (map != null) {
            Arrays.fill(map, 0);
            spare.add(map);
            maps[segment] = null;
            mapCount--;
        }
    }

    void added(int segment, int offset) {
        long[] map = maps[segment];
        if (map != null) {
            map[word(offset)] |= bit(offset);
        }
    }

    void removed(int segment, int offset) {
        long[] map = maps[segment];
        if (map != null) {
            map[word(offset)] &= ~bit(offset);
        }
    }

    private static int word(int offset) {
        return offset / HeapRecordDescriptor.ALIGNMENT / Long.SIZE;
    }

    private static long bit(int offset) {
        return 1L << (offset / HeapRecordDescriptor.ALIGNMENT);
    }

    /** Loads what {@link #removed} will change into the processor's cache. Returns something of it. */
    long touch(int segment, int offset) {
        long[] map = maps[segment];
        return map == null ? 0 : map[word(offset)];
    }

    boolean areKnown(int segment) {
        return maps[segment] != null;
    }

    /** Offset of the first at or behind an offset, or -1. What is not known may be anywhere: the offset itself. */
    int next(int segment, int offset) {
        long[] map = maps[segment];
        if (map == null) {
            return offset;
        }
        int word = word(offset);
        long rest = map[word] & -bit(offset);
        while (rest == 0) {
            if (++word == wordCount) {
                return -1;
            }
            rest = map[word];
        }
        return (word * Long.SIZE + Long.numberOfTrailingZeros(rest)) * HeapRecordDescriptor.ALIGNMENT;
    }
}
