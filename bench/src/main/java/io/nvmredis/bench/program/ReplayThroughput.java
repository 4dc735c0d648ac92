package io.nvmredis.bench.program;

import io.nvmredis.bench.arm.BenchDirectory;
import io.nvmredis.bench.arm.RunningServer;
import io.nvmredis.bench.arm.UnavailableException;
import io.nvmredis.bench.load.DataShape;
import io.nvmredis.bench.load.LoadGenerator;
import io.nvmredis.bench.load.Workload;
import io.nvmredis.bench.result.Spread;
import io.nvmredis.bench.run.ReplayedPersister;
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
final class ReplayThroughput {
    private static final String HEAP = "2g";
    private static final List<Integer> PIPELINES = List.of(16, 64, 256);
    private static final long SET_NANOS = 2_000_000_000L;

    private ReplayThroughput() {}

    static void run(PositionalArguments given, PrintStream out) throws IOException, UnavailableException {
        int valueLength = given.number(1, 100);
        DataShape keys = new DataShape(given.number(0, 1_000_000), valueLength, valueLength);
        int rounds = given.number(2, 5);
        int transactionCount = given.number(3, 1_500_000);
        out.printf(
                Locale.ROOT,
                "replay of SETs, %,d keys of %d bytes at random, values of %d, emulated domain%n",
                keys.keyCount(),
                Servers.KEY_LENGTH,
                valueLength);
        try (BenchDirectory directory = new BenchDirectory(given.text(4, "/dev/shm"));
                ReplayedPersister replay =
                        new ReplayedPersister(directory.resolve("replay"), keys, Map.of("nvm-domain", "emulated"));
                RunningServer server =
                        RunningServer.start(Servers.emulated(directory.path(), HEAP), directory.resolve("server"))) {
            replay.fill();
            List<Double> ratios = new ArrayList<>();
            for (int round = 0; round < rounds; round++) {
                double replayed = replay.run(transactionCount);
                double set = fastest(server, keys);
                ratios.add(replayed / set);
                out.printf(
                        Locale.ROOT,
                        "round %2d: replay %,10.0f/s   SET %,10.0f/s   ratio %.2f   backlog of the server %,d MB%n",
                        round + 1,
                        replayed,
                        set,
                        ratios.get(round),
                        Servers.figure(server, "nvm_backlog_bytes") >> 20);
            }
            Spread spread = Spread.of(ratios);
            out.printf(
                    Locale.ROOT,
                    "median ratio %.2f (quartiles %.2f to %.2f)%n",
                    spread.median(),
                    spread.lowerQuartile(),
                    spread.upperQuartile());
        }
    }

    private static double fastest(RunningServer server, DataShape keys) throws IOException {
        double fastest = 0;
        try (LoadGenerator generator = new LoadGenerator(server.port(), 1)) {
            for (int pipeline : PIPELINES) {
                fastest = Math.max(
                        fastest,
                        generator
                                .closedLoop(Workload.SET.operations(keys, 1), pipeline, SET_NANOS / PIPELINES.size())
                                .perSecond());
            }
        }
        return fastest;
    }
}
