package io.nvmredis.bench.program;

import io.nvmredis.bench.arm.BenchDirectory;
import io.nvmredis.bench.arm.RunningServer;
import io.nvmredis.bench.arm.UnavailableException;
import io.nvmredis.bench.load.DataShape;
import io.nvmredis.bench.load.LoadGenerator;
import io.nvmredis.bench.load.Workload;
import io.nvmredis.bench.program.AlternatingRounds.Side;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Locale;

/**
 * What always-safe persistence costs: throughput of pipelined SETs with {@code nvm-aof} on the {@code emulated} domain,
 * its replay running, as a part of that with {@code none}.
 *
 * <p>Both servers run at the same time, only one of them under load. The processor time of the server per command says
 * the same on a machine that is too busy for throughput to mean much. Arguments: rounds, seconds a round, connections,
 * pipeline, value length, directory, keys.
 */
final class PersistenceCost {
    private static final String HEAP = "4g";

    private PersistenceCost() {}

    static void run(PositionalArguments given, PrintStream out) throws IOException, UnavailableException {
        int rounds = given.number(0, 11);
        long nanos = given.number(1, 3) * 1_000_000_000L;
        int connections = given.number(2, 8);
        int pipeline = given.number(3, 64);
        int valueLength = given.number(4, 100);
        DataShape keys = new DataShape(given.number(6, 100_000), valueLength, valueLength);
        out.printf(
                Locale.ROOT,
                "pipelined SET, %d connections, pipeline %d, keys of %d bytes, %d of them, values of %d bytes%n",
                connections,
                pipeline,
                Servers.KEY_LENGTH,
                keys.keyCount(),
                valueLength);
        try (BenchDirectory directory = new BenchDirectory(given.text(5, "/dev/shm"));
                RunningServer none =
                        RunningServer.start(Servers.none(directory.path(), HEAP), directory.resolve("none"));
                RunningServer nvm =
                        RunningServer.start(Servers.emulated(directory.path(), HEAP), directory.resolve("nvm"));
                LoadGenerator toNone = new LoadGenerator(none.port(), connections);
                LoadGenerator toNvm = new LoadGenerator(nvm.port(), connections)) {
            out.printf(Locale.ROOT, "none:     %s%nnvm-aof:  %s%n", none.promise(), nvm.promise());
            AlternatingRounds.report(
                    out,
                    new Side("none", none, toNone, Workload.SET.operations(keys, 1), pipeline),
                    new Side("nvm-aof", nvm, toNvm, Workload.SET.operations(keys, 1), pipeline),
                    rounds,
                    nanos);
        }
    }
}
