package io.nvmredis.bench.load;

import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * What came of a load.
 *
 * @param operationCount answered within the time that was measured
 * @param elapsedNanos that were measured
 * @param payloadBytes of keys and values that the answered operations, roughly, gave the server to keep
 * @param latency in nanoseconds; from the time when an operation was sent (closed loop), or was to be sent (open loop)
 * @param lateness of sending behind the schedule, in nanoseconds; empty for a closed loop
 * @param timeline operations answered in each {@link #BUCKET_MILLIS}
 * @param longestStallNanos in which no connection was answered
 * @param unfinishedCount operations that were not answered in the end, though the load waited; they are in the latency
 *     with the time they had waited until then
 */
public record LoadResult(
        long operationCount,
        long elapsedNanos,
        long payloadBytes,
        Histogram latency,
        Histogram lateness,
        List<Long> timeline,
        long longestStallNanos,
        long unfinishedCount) {
    /** Length of each piece of the timeline. */
    public static final long BUCKET_MILLIS = 50;

    /** Operations a second. */
    public double perSecond() {
        return operationCount * 1e9 / elapsedNanos;
    }
}
