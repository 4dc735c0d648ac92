package io.nvmredis.bench;

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
    static final class Arm {
        private final String name;
        private final ServerUnderTest server;
        private final PipelinedLoad load;
        private final List<Double> perSecond = new ArrayList<>();
        private final List<Double> cpuNanos = new ArrayList<>();

        Arm(String name, ServerUnderTest server, PipelinedLoad load) {
            this.name = name;
            this.server = server;
            this.load = load;
        }

        private void run(long nanos) throws IOException {
            long cpuBefore = server.cpuNanos();
            long done = load.commandCount();
            perSecond.add(load.run(nanos));
            cpuNanos.add((server.cpuNanos() - cpuBefore) / (double) (load.commandCount() - done));
        }

        private void forget() {
            perSecond.clear();
            cpuNanos.clear();
        }

        private String round(int round) {
            return String.format(
                    Locale.ROOT, "%s %,9.0f/s %5.0f ns cpu", name, perSecond.get(round), cpuNanos.get(round));
        }

        private String median() {
            return String.format(
                    Locale.ROOT,
                    "%s %,9.0f/s %5.0f ns cpu",
                    name,
                    Quantiles.of(perSecond, 0.5),
                    Quantiles.of(cpuNanos, 0.5));
        }
    }

    /** Measures, prints each pair of rounds and the medians. Returns the median of the ratios. */
    static double report(PrintStream out, Arm baseline, Arm arm, int rounds, long nanos) throws IOException {
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
        double median = Quantiles.of(ratios, 0.5);
        out.printf(
                Locale.ROOT,
                "median:   %s   %s   ratio %.3f (quartiles %.3f to %.3f)%n",
                baseline.median(),
                arm.median(),
                median,
                Quantiles.of(ratios, 0.25),
                Quantiles.of(ratios, 0.75));
        return median;
    }
}
