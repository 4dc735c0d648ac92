package io.nvmredis.nvm.heap;

import io.nvmredis.nvm.format.HeapRecordDescriptor;
import java.util.ArrayDeque;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Maps, in DRAM, of the offsets at which the live records of segments begin. With them the cleaner goes from one live
 * record to the next, and neither reads dead records nor looks them up.
 *
 * <p>A map is kept per ordinary segment that came into use since the table was opened, for as many segments as one
 * {@value #HEAP_PART}th of the JVM's heap can hold maps of; of other segments the cleaner reads every record. A map
 * only tells where to look; the live bytes tell whether a segment may be freed.
 *
 * <p>Threads: only the writer.
 */
final class LiveRecords {
    private static final int HEAP_PART = 32;

    private final int wordCount;
    private final int mapLimit;
    /** Maps by segment, with a bit per offset where a record may begin: 512 kB per segment of 32 MB. */
    private final long[] @Nullable [] maps;
    /** Zeroed maps of segments that have been freed, to be reused. */
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

    /** Begins a map, if there is room for one more, of a segment that has come into use with no record in it. */
    void begin(int segment) {
        if (mapCount < mapLimit) {
            long[] map = spare.poll();
            maps[segment] = map == null ? new long[wordCount] : map;
            mapCount++;
        }
    }

    /** Ends the map of a segment that is no longer in use. */
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

    /** Loads the word that {@link #removed} will change into the processor's cache. Returns it. */
    long prefetch(int segment, int offset) {
        long[] map = maps[segment];
        return map == null ? 0 : map[word(offset)];
    }

    boolean areKnown(int segment) {
        return maps[segment] != null;
    }

    /**
     * Returns the offset of the first live record at or behind an offset, or -1. Without a map of the segment, it is the
     * offset given: a record there may be live.
     */
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
