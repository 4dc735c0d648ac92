package io.nvmredis.bench.run;

import io.nvmredis.bench.arm.Arm;
import io.nvmredis.bench.arm.BenchDirectory;
import io.nvmredis.bench.arm.RunningServer;
import io.nvmredis.bench.arm.UnavailableException;
import io.nvmredis.bench.result.CellReport;
import io.nvmredis.bench.result.Sample;
import io.nvmredis.bench.result.Summary;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** Rounds of all arms, A B C A B C, so that whatever else the machine does in the meantime meets all alike. */
final class Comparison {
    private static final double[] PERCENTILES = {
        0, 10, 25, 50, 75, 90, 95, 97.5, 99, 99.5, 99.75, 99.9, 99.95, 99.99, 99.999, 100
    };

    private final Plan plan;
    private final List<Arm> arms;
    private final Journal journal;
    private final List<Sample> samples = new ArrayList<>();
    private final Map<Cell, Map<String, Histogram>> latencies = new LinkedHashMap<>();

    Comparison(Plan plan, List<Arm> arms, Journal journal) {
        this.plan = plan;
        this.arms = arms;
        this.journal = journal;
    }

    void run() {
        for (int round = 1; round <= plan.rounds(); round++) {
            for (Arm arm : arms) {
                if (!journal.hasFailed(arm)) {
                    visit(arm, round);
                }
            }
        }
    }

    private void visit(Arm arm, int round) {
        try (BenchDirectory directory = new BenchDirectory(arm.parent().toString());
                RunningServer server = RunningServer.start(arm, directory.resolve("data"))) {
            measure(server, round);
        } catch (UnavailableException | IOException e) {
            samples.removeIf(sample -> sample.arm().equals(arm.name()));
            journal.failed(arm, String.valueOf(e.getMessage()));
        }
    }

    private void measure(RunningServer server, int round) throws IOException, UnavailableException {
        try {
            Visit visit = new Visit(plan, server, round);
            visit.warmUp();
            for (Cell cell : plan.cells()) {
                Sample sample = visit.measure(cell, latenciesOf(cell, server.arm()));
                samples.add(sample);
                tell(round, sample);
            }
            journal.ran(server);
        } catch (IOException e) {
            server.requireAlive();
            throw e;
        }
    }

    private Histogram latenciesOf(Cell cell, Arm arm) {
        return latencies
                .computeIfAbsent(cell, key -> new LinkedHashMap<>())
                .computeIfAbsent(arm.name(), key -> new Histogram(TimeUnit.MINUTES.toNanos(10), 3));
    }

    private void tell(int round, Sample sample) {
        journal.say(
                "round %d  %-18s %-14s %,10.0f/s  p50 %,8.0f  p99 %,8.0f  p99.9 %,9.0f us  cpu %6.2f us  written x %.2f",
                round,
                sample.arm(),
                sample.cell(),
                sample.perSecond(),
                sample.p50Micros(),
                sample.p99Micros(),
                sample.p999Micros(),
                sample.cpuMicrosPerOperation(),
                sample.writtenBytesPerPayloadByte());
    }

    List<Sample> samples() {
        return samples;
    }

    List<CellReport> cells() {
        return plan.cells().stream().map(this::report).toList();
    }

    private CellReport report(Cell cell) {
        Summary summary = new Summary(samples.stream()
                .filter(sample -> sample.cell().equals(cell.name()))
                .toList());
        Map<String, List<double[]>> curves = new LinkedHashMap<>();
        latencies.getOrDefault(cell, Map.of()).forEach((arm, histogram) -> {
            if (summary.figures().containsKey(arm)) {
                curves.put(arm, curve(histogram));
            }
        });
        String kind = cell.isOpen() ? "open" : "closed";
        return new CellReport(cell.name(), cell.title(), kind, summary.figures(), summary.ratios(), curves);
    }

    /** Pairs of a percentile and the latency in microseconds. */
    private static List<double[]> curve(Histogram histogram) {
        List<double[]> points = new ArrayList<>();
        for (double percentile : PERCENTILES) {
            points.add(new double[] {percentile, histogram.getValueAtPercentile(percentile) / 1e3});
        }
        return points;
    }
}
