package io.nvmredis.bench.program;

import io.nvmredis.bench.arm.RunningServer;
import io.nvmredis.bench.load.LoadGenerator;
import io.nvmredis.bench.load.LoadResult;
import io.nvmredis.bench.load.Operations;
import io.nvmredis.bench.result.Spread;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Two servers under the same load in turn, so that whatever else the machine does meets both alike: the ratio of each
 * pair of rounds is what counts. Who goes first changes from round to round.
 */
final class AlternatingRounds {
    private static final int WARM_UP_ROUNDS = 3;

    private AlternatingRounds() {}

    /** A server with its load, and what was measured of it in each round. */
    static final class Side {
        private final String name;
        private final RunningServer server;
        private final LoadGenerator generator;
        private final Operations operations;
        private final int pipeline;
        private final List<Double> perSecond = new ArrayList<>();
        private final List<Double> cpuNanos = new ArrayList<>();
        /** The 99th percentile of the latency of a batch, in microseconds. */
        private final List<Double> p99 = new ArrayList<>();

        Side(String name, RunningServer server, LoadGenerator generator, Operations operations, int pipeline) {
            this.name = name;
            this.server = server;
            this.generator = generator;
            this.operations = operations;
            this.pipeline = pipeline;
        }

        private void run(long nanos) throws IOException {
            long cpuBefore = server.meter().cpuNanos();
            LoadResult result = generator.closedLoop(operations, pipeline, nanos);
            perSecond.add(result.perSecond());
            p99.add(result.latency().getValueAtPercentile(99) / 1e3);
            cpuNanos.add((server.meter().cpuNanos() - cpuBefore) / (double) Math.max(1, result.operationCount()));
        }

        private void forget() {
            perSecond.clear();
            cpuNanos.clear();
            p99.clear();
        }

        private String round(int round) {
            return String.format(
                    Locale.ROOT,
                    "%s %,9.0f/s %5.0f ns cpu p99 %,6.0f us",
                    name,
                    perSecond.get(round),
                    cpuNanos.get(round),
                    p99.get(round));
        }

        private String median() {
            return String.format(
                    Locale.ROOT,
                    "%s %,9.0f/s %5.0f ns cpu p99 %,6.0f us",
                    name,
                    Spread.of(perSecond).median(),
                    Spread.of(cpuNanos).median(),
                    Spread.of(p99).median());
        }
    }

    /** Measures, prints each pair of rounds and the medians. */
    static void report(PrintStream out, Side baseline, Side arm, int rounds, long nanos) throws IOException {
        List<Double> ratios = new ArrayList<>();
        for (int round = -WARM_UP_ROUNDS; round < rounds; round++) {
            if (round == 0) {
                baseline.forget();
                arm.forget();
            }
            boolean baselineFirst = round % 2 == 0;
            (baselineFirst ? baseline : arm).run(nanos);
            (baselineFirst ? arm : baseline).run(nanos);
            if (round >= 0) {
                ratios.add(arm.perSecond.get(round) / baseline.perSecond.get(round));
                out.printf(
                        Locale.ROOT,
                        "round %2d: %s   %s   ratio %.3f%n",
                        round + 1,
                        baseline.round(round),
                        arm.round(round),
                        ratios.get(round));
            }
        }
        Spread spread = Spread.of(ratios);
        out.printf(
                Locale.ROOT,
                "median:   %s   %s   ratio %.3f (quartiles %.3f to %.3f)%n",
                baseline.median(),
                arm.median(),
                spread.median(),
                spread.lowerQuartile(),
                spread.upperQuartile());
    }
}
