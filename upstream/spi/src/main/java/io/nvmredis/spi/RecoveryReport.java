package io.nvmredis.spi;

import org.jspecify.annotations.Nullable;

/**
 * Report of what a persister found when it opened.
 *
 * @param lastLsn LSN of the last transaction kept, 0 if none
 * @param transactionCount number of transactions handed to the sink
 * @param payloadBytes bytes of effects handed to the sink
 * @param note one line for the user if something was cut or repaired, such as a torn tail; otherwise null
 */
public record RecoveryReport(
        long lastLsn,
        long transactionCount,
        long payloadBytes,
        @Nullable String note) {

    /** Report of a persister that has found nothing. */
    public static final RecoveryReport EMPTY = new RecoveryReport(0, 0, 0, null);
}
