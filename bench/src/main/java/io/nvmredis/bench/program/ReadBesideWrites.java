package io.nvmredis.bench.program;

import io.nvmredis.bench.arm.Arm;
import io.nvmredis.bench.arm.ArmCatalog;
import io.nvmredis.bench.arm.BenchDirectory;
import io.nvmredis.bench.arm.RunningServer;
import io.nvmredis.bench.arm.UnavailableException;
import io.nvmredis.bench.load.DataShape;
import io.nvmredis.bench.load.LoadGenerator;
import io.nvmredis.bench.load.LoadResult;
import io.nvmredis.bench.load.Workload;
import io.nvmredis.bench.result.Spread;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Latency of GETs that one client sends, each after the reply to the one before, while other clients write as fast as
 * the server lets them: with each persistence, in rounds.
 *
 * <p>Each round starts each server on an empty directory, fills it, and warms it up with the same load. The writers
 * share one thread of the load generator, the reader has its own. Arguments: arms separated by commas, writers, their
 * pipeline, rounds, seconds a round, keys, value length, directory of the files in memory, directory on a disk.
 */
final class ReadBesideWrites {
    private static final String HEAP = "4g";
    private static final int FILL_PIPELINE = 64;

    private final DataShape keys;
    private final int writers;
    private final int pipeline;
    private final long nanos;

    private ReadBesideWrites(DataShape keys, int writers, int pipeline, long nanos) {
        this.keys = keys;
        this.writers = writers;
        this.pipeline = pipeline;
        this.nanos = nanos;
    }

    /** What was measured of one server in each round. */
    private record Figures(List<Double> p50, List<Double> p99, List<Double> p999, List<Double> writes) {
        Figures() {
            this(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        }

        void add(LoadResult reads, LoadResult written) {
            p50.add(reads.latency().getValueAtPercentile(50) / 1e3);
            p99.add(reads.latency().getValueAtPercentile(99) / 1e3);
            p999.add(reads.latency().getValueAtPercentile(99.9) / 1e3);
            writes.add(written.perSecond());
        }
    }

    static void run(PositionalArguments given, PrintStream out)
            throws IOException, UnavailableException, InterruptedException, ExecutionException {
        String[] arms =
                given.text(0, "none,aof-always,nvm-aof-emulated,redis-always").split(",", -1);
        int rounds = given.number(3, 3);
        int valueLength = given.number(6, 100);
        DataShape keys = new DataShape(given.number(5, 100_000), valueLength, valueLength);
        ReadBesideWrites program =
                new ReadBesideWrites(keys, given.number(1, 4), given.number(2, 1), given.number(4, 4) * 1_000_000_000L);
        out.printf(
                Locale.ROOT,
                "GETs of one client beside SETs of %d others, pipeline %d, %,d keys, values of %d;"
                        + " medians of %d rounds%n",
                program.writers,
                program.pipeline,
                keys.keyCount(),
                valueLength,
                rounds);
        Map<String, Figures> figures = new LinkedHashMap<>();
        try (BenchDirectory inMemory = new BenchDirectory(given.text(7, "/dev/shm"));
                BenchDirectory onDisk = new BenchDirectory(given.text(8, System.getProperty("java.io.tmpdir")))) {
            ArmCatalog catalog = new ArmCatalog(new ArmCatalog.Places(
                    onDisk.path(), inMemory.path(), List.of("-Xmx" + HEAP), List.of(), Optional.empty()));
            for (int round = 0; round < rounds; round++) {
                for (String name : arms) {
                    Arm arm = catalog.find(name).orElseThrow(() -> new UnavailableException("there is no arm " + name));
                    program.measure(arm, name + round, figures.computeIfAbsent(name, none -> new Figures()));
                }
            }
        }
        figures.forEach((arm, measured) -> report(out, arm, measured));
    }

    private void measure(Arm arm, String directory, Figures figures)
            throws IOException, UnavailableException, InterruptedException, ExecutionException {
        ExecutorService beside = Executors.newSingleThreadExecutor();
        try (RunningServer server = RunningServer.start(arm, arm.parent().resolve(directory));
                LoadGenerator toWrite = new LoadGenerator(server.port(), writers);
                LoadGenerator toRead = new LoadGenerator(server.port(), 1)) {
            toWrite.closedLoopOf(Workload.fill(keys), FILL_PIPELINE, keys.keyCount());
            both(beside, toWrite, toRead, new Figures());
            both(beside, toWrite, toRead, figures);
        } finally {
            beside.shutdownNow();
        }
    }

    private void both(ExecutorService beside, LoadGenerator toWrite, LoadGenerator toRead, Figures figures)
            throws IOException, InterruptedException, ExecutionException {
        Future<LoadResult> written =
                beside.submit(() -> toWrite.closedLoop(Workload.SET.operations(keys, 1), pipeline, nanos));
        LoadResult reads = toRead.closedLoop(Workload.GET.operations(keys, 2), 1, nanos);
        figures.add(reads, written.get());
    }

    private static void report(PrintStream out, String arm, Figures figures) {
        out.printf(
                Locale.ROOT,
                "%-18s GET p50 %,6.0f us  p99 %,6.0f us  p99.9 %,7.0f us   beside %,9.0f SET/s%n",
                arm,
                Spread.of(figures.p50()).median(),
                Spread.of(figures.p99()).median(),
                Spread.of(figures.p999()).median(),
                Spread.of(figures.writes()).median());
    }
}
