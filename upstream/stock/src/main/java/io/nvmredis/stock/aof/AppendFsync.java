package io.nvmredis.stock.aof;

import io.nvmredis.spi.DurabilityStatement;

/** When what has been written is synced to the medium: Redis's {@code appendfsync}. */
enum AppendFsync {
    /** Before anybody is answered, together with what else is waiting. */
    ALWAYS("fdatasync", "appendfsync always: every write is synced before it is answered"),
    /** Once a second, by a thread of its own; written before anybody is answered. */
    EVERYSEC(
            "write",
            "appendfsync everysec: handed to the kernel before it is answered, synced once a second;"
                    + " a power failure loses the last second, or more while the disk is slow"),
    /** When the kernel likes; written before anybody is answered. */
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
     * What that promises.
     *
     * @param pausesOnRewrite whether nothing is synced during a rewrite
     * @param isVolatile whether the file system is one in memory
     */
    DurabilityStatement statement(boolean pausesOnRewrite, boolean isVolatile) {
        boolean isPaused = this == ALWAYS && pausesOnRewrite;
        String said = isPaused ? detail + ", but for rewrites, with no-appendfsync-on-rewrite yes" : detail;
        return new DurabilityStatement(
                mechanism,
                true,
                this == ALWAYS && !isPaused && !isVolatile,
                isVolatile ? said + "; but the directory is in memory, and gone when the power fails" : said);
    }
}
