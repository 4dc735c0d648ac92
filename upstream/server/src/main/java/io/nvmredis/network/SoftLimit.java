package io.nvmredis.network;

import java.util.concurrent.TimeUnit;

/** How long one client has been over the soft limit of its output. One thread at a time. */
final class SoftLimit {
    /** Time since when the client is over it, by {@link System#nanoTime}; valid if {@link #isOver}. */
    private long sinceNanos;

    private boolean isOver;

    /** Notes that the client is not over it. */
    void keep() {
        isOver = false;
    }

    /** Notes that the client is over it. Returns the nanoseconds that are left before the client has broken it. */
    long exceed(OutputLimits.Limit limit) {
        long now = System.nanoTime();
        if (!isOver) {
            isOver = true;
            sinceNanos = now;
        }
        return sinceNanos + TimeUnit.SECONDS.toNanos(limit.softSeconds()) - now;
    }
}
