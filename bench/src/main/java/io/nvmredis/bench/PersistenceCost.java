package io.nvmredis.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * What always-safe persistence costs: throughput of pipelined SETs with {@code nvm-aof} on the {@code emulated} domain
 * as a part of that with {@code none}.
 *
 * <p>Both servers run at the same time, only one of them under load; rounds alternate, so that whatever else the machine
 * does meets both alike, and the ratio of each pair is what counts. The processor time of the server per command says the
 * same on a machine that is too busy for throughput to mean much. Arguments: rounds, seconds a round, connections,
 * pipeline, value length, directory.
 */
public final class PersistenceCost {
    private static final int KEYS = 100_000;
    private static final List<String> JVM_FLAGS = List.of("-Xms2g", "-Xmx2g", "-XX:+UseParallelGC");
    private static final int WARM_UP_ROUNDS = 3;

    private PersistenceCost() {}

    public static void main(String[] arguments) throws IOException {
        int rounds = number(arguments, 0, 11);
        long nanos = number(arguments, 1, 3) * 1_000_000_000L;
        int connections = number(arguments, 2, 8);
        int pipeline = number(arguments, 3, 64);
        int valueLength = number(arguments, 4, 100);
        Path parent = Path.of(arguments.length > 5 ? arguments[5] : "/dev/shm");
        Path directory = Files.createTempDirectory(parent, "nvm-redis-bench");
        PrintStream out = System.out;
        out.printf(
                Locale.ROOT,
                "pipelined SET, %d connections, pipeline %d, keys of 16 bytes, %d of them, values of %d bytes%n",
                connections,
                pipeline,
                KEYS,
                valueLength);
        try (ServerUnderTest none = start(directory.resolve("none"), "--persistence", "none");
                ServerUnderTest nvm =
                        start(directory.resolve("nvm"), "--persistence", "nvm-aof", "--nvm-domain", "emulated");
                PipelinedSets toNone = new PipelinedSets(none.port(), connections, pipeline, KEYS, valueLength);
                PipelinedSets toNvm = new PipelinedSets(nvm.port(), connections, pipeline, KEYS, valueLength)) {
            out.printf(Locale.ROOT, "none:     %s%nnvm-aof:  %s%n", none.durability(), nvm.durability());
            report(out, new Arm(none, toNone), new Arm(nvm, toNvm), rounds, nanos);
        } finally {
            deleteRecursively(directory);
        }
    }

    private static ServerUnderTest start(Path directory, String... arguments) throws IOException {
        return ServerUnderTest.start(directory, JVM_FLAGS, List.of(arguments));
    }

    /** A server with its load, and what was measured of it in each round. */
    private static final class Arm {
        private final ServerUnderTest server;
        private final PipelinedSets load;
        private final List<Double> perSecond = new ArrayList<>();
        private final List<Double> cpuNanos = new ArrayList<>();

        Arm(ServerUnderTest server, PipelinedSets load) {
            this.server = server;
            this.load = load;
        }

        void run(long nanos) throws IOException {
            long cpuBefore = server.cpuNanos();
            long done = load.commandCount();
            perSecond.add(load.run(nanos));
            cpuNanos.add((server.cpuNanos() - cpuBefore) / (double) (load.commandCount() - done));
        }

        void forget() {
            perSecond.clear();
            cpuNanos.clear();
        }
    }

    private static void report(PrintStream out, Arm none, Arm nvm, int rounds, long nanos) throws IOException {
        List<Double> ratios = new ArrayList<>();
        for (int round = -WARM_UP_ROUNDS; round < rounds; round++) {
            if (round == 0) {
                none.forget();
                nvm.forget();
            }
            // Who goes first changes from round to round.
            boolean noneFirst = round % 2 == 0;
            (noneFirst ? none : nvm).run(nanos);
            (noneFirst ? nvm : none).run(nanos);
            if (round >= 0) {
                ratios.add(nvm.perSecond.get(round) / none.perSecond.get(round));
                out.printf(
                        Locale.ROOT,
                        "round %2d: none %,9.0f/s %5.0f ns cpu   nvm-aof %,9.0f/s %5.0f ns cpu   ratio %.3f%n",
                        round + 1,
                        none.perSecond.get(round),
                        none.cpuNanos.get(round),
                        nvm.perSecond.get(round),
                        nvm.cpuNanos.get(round),
                        ratios.get(round));
            }
        }
        out.printf(
                Locale.ROOT,
                "median:   none %,9.0f/s %5.0f ns cpu   nvm-aof %,9.0f/s %5.0f ns cpu   ratio %.3f (quartiles %.3f to %.3f)%n",
                quantile(none.perSecond, 0.5),
                quantile(none.cpuNanos, 0.5),
                quantile(nvm.perSecond, 0.5),
                quantile(nvm.cpuNanos, 0.5),
                quantile(ratios, 0.5),
                quantile(ratios, 0.25),
                quantile(ratios, 0.75));
    }

    private static double quantile(List<Double> values, double quantile) {
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
        Arrays.sort(sorted);
        return sorted[(int) Math.round(quantile * (sorted.length - 1))];
    }

    private static int number(String[] arguments, int index, int otherwise) {
        return arguments.length > index ? Integer.parseInt(arguments[index]) : otherwise;
    }

    private static void deleteRecursively(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> {
                try {
                    Files.delete(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}
