package io.nvmredis.engine.measure;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Figures on the calls of one command. The engine's lock guards all but the count of rejected calls. */
public final class CommandFigures {
    private final String name;
    private long calls;
    private long nanos;
    private long failedCalls;
    private final AtomicLong rejectedCalls = new AtomicLong();
    private @Nullable DurationHistogram histogram;

    CommandFigures(String name) {
        this.name = name;
    }

    void called(long newNanos, boolean isTracked) {
        calls++;
        took(newNanos, isTracked);
    }

    /** Adds time to a call that has been counted before. */
    void took(long newNanos, boolean isTracked) {
        nanos += newNanos;
        if (isTracked) {
            DurationHistogram durations = histogram;
            if (durations == null) {
                durations = new DurationHistogram();
                histogram = durations;
            }
            durations.add(newNanos);
        }
    }

    /** Counts a call that waits for a key: how long it takes is told when it is served. */
    void waits(long newNanos) {
        calls++;
        nanos += newNanos;
    }

    void failed() {
        failedCalls++;
    }

    /** Counts a call that was refused before it began. Any thread may call this. */
    void rejected() {
        rejectedCalls.incrementAndGet();
    }

    void reset() {
        calls = 0;
        nanos = 0;
        failedCalls = 0;
        rejectedCalls.set(0);
        histogram = null;
    }

    /** Returns the name as INFO shows it, for example {@code client|list}. */
    public String name() {
        return name;
    }

    public long calls() {
        return calls;
    }

    public long micros() {
        return TimeUnit.NANOSECONDS.toMicros(nanos);
    }

    public long failedCalls() {
        return failedCalls;
    }

    public long rejectedCalls() {
        return rejectedCalls.get();
    }

    /** Returns how long the calls took; null if that has not been tracked. */
    public @Nullable DurationHistogram histogram() {
        return histogram;
    }

    /** Tells whether there is anything to show. */
    public boolean isUsed() {
        return calls > 0 || failedCalls > 0 || rejectedCalls.get() > 0;
    }
}
