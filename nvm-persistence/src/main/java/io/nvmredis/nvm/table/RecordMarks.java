package io.nvmredis.nvm.table;

import io.nvmredis.nvm.format.HeapRecordDescriptor;
import io.nvmredis.nvm.heap.SegmentReader;
import org.jspecify.annotations.Nullable;

/**
 * Places in some of the segments where live records begin, as the index says: two bits per place where a record can
 * begin, so 1/32 of the bytes of the records. One thread sets; any may read afterwards.
 */
final class RecordMarks {
    private final int first;
    private final long[] @Nullable [] newest;
    private final long[] @Nullable [] reachable;

    /**
     * Makes marks, none of them set, for the segments of a range.
     *
     * @param end number behind the last
     */
    RecordMarks(TableParts parts, int first, int end) {
        this.first = first;
        this.newest = new long[end - first][];
        this.reachable = new long[end - first][];
        for (int number = first; number < end; number++) {
            SegmentReader segment = parts.segment(number);
            if (segment != null) {
                newest[number - first] = new long[wordCount(segment)];
                reachable[number - first] = new long[wordCount(segment)];
            }
        }
    }

    private static int wordCount(SegmentReader segment) {
        return place(segment.end()) / Long.SIZE + 1;
    }

    /** Returns the bytes that the marks of a segment take. */
    static long bytesFor(SegmentReader segment) {
        return 2L * wordCount(segment) * Long.BYTES;
    }

    private static int place(int offset) {
        return offset / HeapRecordDescriptor.ALIGNMENT;
    }

    /** Returns whether a segment is one of these. */
    boolean covers(int segment) {
        return segment >= first && segment < first + newest.length && newest[segment - first] != null;
    }

    /** Notes that a slot leads to a record. Returns whether something has led to it before. */
    boolean addNewest(int segment, int offset) {
        set(newest, segment, offset);
        return addReachable(segment, offset);
    }

    /** Notes that a slot or another record leads to a record. Returns whether something has led to it before. */
    boolean addReachable(int segment, int offset) {
        boolean isThere = isSet(reachable, segment, offset);
        set(reachable, segment, offset);
        return isThere;
    }

    private long[] map(long[] @Nullable [] maps, int segment) {
        long[] map = maps[segment - first];
        if (map == null) {
            throw new IllegalArgumentException("segment " + segment + " is none of these");
        }
        return map;
    }

    private void set(long[] @Nullable [] maps, int segment, int offset) {
        map(maps, segment)[place(offset) / Long.SIZE] |= 1L << place(offset);
    }

    private boolean isSet(long[] @Nullable [] maps, int segment, int offset) {
        return (map(maps, segment)[place(offset) / Long.SIZE] & 1L << place(offset)) != 0;
    }

    boolean isNewest(int segment, int offset) {
        return isSet(newest, segment, offset);
    }

    boolean isReachable(int segment, int offset) {
        return isSet(reachable, segment, offset);
    }

    /** Returns the offset of the first reachable record at or behind an offset, or -1. */
    int nextReachable(int segment, int offset) {
        long[] map = map(reachable, segment);
        int word = place(offset) / Long.SIZE;
        if (word >= map.length) {
            return -1;
        }
        long rest = map[word] & -1L << place(offset);
        while (rest == 0) {
            if (++word == map.length) {
                return -1;
            }
            rest = map[word];
        }
        return (word * Long.SIZE + Long.numberOfTrailingZeros(rest)) * HeapRecordDescriptor.ALIGNMENT;
    }
}
