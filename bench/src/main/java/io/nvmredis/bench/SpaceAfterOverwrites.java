package io.nvmredis.bench;

import io.nvmredis.bench.arm.BenchDirectory;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * How much of the medium a data set takes that is overwritten again and again, while it is, key by key at random.
 *
 * <p>What is taken is what the files occupy; what is live is what the table says of its records, and besides, keys and
 * values alone. Arguments: keys, value length, times that the data set is overwritten, directory.
 */
public final class SpaceAfterOverwrites {
    private static final List<String> JVM_FLAGS = List.of("-Xms2g", "-Xmx2g", "-XX:+UseParallelGC");
    private static final List<String> SETTINGS = List.of("--persistence", "nvm-aof", "--nvm-domain", "emulated");

    private SpaceAfterOverwrites() {}

    public static void main(String[] arguments) throws IOException {
        Arguments given = new Arguments(arguments);
        int keyCount = given.number(0, 4_000_000);
        Commands commands = new Commands(given.number(1, 100));
        int times = given.number(2, 10);
        PrintStream out = System.out;
        try (BenchDirectory directory = new BenchDirectory(given.text(3, "/dev/shm"));
                ServerUnderTest server = ServerUnderTest.start(directory.path(), JVM_FLAGS, SETTINGS)) {
            out.printf(
                    Locale.ROOT,
                    "%,d keys of %d bytes, values of %d, %d times overwritten%n",
                    keyCount,
                    Commands.KEY_LENGTH,
                    commands.valueLength(),
                    times);
            int[] next = {0};
            try (PipelinedLoad load = new PipelinedLoad(
                    server.port(), 8, 64, commands.largestLength(), buffer -> commands.set(buffer, next[0]++))) {
                load.runCommands(keyCount);
            }
            long payload = (long) next[0] * (Commands.KEY_LENGTH + commands.valueLength());
            report(out, directory, server, 0, payload);
            SplittableRandom random = new SplittableRandom(1);
            try (PipelinedLoad load = new PipelinedLoad(
                    server.port(),
                    8,
                    64,
                    commands.largestLength(),
                    buffer -> commands.set(buffer, random.nextInt(next[0])))) {
                for (int time = 1; time <= times; time++) {
                    double perSecond = load.runCommands(keyCount);
                    out.printf(Locale.ROOT, "%,9.0f/s   ", perSecond);
                    report(out, directory, server, time, payload);
                }
            }
        }
    }

    private static void report(
            PrintStream out, BenchDirectory directory, ServerUnderTest server, int time, long payload)
            throws IOException {
        long taken = BenchDirectory.bytes(directory.path());
        Map<String, Long> info = server.info();
        long live = info.getOrDefault("nvm_table_live_bytes", 0L);
        long log = info.getOrDefault("nvm_log_bytes", 0L);
        out.printf(
                Locale.ROOT,
                "overwritten %2d times: %,d MB taken, of which log %,d MB; without it %.2f x live records (%,d MB),"
                        + " %.2f x keys and values (%,d MB)%n",
                time,
                taken >> 20,
                log >> 20,
                (taken - log) / (double) Math.max(1, live),
                live >> 20,
                (taken - log) / (double) payload,
                payload >> 20);
    }
}
