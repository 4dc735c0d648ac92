package io.nvmredis.stock.aof;

import io.nvmredis.spi.InfoSink;
import java.util.concurrent.TimeUnit;

/** Statistics of rewrites, for INFO. Any thread. */
final class RewriteStatistics {
    private final RewriteLimiter limiter = new RewriteLimiter();
    private boolean isRunning;
    private boolean hasFailed;
    private long startNanos;
    private long lastSeconds = -1;
    private long count;

    synchronized void begins() {
        isRunning = true;
        startNanos = System.nanoTime();
        count++;
    }

    synchronized void ends(boolean hasSucceeded) {
        isRunning = false;
        hasFailed = !hasSucceeded;
        lastSeconds = secondsSinceStart();
        if (hasSucceeded) {
            limiter.succeeded();
        } else {
            limiter.failed();
        }
    }

    synchronized boolean isLimited(long nowNanos) {
        return limiter.isLimited(nowNanos);
    }

    private long secondsSinceStart() {
        return TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startNanos);
    }

    synchronized void info(InfoSink sink) {
        sink.field("aof_rewrite_in_progress", isRunning ? 1 : 0);
        // A rewrite begins at once or is refused.
        sink.field("aof_rewrite_scheduled", 0);
        sink.field("aof_last_rewrite_time_sec", lastSeconds);
        sink.field("aof_current_rewrite_time_sec", isRunning ? secondsSinceStart() : -1);
        sink.field("aof_last_bgrewrite_status", hasFailed ? "err" : "ok");
        sink.field("aof_rewrites", count);
    }
}
