package io.nvmredis.stock.aof;

import io.nvmredis.spi.DurabilityStatement;

/** Redis's {@code appendfsync}: when written transactions are synced to the medium. */
enum AppendFsync {
    /** Syncs before a client is answered; one sync for all clients that wait. */
    ALWAYS("fdatasync", "appendfsync always: every write is synced before it is answered"),
    /** Writes before a client is answered, and syncs once per second, on a thread of its own. */
    EVERYSEC(
            "write",
            "appendfsync everysec: handed to the kernel before it is answered, synced once a second;"
                    + " a power failure loses the last second, or more while the disk is slow"),
    /** Writes before a client is answered, and leaves the sync to the kernel. */
    NO(
            "write",
            "appendfsync no: handed to the kernel before it is answered, never synced;"
                    + " a power failure loses what the kernel has not written, usually half a minute");

    private final String mechanism;
    private final String detail;

    AppendFsync(String mechanism, String detail) {
        this.mechanism = mechanism;
        this.detail = detail;
    }

    /**
     * Returns what this setting promises.
     *
     * @param pausesOnRewrite whether nothing is synced during a rewrite
     * @param isVolatile whether the file system is one in memory
     */
    DurabilityStatement statement(boolean pausesOnRewrite, boolean isVolatile) {
        boolean isPaused = this == ALWAYS && pausesOnRewrite;
        String said = isPaused ? detail + ", except during rewrites, with no-appendfsync-on-rewrite yes" : detail;
        return new DurabilityStatement(
                mechanism,
                true,
                this == ALWAYS && !isPaused && !isVolatile,
                isVolatile ? said + "; but the directory is in memory, and gone when the power fails" : said);
    }
}
