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
import java.util.stream.Stream;

/**
 * What always-safe persistence costs: throughput of pipelined SETs with {@code nvm-aof} on the {@code emulated} domain
 * as a part of that with {@code none}.
 *
 * <p>Both servers run at the same time, only one of them under load; rounds alternate, so that whatever else the machine
 * does meets both alike, and the ratio of each pair is what counts. Arguments: rounds, seconds a round, connections,
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
                "pipelined SET, %d connections, pipeline %d, keys of 16 bytes, %d of them, values of %d bytes%n",
                connections, pipeline, KEYS, valueLength);
        try (ServerUnderTest none = start(directory.resolve("none"), "--persistence", "none");
                ServerUnderTest nvm =
                        start(directory.resolve("nvm"), "--persistence", "nvm-aof", "--nvm-domain", "emulated");
                PipelinedSets toNone = new PipelinedSets(none.port(), connections, pipeline, KEYS, valueLength);
                PipelinedSets toNvm = new PipelinedSets(nvm.port(), connections, pipeline, KEYS, valueLength)) {
            out.printf("none:     %s%nnvm-aof:  %s%n", none.durability(), nvm.durability());
            report(out, toNone, toNvm, rounds, nanos);
        } finally {
            deleteRecursively(directory);
        }
    }

    private static ServerUnderTest start(Path directory, String... arguments) throws IOException {
        return ServerUnderTest.start(directory, JVM_FLAGS, List.of(arguments));
    }

    private static void report(PrintStream out, PipelinedSets toNone, PipelinedSets toNvm, int rounds, long nanos)
            throws IOException {
        List<Double> none = new ArrayList<>();
        List<Double> nvm = new ArrayList<>();
        List<Double> ratios = new ArrayList<>();
        for (int round = -WARM_UP_ROUNDS; round < rounds; round++) {
            // Who goes first changes from round to round.
            boolean noneFirst = round % 2 == 0;
            double first = (noneFirst ? toNone : toNvm).run(nanos);
            double second = (noneFirst ? toNvm : toNone).run(nanos);
            if (round >= 0) {
                none.add(noneFirst ? first : second);
                nvm.add(noneFirst ? second : first);
                ratios.add(nvm.get(round) / none.get(round));
                out.printf(
                        "round %2d: none %,9.0f/s  nvm-aof %,9.0f/s  ratio %.3f%n",
                        round + 1, none.get(round), nvm.get(round), ratios.get(round));
            }
        }
        out.printf(
                "median:   none %,9.0f/s  nvm-aof %,9.0f/s  ratio %.3f (quartiles %.3f to %.3f)%n",
                quantile(none, 0.5),
                quantile(nvm, 0.5),
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
