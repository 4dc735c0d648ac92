package io.nvmredis.engine.keyspace;

import io.nvmredis.engine.value.Entry;
import java.util.concurrent.atomic.AtomicLong;

/** Counts since the server started, for INFO, and the time since then. Guarded by the engine's lock, but for the time. */
public final class Statistics {
    /** Number of keys that commands that only read looked for and found. */
    public long keyspaceHits;

    /** Number of keys that commands that only read looked for and did not find. */
    public long keyspaceMisses;

    public long expiredKeys;
    /** Number of keys looked for and found, in memory or not. */
    long lookups;
    /** Number of values read from the cold side. */
    public long hydrations;
    /** Number of fields of hashes looked up on the cold side, without the whole value. */
    public long coldFieldReads;
    /** Number of entries evicted from memory, whose values stay on the cold side. */
    public long evictions;

    /**
     * Seconds since the server started. Set several times a second by the thread that expires keys, so that a lookup does
     * not read the clock; read by any thread.
     */
    private volatile int seconds;

    /**
     * Number of times that the removal of expired keys stopped because its time was up. Counted by the thread that
     * expires keys; read by any thread.
     */
    private final AtomicLong expiryStops = new AtomicLong();

    /** Whether the running command only reads. */
    private boolean isReading;

    /** Whether the running command counts as a use of the keys that it finds. */
    private boolean isTouching = true;

    /** Begins a command, by itself or within a transaction. */
    public void begin(boolean readsOnly, boolean touches) {
        isReading = readsOnly;
        isTouching = touches;
    }

    /** Tells whether the running command counts as a use of the keys that it finds. */
    boolean isTouching() {
        return isTouching;
    }

    /** Resets the counts, for {@code CONFIG RESETSTAT}. */
    public void reset() {
        keyspaceHits = 0;
        keyspaceMisses = 0;
        expiredKeys = 0;
        lookups = 0;
        hydrations = 0;
        coldFieldReads = 0;
        evictions = 0;
        expiryStops.set(0);
    }

    /** Notes that the removal of expired keys has stopped because its time was up. */
    public void expiryStopped() {
        expiryStops.incrementAndGet();
    }

    public long expiryStops() {
        return expiryStops.get();
    }

    /** Returns the seconds since the server started, about. */
    public int seconds() {
        return seconds;
    }

    /** Sets the seconds since the server started. */
    public void tick(int newSeconds) {
        seconds = newSeconds;
    }

    /** Notes that a key has been made or used, for OBJECT IDLETIME. */
    void used(Entry entry) {
        int now = seconds;
        if (entry.usedSeconds != now) {
            entry.usedSeconds = now;
        }
    }

    void found(Entry entry) {
        if (isTouching) {
            used(entry);
        }
        found();
    }

    void found() {
        lookups++;
        if (isReading) {
            keyspaceHits++;
        }
    }

    void missed() {
        if (isReading) {
            keyspaceMisses++;
        }
    }

    /**
     * Returns the share of the keys looked for and found whose value, or field, did not have to be read from the cold
     * side.
     */
    public double hitRatio() {
        return lookups == 0 ? 1 : Math.max(0, 1 - (double) (hydrations + coldFieldReads) / lookups);
    }
}
