package io.nvmredis.engine.measure;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** The latest times that one event took; of several within a second the longest. Guarded by {@link LatencyMonitor}. */
public final class LatencyEvent {
    /** Number of times that are kept. */
    static final int LENGTH = 160;

    /**
     * A time that an event took.
     *
     * @param timeSeconds when that was
     */
    public record Sample(long timeSeconds, long millis) {}

    private final String name;
    private final Deque<Sample> samples = new ArrayDeque<>();
    private long maxMillis;

    LatencyEvent(String name) {
        this.name = name;
    }

    void add(long timeSeconds, long millis) {
        maxMillis = Math.max(maxMillis, millis);
        Sample last = samples.peekLast();
        if (last != null && last.timeSeconds() == timeSeconds) {
            if (last.millis() >= millis) {
                return;
            }
            samples.removeLast();
        } else if (samples.size() == LENGTH) {
            samples.removeFirst();
        }
        samples.addLast(new Sample(timeSeconds, millis));
    }

    /** Returns what is known now, which later samples do not change. */
    LatencyEvent copy() {
        LatencyEvent copy = new LatencyEvent(name);
        copy.samples.addAll(samples);
        copy.maxMillis = maxMillis;
        return copy;
    }

    public String name() {
        return name;
    }

    /** Returns the samples, the oldest one first. There is at least one. */
    public List<Sample> samples() {
        return new ArrayList<>(samples);
    }

    public Sample latest() {
        return samples.getLast();
    }

    /** Returns the longest time of all, which may be older than the samples. */
    public long maxMillis() {
        return maxMillis;
    }
}
