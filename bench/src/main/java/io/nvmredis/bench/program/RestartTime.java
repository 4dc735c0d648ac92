package io.nvmredis.bench.program;

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
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * How long after the start of the process a server with so much data answers its first read and its first write.
 *
 * <p>The data set grows from one size to the next; at each, the server is killed with kill -9 and started again, some
 * times at rest and some times in the middle of SETs at full speed, so that a tail is left to replay. It is started as a
 * user does it, by {@code ./nvm-redis}; the clock begins before that, so that the start of the JVM is in it. A read
 * counts when it has brought the right value of a key that was written before, a write when it has been acknowledged.
 * Arguments: value length, gigabytes of keys and values (such as {@code 1,2,4,8}), restarts of each kind, directory.
 */
final class RestartTime {
    private static final String HEAP = "1g";
    private static final int CONNECTIONS = 8;
    private static final int PIPELINE = 64;
    private static final long LOAD_NANOS = TimeUnit.SECONDS.toNanos(2);
    /** A load that only ends with the server. */
    private static final long UNTIL_KILLED_NANOS = TimeUnit.HOURS.toNanos(1);

    private final Arm arm;
    private final Path data;
    private final GrowingData growing;
    private final FirstAnswers answers = new FirstAnswers();

    private RestartTime(BenchDirectory directory, int valueLength) {
        this.arm = Servers.emulated(directory.path(), HEAP);
        this.data = directory.resolve("data");
        this.growing = new GrowingData(arm, data, valueLength);
    }

    static void run(PositionalArguments given, PrintStream out)
            throws IOException, UnavailableException, ExecutionException, InterruptedException {
        int valueLength = given.number(0, 100);
        int restarts = given.number(2, 5);
        out.printf(
                Locale.ROOT,
                "restart, emulated domain, keys of %d bytes, values of %d; medians (and maxima) of %d restarts%n",
                Servers.KEY_LENGTH,
                valueLength,
                restarts);
        try (BenchDirectory directory = new BenchDirectory(given.text(3, "/dev/shm"))) {
            RestartTime benchmark = new RestartTime(directory, valueLength);
            for (String size : given.text(1, "1,2,4,8").split(",", -1)) {
                DataShape keys = benchmark.growing.growTo(Double.parseDouble(size), RunningServer::stop);
                report(out, size, "at rest", keys, benchmark.restarts(keys, restarts, false));
                report(out, size, "under load", keys, benchmark.restarts(keys, restarts, true));
            }
        }
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
                server = RunningServer.launch(arm, data);
                restarts.add(answers.of(server, keys));
                server.awaitReady();
            }
        } finally {
            server.close();
        }
        return restarts;
    }

    /** Sets keys that are there, so that the data stay of one size. */
    private void killUnderLoad(RunningServer server, DataShape keys)
            throws IOException, InterruptedException, ExecutionException {
        ExecutorService executor = Executors.newSingleThreadExecutor();
        try (LoadGenerator generator = new LoadGenerator(server.port(), CONNECTIONS)) {
            Operations sets = Workload.SET.operations(keys, 1);
            generator.closedLoop(sets, PIPELINE, LOAD_NANOS);
            Future<?> running = executor.submit(() -> {
                try {
                    generator.closedLoop(sets, PIPELINE, UNTIL_KILLED_NANOS);
                } catch (IOException e) {
                    // The server has been killed.
                }
            });
            LockSupport.parkNanos(LOAD_NANOS);
            server.kill();
            running.get();
        } finally {
            executor.shutdown();
        }
    }
}
