package io.nvmredis.bench.load;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** Collects what a load measures while it runs. */
final class LoadRecorder {
    static final long BUCKET_NANOS = TimeUnit.MILLISECONDS.toNanos(LoadResult.BUCKET_MILLIS);
    private static final long LONGEST_NANOS = TimeUnit.MINUTES.toNanos(10);
    private static final int DIGITS = 3;

    private final long startNanos;
    private final long endNanos;
    private final Histogram latency = new Histogram(LONGEST_NANOS, DIGITS);
    private final Histogram lateness = new Histogram(LONGEST_NANOS, DIGITS);
    private final long[] timeline;
    private long operationCount;
    private long sentCount;
    private long sentBytes;
    private long lastAnswerNanos;
    private long longestStallNanos;

    LoadRecorder(long startNanos, long durationNanos) {
        this.startNanos = startNanos;
        this.endNanos = startNanos + durationNanos;
        this.lastAnswerNanos = startNanos;
        this.timeline = new long[Math.toIntExact(durationNanos / BUCKET_NANOS + 1)];
    }

    long startNanos() {
        return startNanos;
    }

    long endNanos() {
        return endNanos;
    }

    void sent(long payloadBytes) {
        sentCount++;
        sentBytes += payloadBytes;
    }

    void late(long nanos) {
        lateness.recordValue(Math.max(0, nanos));
    }

    /** Answers after the end count for latency, and not for throughput. */
    void answered(int count, long nowNanos) {
        long until = Math.min(nowNanos, endNanos);
        longestStallNanos = Math.max(longestStallNanos, until - lastAnswerNanos);
        lastAnswerNanos = Math.max(lastAnswerNanos, until);
        if (nowNanos < endNanos) {
            operationCount += count;
            timeline[(int) ((nowNanos - startNanos) / BUCKET_NANOS)] += count;
        }
    }

    void latency(long nanos) {
        latency.recordValue(Math.min(Math.max(0, nanos), LONGEST_NANOS));
    }

    LoadResult result(long unfinishedCount) {
        long stall = Math.max(longestStallNanos, endNanos - lastAnswerNanos);
        // The last bucket is a part of one, or none at all.
        List<Long> whole =
                Arrays.stream(timeline, 0, timeline.length - 1).boxed().toList();
        long payload = sentCount == 0 ? 0 : Math.round((double) sentBytes * operationCount / sentCount);
        return new LoadResult(
                operationCount, endNanos - startNanos, payload, latency, lateness, whole, stall, unfinishedCount);
    }
}
