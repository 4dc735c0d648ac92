package io.nvmredis.engine.keyspace;

import io.nvmredis.engine.context.Limits;
import io.nvmredis.engine.errors.RefusedException;

/**
 * Budget of the bytes that one command may read in from the cold side, to stay in memory until it ends. Guarded by the
 * engine's lock.
 */
public final class HydrationBudget {
    private final long maxBytes;
    private long hydratedBytes;

    public HydrationBudget(Limits limits) {
        maxBytes = limits.maxReplyBytes() * 2;
    }

    /** Begins a top-level command. */
    public void begin() {
        hydratedBytes = 0;
    }

    /**
     * Counts bytes that are about to be read in for the running command, to stay until it ends.
     *
     * @throws RefusedException if they exceed the budget
     */
    void hydrates(long bytes) {
        if (!mayHydrate(bytes)) {
            throw new RefusedException("OOM the command needs values of more than " + maxBytes
                    + " bytes at one time: give the JVM a larger heap");
        }
        hydratedBytes += bytes;
    }

    /** Tells whether the running command may read in this many more bytes. */
    boolean mayHydrate(long bytes) {
        return hydratedBytes + bytes <= maxBytes;
    }
}
