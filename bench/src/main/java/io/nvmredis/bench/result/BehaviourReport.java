package io.nvmredis.bench.result;

import java.util.List;

/**
 * Throughput of one arm over time, while it does something beside.
 *
 * @param activity what it was told to do
 * @param bucketMillis length of each piece of the timeline
 * @param timeline operations in each
 * @param beganMillis when it was told
 * @param endedMillis when it said that it was through; negative if it was not in the end
 * @param backlogBytes of log not applied to the table, now and then: time in milliseconds, bytes
 */
public record BehaviourReport(
        String arm,
        String activity,
        long bucketMillis,
        List<Long> timeline,
        double beganMillis,
        double endedMillis,
        double longestStallMillis,
        double p999Micros,
        List<double[]> backlogBytes) {}
