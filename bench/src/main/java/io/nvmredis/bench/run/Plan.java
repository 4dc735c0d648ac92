package io.nvmredis.bench.run;

import io.nvmredis.bench.load.DataShape;
import java.util.List;

/**
 * What is to be measured, and how long.
 *
 * @param arms names
 * @param seconds that a load is measured
 * @param warmUpSeconds of SETs after the start of a server
 * @param restartGigabytes sizes of data sets; none for no restarts
 * @param restarts of each arm at each size
 * @param behaviourSeconds that throughput is watched over time; 0 for not at all
 * @param checks whether redis-benchmark measures the arms, too
 */
public record Plan(
        List<String> arms,
        List<Cell> cells,
        int rounds,
        double seconds,
        double warmUpSeconds,
        DataShape keys,
        int clients,
        List<Double> restartGigabytes,
        int restartValueLength,
        int restarts,
        double behaviourSeconds,
        boolean checks) {

    static long nanos(double seconds) {
        return (long) (seconds * 1e9);
    }
}
