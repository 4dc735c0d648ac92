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
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/**
 * How much of the medium a data set takes that is overwritten again and again, while it is, key by key at random.
 *
 * <p>What is taken is what the files occupy; what is live is what the table says of its records, and besides, keys and
 * values alone. Arguments: keys, value length, times that the data set is overwritten, directory.
 */
final class SpaceAfterOverwrites {
    private static final String HEAP = "2g";
    private static final int CONNECTIONS = 8;
    private static final int PIPELINE = 64;

    private SpaceAfterOverwrites() {}

    static void run(PositionalArguments given, PrintStream out) throws IOException, UnavailableException {
        int valueLength = given.number(1, 100);
        DataShape keys = new DataShape(given.number(0, 4_000_000), valueLength, valueLength);
        int times = given.number(2, 10);
        try (BenchDirectory directory = new BenchDirectory(given.text(3, "/dev/shm"));
                RunningServer server =
                        RunningServer.start(Servers.emulated(directory.path(), HEAP), directory.resolve("data"));
                LoadGenerator generator = new LoadGenerator(server.port(), CONNECTIONS);
                AdminConnection connection = new AdminConnection(server.port())) {
            out.printf(
                    Locale.ROOT,
                    "%,d keys of %d bytes, values of %d, %d times overwritten%n",
                    keys.keyCount(),
                    Servers.KEY_LENGTH,
                    valueLength,
                    times);
            generator.closedLoopOf(Workload.fill(keys), PIPELINE, keys.keyCount());
            report(out, directory.resolve("data"), connection.info(), 0, keys);
            Operations sets = Workload.SET.operations(keys, 1);
            for (int time = 1; time <= times; time++) {
                double perSecond = generator.closedLoopOf(sets, PIPELINE, keys.keyCount());
                out.printf(Locale.ROOT, "%,9.0f/s   ", perSecond);
                report(out, directory.resolve("data"), connection.info(), time, keys);
            }
        }
    }

    private static void report(PrintStream out, Path data, Map<String, String> info, int time, DataShape keys)
            throws IOException {
        long taken = BenchDirectory.bytes(data);
        long payload = (long) keys.keyCount() * (Servers.KEY_LENGTH + keys.valueLength());
        long live = Servers.figure(info, "nvm_table_live_bytes");
        long log = Servers.figure(info, "nvm_log_bytes");
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
