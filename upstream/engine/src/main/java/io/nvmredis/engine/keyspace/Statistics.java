package io.nvmredis.engine.keyspace;

/** What has happened since the server started, for INFO. Guarded by the engine's lock. */
public final class Statistics {
    /** Keys looked for by commands that only read, and found or not. */
    public long keyspaceHits;

    public long keyspaceMisses;
    public long expiredKeys;
    /** Keys looked for and found, in memory or not. */
    long lookups;
    /** Values read from the cold side. */
    public long hydrations;
    /** Entries given up whose value stays on the cold side. */
    public long evictions;

    /** Whether the running command is one that only reads. */
    public boolean isReading;

    /** {@code CONFIG RESETSTAT}. */
    public void reset() {
        keyspaceHits = 0;
        keyspaceMisses = 0;
        expiredKeys = 0;
        lookups = 0;
        hydrations = 0;
        evictions = 0;
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

    /** The share of the keys looked for and found whose value had not to be read from the cold side first. */
    public double hitRatio() {
        return lookups == 0 ? 1 : Math.max(0, 1 - (double) hydrations / lookups);
    }
}
