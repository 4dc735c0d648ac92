package io.nvmredis.bench.program;

import io.nvmredis.bench.arm.Arm;
import io.nvmredis.bench.arm.BenchDirectory;
import io.nvmredis.bench.arm.RunningServer;
import io.nvmredis.bench.arm.UnavailableException;
import io.nvmredis.bench.load.DataShape;
import io.nvmredis.bench.load.LoadGenerator;
import io.nvmredis.bench.load.LoadResult;
import io.nvmredis.bench.load.Operations;
import io.nvmredis.bench.load.Workload;
import io.nvmredis.bench.result.Spread;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.HdrHistogram.Histogram;

/**
 * What each garbage collector of this JDK gives the server and takes from it, {@code nvm-aof} on the domain {@code
 * emulated}: throughput of SETs, latency at a fixed rate, stalls, memory.
 *
 * <p>In each round every set of options is given to the launcher once, with a fresh server: it is filled with all keys,
 * warmed up with the loads that follow, and measured with 50 connections in closed loops (pipelines 1 and 16) and at a
 * fixed rate. The heap's limit is the launcher's unless the options have another, and small enough for old collections to
 * happen within a round: a stall that comes once an hour would not be seen otherwise. Arguments: sets of JVM options separated by semicolons
 * (an empty one for the launcher's choice), rounds, seconds a load, keys, value length, SETs a second, directory.
 */
final class Collectors {
    private static final String CHOICES_OF_17 =
            ";-XX:+UseSerialGC;-XX:+UseParallelGC;-XX:+UseG1GC;-XX:+UseZGC;-XX:+UseShenandoahGC";
    private static final int CONNECTIONS = 50;
    private static final int FILL_PIPELINE = 64;
    private static final int[] PIPELINES = {1, 16};
    private static final long WARM_UP_NANOS = TimeUnit.SECONDS.toNanos(4);

    private final DataShape keys;
    private final Operations sets;
    private final int rate;
    private final long nanos;

    private Collectors(PositionalArguments given) {
        int valueLength = given.number(4, 100);
        this.keys = new DataShape(given.number(3, 1_000_000), valueLength, valueLength);
        this.sets = Workload.SET.operations(keys, 1);
        this.rate = given.number(5, 20_000);
        this.nanos = TimeUnit.SECONDS.toNanos(given.number(2, 5));
    }

    static void run(PositionalArguments given, PrintStream out) throws IOException, UnavailableException {
        Collectors collectors = new Collectors(given);
        int rounds = given.number(1, 3);
        out.printf(
                Locale.ROOT,
                "Java %s, %d processors; SET, %d connections, %,d keys, values of %d bytes; medians of %d rounds%n",
                Runtime.version(),
                Runtime.getRuntime().availableProcessors(),
                CONNECTIONS,
                collectors.keys.keyCount(),
                collectors.keys.valueLength(),
                rounds);
        Map<String, List<Round>> measured = new LinkedHashMap<>();
        try (BenchDirectory directory = new BenchDirectory(given.text(6, "/dev/shm"))) {
            for (int round = 0; round < rounds; round++) {
                int number = 0;
                for (String options : given.text(0, CHOICES_OF_17).split(";", -1)) {
                    Path data = directory.resolve("round-" + round + "-" + number);
                    number++;
                    Arm arm = Servers.emulatedWith(directory.path(), words(options));
                    measured.computeIfAbsent(options, unused -> new ArrayList<>())
                            .add(collectors.measure(arm, data));
                    BenchDirectory.delete(data);
                }
            }
        }
        print(out, measured, collectors.rate);
    }

    private static List<String> words(String options) {
        return Arrays.stream(options.split("\\s+", -1))
                .filter(word -> !word.isEmpty())
                .toList();
    }

    /** What one server gave. */
    private record Round(
            List<Double> perSecond,
            List<Double> cpuNanos,
            List<Histogram> latencies,
            double fillStallMillis,
            double stallMillis,
            Histogram atRate,
            Histogram lateness,
            double residentMegabytes) {}

    private Round measure(Arm arm, Path data) throws IOException, UnavailableException {
        try (RunningServer server = RunningServer.start(arm, data);
                LoadGenerator generator = new LoadGenerator(server.port(), CONNECTIONS)) {
            double fillStall = fill(generator);
            List<Double> perSecond = new ArrayList<>();
            List<Double> cpuNanos = new ArrayList<>();
            List<Histogram> latencies = new ArrayList<>();
            long longestStall = 0;
            for (int pipeline : PIPELINES) {
                generator.closedLoop(sets, pipeline, WARM_UP_NANOS);
                long cpuBefore = server.meter().cpuNanos();
                LoadResult result = generator.closedLoop(sets, pipeline, nanos);
                perSecond.add(result.perSecond());
                cpuNanos.add((server.meter().cpuNanos() - cpuBefore) / (double) Math.max(1, result.operationCount()));
                latencies.add(result.latency());
                longestStall = Math.max(longestStall, result.longestStallNanos());
            }
            LoadResult steady = generator.openLoop(sets, rate, 2 * nanos);
            longestStall = Math.max(longestStall, steady.longestStallNanos());
            return new Round(
                    perSecond,
                    cpuNanos,
                    latencies,
                    fillStall,
                    longestStall / 1e6,
                    steady.latency(),
                    steady.lateness(),
                    server.meter().ownBytes() / 1e6);
        }
    }

    /** Returns the longest stall meanwhile, in milliseconds. */
    private double fill(LoadGenerator generator) throws IOException {
        Operations fill = Workload.fill(keys);
        long longest = 0;
        for (long done = 0; done < keys.keyCount(); ) {
            LoadResult part = generator.closedLoop(fill, FILL_PIPELINE, TimeUnit.SECONDS.toNanos(1));
            done += part.operationCount();
            longest = Math.max(longest, part.longestStallNanos());
        }
        return longest / 1e6;
    }

    private static void print(PrintStream out, Map<String, List<Round>> measured, int rate) {
        out.println(
                "| options | SET/s, pipeline 1 | p99 | p99.9 | CPU a SET | SET/s, pipeline 16 | p99 | p99.9 | CPU a SET"
                        + " | at " + rate
                        + "/s: p99 | p99.9 | longest | longest stall under load | while filled | memory of its own |");
        out.println("|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|");
        measured.forEach((options, rounds) -> out.println(row(options.isEmpty() ? "as launched" : options, rounds)));
        out.printf(
                Locale.ROOT,
                "The generator itself was late by at most %.1f ms.%n",
                measured.values().stream()
                                .flatMap(List::stream)
                                .mapToLong(round -> round.lateness.getMaxValue())
                                .max()
                                .orElse(0)
                        / 1e6);
    }

    private static String row(String options, List<Round> rounds) {
        List<String> cells = new ArrayList<>(List.of("| `" + options + "`"));
        for (int i = 0; i < PIPELINES.length; i++) {
            int at = i;
            cells.add(String.format(Locale.ROOT, "%,.0f", median(rounds, round -> round.perSecond.get(at))));
            cells.add(millis(rounds, round -> round.latencies.get(at).getValueAtPercentile(99) / 1e6));
            cells.add(millis(rounds, round -> round.latencies.get(at).getValueAtPercentile(99.9) / 1e6));
            cells.add(String.format(Locale.ROOT, "%.2f µs", median(rounds, round -> round.cpuNanos.get(at) / 1e3)));
        }
        cells.add(millis(rounds, round -> round.atRate.getValueAtPercentile(99) / 1e6));
        cells.add(millis(rounds, round -> round.atRate.getValueAtPercentile(99.9) / 1e6));
        cells.add(millis(rounds, round -> round.atRate.getMaxValue() / 1e6));
        cells.add(millis(rounds, Round::stallMillis));
        cells.add(millis(rounds, Round::fillStallMillis));
        cells.add(String.format(Locale.ROOT, "%,.0f MB", median(rounds, Round::residentMegabytes)));
        return String.join(" | ", cells) + " |";
    }

    private static String millis(List<Round> rounds, ToDoubleFunction<Round> figure) {
        return String.format(Locale.ROOT, "%.1f ms", median(rounds, figure));
    }

    private static double median(List<Round> rounds, ToDoubleFunction<Round> figure) {
        return Spread.of(rounds.stream().map(figure::applyAsDouble).toList()).median();
    }
}
