package io.nvmredis.bench;

import io.nvmredis.bench.arm.BenchDirectory;
import io.nvmredis.bench.load.Keyspace;
import io.nvmredis.bench.run.Replay;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How fast the log is replayed, as a multiple of the fastest SET rate that one client can make the server reach.
 *
 * <p>Replay: transactions of one SET each are appended to a persister in this process, then committed at once, and the
 * clock runs from there until the table contains them all. Beside, a server in a process of its own is given SETs of
 * the same keys by one client, at pipelines of several depths, and the fastest counts. Both kinds of rounds alternate.
 * Arguments: keys, value length, rounds, transactions a round, directory.
 */
public final class ReplayThroughput {
    private static final List<String> JVM_FLAGS = List.of("-Xms2g", "-Xmx2g", "-XX:+UseParallelGC");
    private static final List<Integer> PIPELINES = List.of(16, 64, 256);
    private static final long SET_NANOS = 2_000_000_000L;

    private ReplayThroughput() {}

    public static void main(String[] arguments) throws IOException {
        Arguments given = new Arguments(arguments);
        int keyCount = given.number(0, 1_000_000);
        Commands commands = new Commands(given.number(1, 100));
        int rounds = given.number(2, 5);
        int transactionCount = given.number(3, 1_500_000);
        PrintStream out = System.out;
        out.printf(
                Locale.ROOT,
                "replay of SETs, %,d keys of %d bytes at random, values of %d, emulated domain%n",
                keyCount,
                Commands.KEY_LENGTH,
                commands.valueLength());
        try (BenchDirectory directory = new BenchDirectory(given.text(4, "/dev/shm"));
                Replay replay = new Replay(
                        directory.resolve("replay"),
                        new Keyspace(keyCount, commands.valueLength(), commands.valueLength()),
                        Map.of("nvm-domain", "emulated"));
                ServerUnderTest server = ServerUnderTest.start(
                        directory.resolve("server"),
                        JVM_FLAGS,
                        List.of("--persistence", "nvm-aof", "--nvm-domain", "emulated"))) {
            replay.fill();
            List<Double> ratios = new ArrayList<>();
            for (int round = 0; round < rounds; round++) {
                double replayed = replay.run(transactionCount);
                double set = fastest(server, commands, keyCount);
                ratios.add(replayed / set);
                long backlog = server.info().getOrDefault("nvm_backlog_bytes", 0L);
                out.printf(
                        Locale.ROOT,
                        "round %2d: replay %,10.0f/s   SET %,10.0f/s   ratio %.2f   backlog of the server %,d MB%n",
                        round + 1,
                        replayed,
                        set,
                        ratios.get(round),
                        backlog >> 20);
            }
            out.printf(
                    Locale.ROOT,
                    "median ratio %.2f (quartiles %.2f to %.2f)%n",
                    Quantiles.of(ratios, 0.5),
                    Quantiles.of(ratios, 0.25),
                    Quantiles.of(ratios, 0.75));
        }
    }

    private static double fastest(ServerUnderTest server, Commands commands, int keyCount) throws IOException {
        double fastest = 0;
        for (int pipeline : PIPELINES) {
            try (PipelinedLoad load = PersistenceCost.sets(server, 1, pipeline, commands, keyCount)) {
                fastest = Math.max(fastest, load.run(SET_NANOS / PIPELINES.size()));
            }
        }
        return fastest;
    }
}
