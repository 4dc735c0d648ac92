package io.nvmredis.stock.aof;

import java.util.concurrent.TimeUnit;

/**
 * Holds back automatic rewrites that keep failing, as Redis does: from the third failure in a row on there is one after a
 * minute, then after two, four … an hour at most. One thread at a time.
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

    /** Whether there must be no automatic rewrite now. */
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
