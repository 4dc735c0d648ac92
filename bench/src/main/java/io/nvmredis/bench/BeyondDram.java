package io.nvmredis.bench;

import io.nvmredis.bench.AlternatingRounds.Arm;
import io.nvmredis.bench.arm.BenchDirectory;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.RejectionInversionZipfSampler;
import org.apache.commons.rng.sampling.distribution.SharedStateDiscreteSampler;
import org.apache.commons.rng.simple.RandomSource;

/**
 * Throughput with data ten times the DRAM budget, as a part of that of the same server with everything in DRAM: reads
 * and writes of keys chosen by Zipf's law.
 *
 * <p>Keys are numbered by rank, and the table places them by hash, so that frequent keys are no neighbours. Before it is
 * measured each server has been given all keys and, for the one with the budget, as many commands as there are keys, so
 * that its cache is warm. Arguments: keys, value length, percent of reads, rounds, seconds a round, directory, times that
 * the data are larger than the budget.
 */
public final class BeyondDram {
    private static final List<String> JVM_FLAGS = List.of("-Xms3g", "-Xmx3g", "-XX:+UseParallelGC");
    private static final double EXPONENT = 0.99;
    private static final int CONNECTIONS = 8;
    private static final int PIPELINE = 16;

    private BeyondDram() {}

    public static void main(String[] arguments) throws IOException {
        Arguments given = new Arguments(arguments);
        int keyCount = given.number(0, 4_000_000);
        Commands commands = new Commands(given.number(1, 100));
        int readPercent = given.number(2, 90);
        int rounds = given.number(3, 7);
        long nanos = given.number(4, 4) * 1_000_000_000L;
        int times = given.number(6, 10);
        PrintStream out = System.out;
        try (BenchDirectory directory = new BenchDirectory(given.text(5, "/dev/shm"));
                ServerUnderTest all = start(directory.resolve("all"), "3gb")) {
            fill(all, commands, keyCount);
            long inDram = all.info().getOrDefault("dram_used_bytes", 0L);
            String budget = inDram / times + "b";
            out.printf(
                    Locale.ROOT,
                    "%,d keys of %d bytes, values of %d: %,d MB in DRAM, budget %,d MB; %d %% reads, Zipf %.2f,"
                            + " %d connections, pipeline %d%n",
                    keyCount,
                    Commands.KEY_LENGTH,
                    commands.valueLength(),
                    inDram >> 20,
                    (inDram / times) >> 20,
                    readPercent,
                    EXPONENT,
                    CONNECTIONS,
                    PIPELINE);
            try (ServerUnderTest some = start(directory.resolve("some"), budget)) {
                fill(some, commands, keyCount);
                try (PipelinedLoad toAll = mixed(all, commands, keyCount, readPercent);
                        PipelinedLoad toSome = mixed(some, commands, keyCount, readPercent)) {
                    toSome.runCommands(keyCount);
                    toAll.runCommands(keyCount);
                    Map<String, Long> before = some.info();
                    AlternatingRounds.report(
                            out, new Arm("all in DRAM", all, toAll), new Arm("a part", some, toSome), rounds, nanos);
                    report(out, before, some.info(), toAll, toSome);
                }
            }
        }
    }

    private static void report(
            PrintStream out,
            Map<String, Long> before,
            Map<String, Long> after,
            PipelinedLoad toAll,
            PipelinedLoad toSome)
            throws IOException {
        if (toAll.missingCount() + toSome.missingCount() > 0) {
            throw new IOException(toAll.missingCount() + " and " + toSome.missingCount() + " keys were not found");
        }
        List<String> fields = new ArrayList<>();
        for (String field : List.of("dram_used_bytes", "dram_resident_keys")) {
            fields.add(field + " " + after.get(field));
        }
        for (String field : List.of("hydrations", "evictions")) {
            fields.add(field + " " + (after.getOrDefault(field, 0L) - before.getOrDefault(field, 0L)));
        }
        out.println(String.join(", ", fields));
    }

    private static ServerUnderTest start(Path directory, String budget) throws IOException {
        return ServerUnderTest.start(
                directory,
                JVM_FLAGS,
                List.of("--persistence", "nvm-aof", "--nvm-domain", "emulated", "--dram-budget", budget));
    }

    private static void fill(ServerUnderTest server, Commands commands, int keyCount) throws IOException {
        int[] next = {0};
        try (PipelinedLoad load = new PipelinedLoad(
                server.port(),
                CONNECTIONS,
                64,
                commands.largestLength(),
                buffer -> commands.set(buffer, next[0]++ % keyCount))) {
            load.runCommands(keyCount);
        }
    }

    private static PipelinedLoad mixed(ServerUnderTest server, Commands commands, int keyCount, int readPercent)
            throws IOException {
        UniformRandomProvider random = RandomSource.XO_RO_SHI_RO_128_PP.create(1L);
        SharedStateDiscreteSampler ranks = RejectionInversionZipfSampler.of(random, keyCount, EXPONENT);
        return new PipelinedLoad(server.port(), CONNECTIONS, PIPELINE, commands.largestLength(), buffer -> {
            int key = ranks.sample() - 1;
            command(buffer, commands, key, random.nextInt(100) < readPercent);
        });
    }

    private static void command(ByteBuffer buffer, Commands commands, int key, boolean reads) {
        if (reads) {
            commands.get(buffer, key);
        } else {
            commands.set(buffer, key);
        }
    }
}
