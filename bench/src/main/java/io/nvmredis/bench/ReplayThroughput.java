package io.nvmredis.bench;

import io.nvmredis.spi.CommitListener;
import io.nvmredis.spi.Effect;
import io.nvmredis.spi.Effects;
import io.nvmredis.spi.LoadingListener;
import io.nvmredis.spi.PersistenceException;
import io.nvmredis.spi.Persister;
import io.nvmredis.spi.PersisterConfig;
import io.nvmredis.spi.PersisterProvider;
import io.nvmredis.spi.Transaction;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;

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
                Replay replay = new Replay(directory.resolve("replay"), keyCount, commands);
                ServerUnderTest server = ServerUnderTest.start(
                        directory.resolve("server"),
                        JVM_FLAGS,
                        List.of("--persistence", "nvm-aof", "--nvm-domain", "emulated"))) {
            replay.run(keyCount, true);
            List<Double> ratios = new ArrayList<>();
            for (int round = 0; round < rounds; round++) {
                double replayed = replay.run(transactionCount, false);
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

    /** A persister that is appended to as fast as that goes. */
    private static final class Replay implements AutoCloseable, CommitListener {
        private final Persister persister;
        private final int keyCount;
        private final Commands commands;
        private final SplittableRandom random = new SplittableRandom(1);
        private final Transaction transaction = new Transaction();
        private final Effects effects = new Effects(transaction);

        Replay(Path directory, int keyCount, Commands commands) {
            PersisterProvider provider = ServiceLoader.load(PersisterProvider.class).stream()
                    .map(ServiceLoader.Provider::get)
                    .filter(found -> found.name().equals("nvm-aof"))
                    .findFirst()
                    .orElseThrow();
            this.persister = provider.create(new PersisterConfig(directory, Map.of("nvm-domain", "emulated")));
            this.keyCount = keyCount;
            this.commands = commands;
            persister.open((lsn, bytes, offset, length) -> {}, this, LoadingListener.NONE);
        }

        /** Returns transactions replayed per second. */
        double run(int count, boolean inOrder) {
            for (int i = 0; i < count; i++) {
                long key = inOrder ? i % keyCount : random.nextInt(keyCount);
                byte[] name = String.format(Locale.ROOT, "key:%012d", key).getBytes(StandardCharsets.US_ASCII);
                transaction.reset();
                effects.begin(Effect.SET, 2).argument(name).argument(commands.valueOf(key));
                persister.append(transaction);
                // Committed in the end alone, so that there is nothing to replay before the clock runs.
            }
            long lsn = persister.lastLsn();
            long start = System.nanoTime();
            persister.commit(lsn);
            while (Objects.requireNonNull(persister.coldStore()).appliedLsn() < lsn) {
                LockSupport.parkNanos(100_000);
            }
            return count * 1e9 / (System.nanoTime() - start);
        }

        @Override
        public void onDurable(long durableLsn) {}

        @Override
        public void onCommitFailed(PersistenceException failure) {
            throw failure;
        }

        @Override
        public void close() {
            persister.close();
        }
    }
}
