package io.nvmredis.bench.program;

import io.nvmredis.bench.arm.AdminConnection;
import io.nvmredis.bench.arm.Arm;
import io.nvmredis.bench.arm.BenchDirectory;
import io.nvmredis.bench.arm.RunningServer;
import io.nvmredis.bench.arm.UnavailableException;
import io.nvmredis.bench.load.DataShape;
import io.nvmredis.bench.load.LoadGenerator;
import io.nvmredis.bench.load.Operations;
import io.nvmredis.bench.load.Workload;
import io.nvmredis.bench.result.Spread;
import io.nvmredis.bench.run.FirstAnswers;
import io.nvmredis.bench.run.GrowingData;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * How long after the start of the process a server with so much data answers its first read and its first write.
 *
 * <p>The data set grows from one size to the next; at each, the server is killed with kill -9 and started again, some
 * times at rest and some times in the middle of writes at full speed while as much log waits for the replay as may. For
 * that the replay's thread is given only the processor time that nobody else wants. The server is started as a user does it, by
 * {@code ./nvm-redis}; the clock begins before that, so that the start of the JVM is in it. A read counts when it has
 * brought the right value of a key that was written before, a write when it has been acknowledged. Arguments: value
 * length, gigabytes of keys and values (such as {@code 1,2,4,8}), restarts of each kind, directory, workloads of the
 * writes ({@code set}, or {@code set+hset+list+zadd+incr}), processes that keep a processor busy during the starts, MB of log that
 * are to wait for the replay at a kill under load.
 */
final class RestartTime {
    private static final int CONNECTIONS = 8;
    private static final int PIPELINE = 64;
    private static final long MOST_LOAD_NANOS = TimeUnit.SECONDS.toNanos(20);
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    /** A load that only ends with the server. */
    private static final long UNTIL_KILLED_NANOS = TimeUnit.HOURS.toNanos(1);
    /** Part of the limit at which the backlog counts as full. */
    private static final double FULL = 0.9;

    private final Arm arm;
    private final Path data;
    private final GrowingData growing;
    private final List<Workload> writes;
    private final int busyCount;
    /** Backlog at which a server under load is killed; as much as it may have if 0. */
    private final long killBytes;

    private final FirstAnswers answers = new FirstAnswers();
    private final List<Double> backlogs = new ArrayList<>();

    private RestartTime(
            BenchDirectory directory, int valueLength, List<Workload> writes, int busyCount, long killBytes) {
        this.arm = Servers.emulatedWith(directory.path(), List.of());
        this.data = directory.resolve("data");
        this.growing = new GrowingData(arm, data, valueLength);
        this.writes = writes;
        this.busyCount = busyCount;
        this.killBytes = killBytes;
    }

    static void run(PositionalArguments given, PrintStream out)
            throws IOException, UnavailableException, ExecutionException, InterruptedException {
        int valueLength = given.number(0, 100);
        int restarts = given.number(2, 5);
        List<Workload> writes = Arrays.stream(given.text(4, "set").split("\\+", -1))
                .map(word -> Workload.of(word).orElseThrow())
                .toList();
        int busyCount = given.number(5, 0);
        out.printf(
                Locale.ROOT,
                "restart, emulated domain, keys of %d bytes, values of %d, %s before a kill under load, %d busy processes"
                        + " beside; medians (and maxima) of %d restarts%n",
                Servers.KEY_LENGTH,
                valueLength,
                given.text(4, "set"),
                busyCount,
                restarts);
        try (BenchDirectory directory = new BenchDirectory(given.text(3, "/dev/shm"))) {
            RestartTime benchmark =
                    new RestartTime(directory, valueLength, writes, busyCount, (long) given.number(6, 0) << 20);
            for (String size : given.text(1, "1,2,4,8").split(",", -1)) {
                DataShape keys = benchmark.growing.growTo(Double.parseDouble(size), RunningServer::stop);
                report(out, size, "at rest", keys, benchmark.restarts(keys, restarts, false));
                report(out, size, "under load", keys, benchmark.restarts(keys, restarts, true));
                out.printf(
                        Locale.ROOT,
                        "        log that waited for the replay at the kills, MB: %s%n",
                        benchmark.takeBacklogs());
            }
        }
    }

    private String takeBacklogs() {
        String all = backlogs.stream()
                .map(megabytes -> String.format(Locale.ROOT, "%.0f", megabytes))
                .collect(Collectors.joining(", "));
        backlogs.clear();
        return all;
    }

    private static void report(
            PrintStream out, String size, String kind, DataShape keys, List<FirstAnswers.Times> restarts) {
        Spread reads =
                Spread.of(restarts.stream().map(FirstAnswers.Times::readMillis).toList());
        Spread writes =
                Spread.of(restarts.stream().map(FirstAnswers.Times::writeMillis).toList());
        out.printf(
                Locale.ROOT,
                "%4s GB %-10s %,11d keys   first read %6.0f ms (%6.0f)   first write %6.0f ms (%6.0f)%n",
                size,
                kind,
                keys.keyCount(),
                reads.median(),
                reads.most(),
                writes.median(),
                writes.most());
    }

    private List<FirstAnswers.Times> restarts(DataShape keys, int count, boolean underLoad)
            throws IOException, UnavailableException, InterruptedException, ExecutionException {
        List<FirstAnswers.Times> restarts = new ArrayList<>();
        RunningServer server = RunningServer.start(arm, data);
        try {
            for (int i = 0; i < count; i++) {
                if (underLoad) {
                    killUnderLoad(server, keys);
                } else {
                    server.kill();
                }
                try (BusyProcesses busy = new BusyProcesses(busyCount)) {
                    server = RunningServer.launch(arm, data);
                    restarts.add(answers.of(server, keys));
                    busy.requireAlive();
                }
                server.awaitReady();
                awaitReplay(server);
            }
        } finally {
            server.close();
        }
        return restarts;
    }

    /** Writes, with SET to keys that are there, so that the data stay of one size; the collections come on top. */
    private void killUnderLoad(RunningServer server, DataShape keys)
            throws IOException, InterruptedException, ExecutionException {
        server.meter().idle("nvm-replay");
        ExecutorService executor = Executors.newCachedThreadPool();
        try (AdminConnection connection = new AdminConnection(server.port())) {
            List<Future<?>> running = new ArrayList<>();
            for (Workload workload : writes) {
                running.add(executor.submit(() -> writeUntilKilled(server, workload.operations(keys, 1))));
            }
            backlogs.add(awaitFullBacklog(connection) / (double) (1 << 20));
            server.kill();
            for (Future<?> load : running) {
                load.get();
            }
        } finally {
            executor.shutdown();
        }
    }

    private static void writeUntilKilled(RunningServer server, Operations operations) {
        try (LoadGenerator generator = new LoadGenerator(server.port(), CONNECTIONS)) {
            generator.closedLoop(operations, PIPELINE, UNTIL_KILLED_NANOS);
        } catch (IOException e) {
            // The server has been killed.
        }
    }

    /** Returns the backlog when it is nearly full, or what it is after some time. */
    private long awaitFullBacklog(AdminConnection connection) throws IOException {
        long end = System.nanoTime() + MOST_LOAD_NANOS;
        while (true) {
            Map<String, String> info = connection.info();
            long backlog = Servers.figure(info, "nvm_backlog_bytes");
            double enough = killBytes > 0 ? killBytes : FULL * Servers.figure(info, "nvm_backlog_limit");
            if (backlog >= enough || System.nanoTime() > end) {
                return backlog;
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    private static void awaitReplay(RunningServer server) throws IOException {
        while (Servers.figure(server, "nvm_backlog_bytes") > 1 << 20) {
            LockSupport.parkNanos(POLL_NANOS);
        }
    }
}
