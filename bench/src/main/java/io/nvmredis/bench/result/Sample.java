package io.nvmredis.bench.result;

import java.util.List;

/**
 * One arm under one load in one round.
 *
 * @param perSecond operations
 * @param p50Micros latency that half of the operations did not exceed; see the cell for where it is measured from
 * @param longestStallMillis in which no connection was answered
 * @param unfinishedCount operations that an open loop had no answer to in the end
 * @param latenessP99Micros that the generator was behind its own schedule; 0 for a closed loop
 * @param cpuMicrosPerOperation processor time of the server, all its threads
 * @param writtenBytesPerPayloadByte of keys and values given to keep; NaN where nothing was, or nobody counts
 * @param timeline operations in each 50 ms
 */
public record Sample(
        String arm,
        String cell,
        int round,
        double perSecond,
        double p50Micros,
        double p99Micros,
        double p999Micros,
        double maxMicros,
        double longestStallMillis,
        long unfinishedCount,
        double latenessP99Micros,
        double cpuMicrosPerOperation,
        double writtenBytesPerPayloadByte,
        List<Long> timeline) {}
