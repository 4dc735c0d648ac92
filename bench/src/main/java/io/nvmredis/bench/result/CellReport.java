package io.nvmredis.bench.result;

import java.util.List;
import java.util.Map;

/**
 * One load, and what all arms made of it.
 *
 * @param name as on the command line
 * @param title for people
 * @param kind {@code closed} or {@code open} loop
 * @param arms by name, those that have results
 * @param ratios throughput of the first arm as a part of the second's, by round
 */
public record CellReport(
        String name,
        String title,
        String kind,
        Map<String, ArmFigures> arms,
        Map<String, Map<String, Spread>> ratios,
        Map<String, List<double[]>> percentiles) {

    /** The spreads over rounds. */
    public record ArmFigures(
            Spread perSecond,
            Spread p50Micros,
            Spread p99Micros,
            Spread p999Micros,
            Spread longestStallMillis,
            Spread cpuMicrosPerOperation,
            Spread writtenBytesPerPayloadByte,
            long unfinishedCount,
            Spread latenessP99Micros) {}
}
