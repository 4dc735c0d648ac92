package io.nvmredis.stock.aof;

import java.util.concurrent.TimeUnit;

/**
 * Delays automatic rewrites that keep failing, as Redis does: after the third failure in a row the next one waits 1
 * minute, then 2 minutes, 4 minutes, and so on up to 1 hour. One thread at a time.
 */
final class RewriteLimiter {
    private static final int TOLERATED_FAILURES = 3;
    private static final int MAX_MINUTES = 60;

    private int failureCount;
    private int delayMinutes;
    private boolean isWaiting;
    private long nextNanos;

    void succeeded() {
        failureCount = 0;
        delayMinutes = 0;
        isWaiting = false;
    }

    void failed() {
        failureCount++;
    }

    /** Returns whether there must be no automatic rewrite now. */
    boolean isLimited(long nowNanos) {
        if (failureCount < TOLERATED_FAILURES) {
            return false;
        }
        if (isWaiting) {
            isWaiting = nowNanos - nextNanos < 0;
            return isWaiting;
        }
        delayMinutes = delayMinutes == 0 ? 1 : Math.min(MAX_MINUTES, 2 * delayMinutes);
        nextNanos = nowNanos + TimeUnit.MINUTES.toNanos(delayMinutes);
        isWaiting = true;
        return true;
    }

    int delayMinutes() {
        return delayMinutes;
    }
}
