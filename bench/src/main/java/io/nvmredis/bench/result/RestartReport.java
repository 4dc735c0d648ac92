package io.nvmredis.bench.result;

/**
 * Restarts of one arm with so much data.
 *
 * @param gigabytes of keys and values, 2^30 bytes each
 * @param firstReadMillis from the start of the process to the first answer with the right value
 * @param firstWriteMillis from the start of the process to the first acknowledged write
 */
public record RestartReport(
        String arm, double gigabytes, long keyCount, Spread firstReadMillis, Spread firstWriteMillis) {}
