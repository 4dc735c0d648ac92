package io.nvmredis.bench.program;

import io.nvmredis.bench.arm.AdminConnection;
import io.nvmredis.bench.arm.BenchDirectory;
import io.nvmredis.bench.arm.RunningServer;
import io.nvmredis.bench.arm.UnavailableException;
import io.nvmredis.bench.load.DataShape;
import io.nvmredis.bench.load.LoadGenerator;
import io.nvmredis.bench.load.Operations;
import io.nvmredis.bench.load.Workload;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * How long a client waits at most while the server takes a snapshot: of many strings, and of one hash of as many fields.
 *
 * <p>One client sends one command after another, and is answered, while nothing is saved and while BGSAVE is under way.
 * The time of every command counts. Arguments: keys, length of the strings, rounds, directory.
 */
final class SnapshotStall {
    private static final String HEAP = "4g";
    private static final int FILL_CONNECTIONS = 8;
    private static final int FILL_PIPELINE = 64;
    /** A hash whose values were longer would take more memory than one value may. */
    private static final int FIELD_VALUE_LENGTH = 16;
    /** The end of a save is noticed after so long at most. */
    private static final long PART_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final PrintStream out;
    private final AdminConnection connection;
    private final LoadGenerator client;

    private SnapshotStall(PrintStream out, AdminConnection connection, LoadGenerator client) {
        this.out = out;
        this.connection = connection;
        this.client = client;
    }

    static void run(PositionalArguments given, PrintStream out) throws IOException, UnavailableException {
        int valueLength = given.number(1, 1024);
        DataShape shape = new DataShape(given.number(0, 1_000_000), valueLength, valueLength);
        DataShape fields = new DataShape(shape.keyCount(), FIELD_VALUE_LENGTH, FIELD_VALUE_LENGTH);
        int rounds = given.number(2, 3);
        out.printf(Locale.ROOT, "%,d strings, then one hash of %,d fields%n", shape.keyCount(), shape.keyCount());
        try (BenchDirectory directory = new BenchDirectory(given.text(3, "/dev/shm"))) {
            try (RunningServer server = fill(directory, "strings", Workload.fill(shape), shape)) {
                measure(out, server, rounds, "SET", Workload.SET.operations(shape, 1));
            }
            try (RunningServer server = fill(directory, "hash", Workload.fillHash(fields), fields)) {
                measure(out, server, rounds, "HGET", Workload.hash(fields, 100, 1));
                measure(out, server, rounds, "HSET", Workload.hash(fields, 0, 1));
            }
        }
    }

    private static RunningServer fill(BenchDirectory directory, String name, Operations operations, DataShape shape)
            throws IOException, UnavailableException {
        RunningServer server =
                RunningServer.start(Servers.noneWithShortPauses(directory.path(), HEAP), directory.resolve(name));
        try (LoadGenerator generator = new LoadGenerator(server.port(), FILL_CONNECTIONS)) {
            generator.closedLoopOf(operations, FILL_PIPELINE, shape.keyCount());
            return server;
        } catch (IOException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    private static void measure(
            PrintStream out, RunningServer server, int rounds, String command, Operations operations)
            throws IOException {
        try (AdminConnection connection = new AdminConnection(server.port());
                LoadGenerator client = new LoadGenerator(server.port(), 1)) {
            SnapshotStall stall = new SnapshotStall(out, connection, client);
            for (int round = 0; round < rounds; round++) {
                stall.measure(command, "nothing beside", operations, false);
                stall.measure(command, "BGSAVE", operations, true);
            }
        }
    }

    private void measure(String command, String beside, Operations operations, boolean saves) throws IOException {
        if (saves) {
            String answer = connection.ask("BGSAVE");
            if (answer.startsWith("-")) {
                throw new IOException("BGSAVE was answered: " + answer);
            }
        }
        long start = System.nanoTime();
        Histogram latency = client.closedLoop(operations, 1, PART_NANOS).latency();
        while (saves && Servers.figure(connection.info(), "rdb_bgsave_in_progress") > 0) {
            latency.add(client.closedLoop(operations, 1, PART_NANOS).latency());
        }
        out.printf(
                Locale.ROOT,
                "%-4s, %-14s %5.2f s, %,9d commands: p50 %,.0f us, p99 %,.0f us, p99.9 %,.0f us, longest %.1f ms%n",
                command,
                beside,
                (System.nanoTime() - start) / 1e9,
                latency.getTotalCount(),
                latency.getValueAtPercentile(50) / 1e3,
                latency.getValueAtPercentile(99) / 1e3,
                latency.getValueAtPercentile(99.9) / 1e3,
                latency.getMaxValue() / 1e6);
    }
}
