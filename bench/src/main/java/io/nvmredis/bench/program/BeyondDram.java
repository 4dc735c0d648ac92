package io.nvmredis.bench.program;

import io.nvmredis.bench.arm.AdminConnection;
import io.nvmredis.bench.arm.BenchDirectory;
import io.nvmredis.bench.arm.RunningServer;
import io.nvmredis.bench.arm.UnavailableException;
import io.nvmredis.bench.load.DataShape;
import io.nvmredis.bench.load.LoadGenerator;
import io.nvmredis.bench.load.Operations;
import io.nvmredis.bench.load.Workload;
import io.nvmredis.bench.program.AlternatingRounds.Side;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Throughput with data ten times the DRAM budget, as a part of that of the same server with everything in DRAM: reads
 * and writes of keys chosen by Zipf's law ({@code zipf}) or evenly ({@code even}), or of single fields of hashes that
 * have 1,000 each ({@code fields}), chosen evenly.
 *
 * <p>Keys are numbered by rank, and the table places them by hash, so that frequent keys are no neighbours. Before it is
 * measured each server has been given all keys and, for the one with the budget, as many commands as there are keys, so
 * that its cache is warm. Arguments: keys, value length, percent of reads, rounds, seconds a round, directory, times that
 * the data are larger than the budget, kind of load. The number of keys is that of all fields where hashes are read.
 */
final class BeyondDram {
    private static final String HEAP = "3g";
    private static final int CONNECTIONS = 8;
    private static final int PIPELINE = 16;
    private static final int FILL_PIPELINE = 64;

    private BeyondDram() {}

    /** What is read and written, and how the data get there. */
    private enum Kind {
        ZIPF("Zipf 0.99") {
            @Override
            Operations operations(DataShape keys, int readPercent) {
                return Workload.zipf(keys, readPercent, 1);
            }
        },
        EVEN("keys chosen evenly") {
            @Override
            Operations operations(DataShape keys, int readPercent) {
                return Workload.even(keys, readPercent, 1);
            }
        },
        FIELDS("fields of hashes of 1,000, chosen evenly") {
            @Override
            Operations operations(DataShape keys, int readPercent) {
                return Workload.fields(keys, readPercent, 1);
            }

            @Override
            Operations fill(DataShape keys) {
                return Workload.fillFields(keys);
            }
        };

        private final String words;

        Kind(String words) {
            this.words = words;
        }

        abstract Operations operations(DataShape keys, int readPercent);

        Operations fill(DataShape keys) {
            return Workload.fill(keys);
        }
    }

    static void run(PositionalArguments given, PrintStream out) throws IOException, UnavailableException {
        int valueLength = given.number(1, 100);
        DataShape keys = new DataShape(given.number(0, 4_000_000), valueLength, valueLength);
        int readPercent = given.number(2, 90);
        int rounds = given.number(3, 7);
        long nanos = given.number(4, 4) * 1_000_000_000L;
        int times = given.number(6, 10);
        Kind kind = Kind.valueOf(given.text(7, "zipf").toUpperCase(Locale.ROOT));
        try (BenchDirectory directory = new BenchDirectory(given.text(5, "/dev/shm"));
                RunningServer all = start(directory, "all", "3gb")) {
            fill(all, kind, keys);
            long inDram = Servers.figure(all, "dram_used_bytes");
            out.printf(
                    Locale.ROOT,
                    "%,d keys of %d bytes, values of %d: %,d MB in DRAM, budget %,d MB; %d %% reads, %s,"
                            + " %d connections, pipeline %d%n",
                    keys.keyCount(),
                    Servers.KEY_LENGTH,
                    valueLength,
                    inDram >> 20,
                    (inDram / times) >> 20,
                    readPercent,
                    kind.words,
                    CONNECTIONS,
                    PIPELINE);
            try (RunningServer some = start(directory, "some", inDram / times + "b")) {
                fill(some, kind, keys);
                compare(out, all, some, kind, keys, readPercent, rounds, nanos);
            }
        }
    }

    private static void compare(
            PrintStream out,
            RunningServer all,
            RunningServer some,
            Kind kind,
            DataShape keys,
            int readPercent,
            int rounds,
            long nanos)
            throws IOException {
        Operations onAll = kind.operations(keys, readPercent);
        Operations onSome = kind.operations(keys, readPercent);
        try (LoadGenerator toAll = new LoadGenerator(all.port(), CONNECTIONS);
                LoadGenerator toSome = new LoadGenerator(some.port(), CONNECTIONS);
                AdminConnection connection = new AdminConnection(some.port())) {
            toSome.closedLoopOf(onSome, PIPELINE, keys.keyCount());
            toAll.closedLoopOf(onAll, PIPELINE, keys.keyCount());
            Map<String, String> before = connection.info();
            AlternatingRounds.report(
                    out,
                    new Side("all in DRAM", all, toAll, onAll, PIPELINE),
                    new Side("a part", some, toSome, onSome, PIPELINE),
                    rounds,
                    nanos);
            report(out, before, connection.info());
            if (toAll.nilCount() + toSome.nilCount() > 0) {
                throw new IOException(toAll.nilCount() + " and " + toSome.nilCount() + " keys were not found");
            }
        }
    }

    private static void report(PrintStream out, Map<String, String> before, Map<String, String> after) {
        List<String> fields = new ArrayList<>();
        for (String field : List.of("dram_used_bytes", "dram_resident_keys")) {
            fields.add(field + " " + after.get(field));
        }
        for (String field : List.of("hydrations", "cold_field_reads", "evictions")) {
            fields.add(field + " " + (Servers.figure(after, field) - Servers.figure(before, field)));
        }
        out.println(String.join(", ", fields));
    }

    private static RunningServer start(BenchDirectory directory, String name, String budget)
            throws IOException, UnavailableException {
        return RunningServer.start(
                Servers.emulated(directory.path(), HEAP, "--dram-budget", budget), directory.resolve(name));
    }

    private static void fill(RunningServer server, Kind kind, DataShape keys) throws IOException {
        try (LoadGenerator generator = new LoadGenerator(server.port(), CONNECTIONS)) {
            generator.closedLoopOf(kind.fill(keys), FILL_PIPELINE, keys.keyCount());
        }
    }
}
