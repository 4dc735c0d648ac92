package io.nvmredis.engine.measure;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Moments at which the server was slow, by event: those that took at least {@code latency-monitor-threshold}. Nothing is
 * noted while that is 0. Any thread may use it.
 */
public final class LatencyMonitor {
    private static final long OFF = Long.MAX_VALUE;

    private volatile long thresholdNanos = OFF;
    private final Map<String, LatencyEvent> events = new TreeMap<>();

    void limit(long millis) {
        thresholdNanos = millis == 0 ? OFF : TimeUnit.MILLISECONDS.toNanos(millis);
    }

    /** Returns the shortest time that is noted. */
    long thresholdNanos() {
        return thresholdNanos;
    }

    public boolean isOn() {
        return thresholdNanos != OFF;
    }

    /** Notes how long an event took, if it took long. */
    public void took(String event, long nanos) {
        if (nanos >= thresholdNanos) {
            long seconds = TimeUnit.MILLISECONDS.toSeconds(System.currentTimeMillis());
            add(event, seconds, TimeUnit.NANOSECONDS.toMillis(nanos));
        }
    }

    private synchronized void add(String event, long seconds, long millis) {
        events.computeIfAbsent(event, LatencyEvent::new).add(seconds, millis);
    }

    /** Returns all events that have been slow, by their names. */
    public synchronized List<LatencyEvent> events() {
        List<LatencyEvent> copies = new ArrayList<>();
        events.values().forEach(event -> copies.add(event.copy()));
        return copies;
    }

    /** Returns an event; null if it has not been slow. */
    public synchronized @Nullable LatencyEvent find(String name) {
        LatencyEvent event = events.get(name);
        return event == null ? null : event.copy();
    }

    /** Forgets an event; returns whether there was anything to forget. */
    public synchronized boolean reset(String name) {
        return events.remove(name) != null;
    }
}
