package io.nvmredis.engine.measure;

/**
 * Counts of durations by length, exact to one part in 128. Buckets are as wide as a part of their power of two, so that
 * the bucket of a duration follows from its highest bits. The buckets of a power of two take memory once a duration is
 * counted there.
 */
public final class DurationHistogram {
    /** Durations are counted as if they were at most this long, one second, as in Redis. */
    private static final long MAX_NANOS = 1_000_000_000;

    private static final int BUCKET_BITS = 7;
    private static final int BUCKETS = 1 << BUCKET_BITS;
    /** Powers of two of nanoseconds below this one share a row, in which a bucket is one nanosecond wide. */
    private static final int FIRST_BITS = BUCKET_BITS + 1;

    private static final int FIRST_BUCKETS = 1 << FIRST_BITS;

    /** Buckets by power of two; null where nothing is counted. */
    private final long[][] rows = new long[Long.SIZE - Long.numberOfLeadingZeros(MAX_NANOS) - FIRST_BITS + 1][];

    private long count;

    /** Action with the durations up to a length. */
    @FunctionalInterface
    public interface Visitor {
        void visit(long upToNanos, long count);
    }

    void add(long nanos) {
        long counted = Math.max(1, Math.min(nanos, MAX_NANOS));
        int bits = Long.SIZE - Long.numberOfLeadingZeros(counted);
        int row = Math.max(0, bits - FIRST_BITS);
        long[] buckets = rows[row];
        if (buckets == null) {
            buckets = new long[row == 0 ? FIRST_BUCKETS : BUCKETS];
            rows[row] = buckets;
        }
        buckets[row == 0 ? (int) counted : (int) (counted >>> row) & (BUCKETS - 1)]++;
        count++;
    }

    public long count() {
        return count;
    }

    /** Returns the longest duration of the bucket below which this share of all durations is, in nanoseconds. */
    public long percentileNanos(double percent) {
        long wanted = Math.max(1, (long) (Math.min(percent, 100) / 100 * count + 0.5));
        long seen = 0;
        for (int row = 0; row < rows.length; row++) {
            for (int i = 0; rows[row] != null && i < rows[row].length; i++) {
                seen += rows[row][i];
                if (seen >= wanted) {
                    return longest(row, i);
                }
            }
        }
        return 0;
    }

    private static long longest(int row, int bucket) {
        return row == 0 ? bucket : ((long) (bucket + BUCKETS) << row) + (1L << row) - 1;
    }

    /**
     * Passes on how many durations there are up to each of the lengths that double from 1024 nanoseconds on. A length is
     * left out if no duration is in the part that it adds.
     */
    public void forEachDoubling(Visitor visitor) {
        long seen = 0;
        long told = 0;
        long limit = longestBeside(1024);
        for (int row = 0; row < rows.length; row++) {
            for (int i = 0; i < (row == 0 ? FIRST_BUCKETS : BUCKETS); i++) {
                seen += rows[row] == null ? 0 : rows[row][i];
                if (longest(row, i) >= limit) {
                    if (seen > told) {
                        visitor.visit(limit, seen);
                        told = seen;
                    }
                    limit = longestBeside(Long.highestOneBit(limit) << 1);
                }
            }
        }
        if (seen > told) {
            visitor.visit(limit, seen);
        }
    }

    /** Returns the longest duration that is counted in one bucket with this power of two. */
    private static long longestBeside(long power) {
        return power + (power >>> BUCKET_BITS) - 1;
    }
}
