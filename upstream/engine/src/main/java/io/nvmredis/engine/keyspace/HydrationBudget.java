package io.nvmredis.engine.keyspace;

import io.nvmredis.engine.context.Limits;
import io.nvmredis.engine.errors.RefusedException;

/** What one command may read in from the cold side, to stay in memory until it ends. Guarded by the engine's lock. */
public final class HydrationBudget {
    private final long maxBytes;
    private long hydratedBytes;

    public HydrationBudget(Limits limits) {
        maxBytes = limits.maxReplyBytes() * 2;
    }

    /** A top-level command begins. */
    public void begin() {
        hydratedBytes = 0;
    }

    /**
     * So many bytes are about to be read in for the running command, to stay until it ends.
     *
     * @throws RefusedException if that is more than there may be
     */
    void hydrates(long bytes) {
        if (!mayHydrate(bytes)) {
            throw new RefusedException("OOM the command needs values of more than " + maxBytes
                    + " bytes at one time: give the JVM a larger heap");
        }
        hydratedBytes += bytes;
    }

    /** Whether the running command may read in so many bytes more. */
    boolean mayHydrate(long bytes) {
        return hydratedBytes + bytes <= maxBytes;
    }
}
