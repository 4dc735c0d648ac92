package io.nvmredis.spi;

import org.jspecify.annotations.Nullable;

/**
 * What a start would do with a directory.
 *
 * @param refusal message with which it would be refused, or null
 * @param checkpointLsn LSN up to which the data are in their final place, and need no replay
 * @param lastLsn LSN of the last transaction that would be there; unknown, and 0, if the start would be refused
 * @param transactionCount transactions that would be replayed
 * @param payloadBytes bytes of their effects
 * @param note what would be cut or repaired, in a sentence; null if nothing
 */
public record StartForecast(
        @Nullable String refusal,
        long checkpointLsn,
        long lastLsn,
        long transactionCount,
        long payloadBytes,
        @Nullable String note) {

    /** Returns whether the start would be refused. */
    public boolean isRefused() {
        return refusal != null;
    }
}
