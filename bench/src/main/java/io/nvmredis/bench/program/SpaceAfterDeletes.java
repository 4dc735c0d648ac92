package io.nvmredis.bench.program;

import io.nvmredis.bench.arm.AdminConnection;
import io.nvmredis.bench.arm.BenchDirectory;
import io.nvmredis.bench.arm.RunningServer;
import io.nvmredis.bench.arm.UnavailableException;
import io.nvmredis.bench.load.DataShape;
import io.nvmredis.bench.load.LoadGenerator;
import io.nvmredis.bench.load.Workload;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * How much of the medium a data set takes when most of its keys have been deleted, at once and when the server has had time,
 * and when all of them have been flushed.
 *
 * <p>What is taken is the length of the files; all of their blocks are allocated. Arguments: keys, value length, percent of the
 * keys that are deleted, directory.
 */
final class SpaceAfterDeletes {
    private static final String HEAP = "2g";
    private static final int CONNECTIONS = 8;
    private static final int PIPELINE = 64;
    private static final int KEYS_PER_DEL = 1000;
    private static final int PERCENT = 100;
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    /** As long as nothing may change for what is settled. */
    private static final long SETTLED_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final PrintStream out;
    private final Path data;
    private final AdminConnection connection;

    private SpaceAfterDeletes(PrintStream out, Path data, AdminConnection connection) {
        this.out = out;
        this.data = data;
        this.connection = connection;
    }

    static void run(PositionalArguments given, PrintStream out) throws IOException, UnavailableException {
        int valueLength = given.number(1, 100);
        DataShape keys = new DataShape(given.number(0, 3_000_000), valueLength, valueLength);
        int percent = given.number(2, 90);
        try (BenchDirectory directory = new BenchDirectory(given.text(3, "/dev/shm"));
                RunningServer server =
                        RunningServer.start(Servers.emulated(directory.path(), HEAP), directory.resolve("data"));
                LoadGenerator generator = new LoadGenerator(server.port(), CONNECTIONS);
                AdminConnection connection = new AdminConnection(server.port())) {
            out.printf(
                    Locale.ROOT,
                    "%,d keys of %d bytes, values of %d, %d %% deleted%n",
                    keys.keyCount(),
                    Servers.KEY_LENGTH,
                    valueLength,
                    percent);
            generator.closedLoopOf(Workload.fill(keys), PIPELINE, keys.keyCount());
            new SpaceAfterDeletes(out, directory.resolve("data"), connection).run(keys, percent);
        }
    }

    private void run(DataShape keys, int percent) throws IOException {
        awaitSettled();
        report("full");
        delete(keys, percent);
        report("deleted");
        awaitSettled();
        report("deleted, settled");
        connection.ask("FLUSHALL");
        awaitSettled();
        report("flushed, settled");
    }

    /** Deletes so many of each hundred keys. */
    private void delete(DataShape keys, int percent) throws IOException {
        String[] words = new String[1 + KEYS_PER_DEL];
        words[0] = "DEL";
        int count = 0;
        for (int key = 0; key < keys.keyCount(); key++) {
            if (key % PERCENT < percent) {
                words[++count] = Workload.keyName(key);
            }
            if (count == KEYS_PER_DEL || key == keys.keyCount() - 1) {
                connection.ask(Arrays.copyOf(words, count + 1));
                count = 0;
            }
        }
    }

    /** Waits until all has been applied to the table, and its files change no more. */
    private void awaitSettled() throws IOException {
        long since = System.nanoTime();
        Map<String, Long> before = taken();
        while (System.nanoTime() - since < SETTLED_NANOS) {
            LockSupport.parkNanos(POLL_NANOS);
            Map<String, Long> now = taken();
            if (!now.equals(before) || Servers.figure(connection.info(), "nvm_backlog_bytes") > 0) {
                since = System.nanoTime();
                before = now;
            }
        }
    }

    /** Bytes of the files, by the first word of their names. */
    private Map<String, Long> taken() throws IOException {
        Map<String, Long> bytes = new TreeMap<>();
        try (Stream<Path> files = Files.list(data)) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                bytes.merge(name.split("[-.]", 2)[0], BenchDirectory.bytes(file), Long::sum);
            }
        }
        return bytes;
    }

    private void report(String when) throws IOException {
        Map<String, Long> taken = taken();
        long all = taken.values().stream().mapToLong(Long::longValue).sum();
        Map<String, String> info = connection.info();
        out.printf(
                Locale.ROOT,
                "%-17s %,6d MB: heap %,d, of which live %,d; index %,d, overflow %,d; log %,d%n",
                when,
                all >> 20,
                taken.getOrDefault("heap", 0L) >> 20,
                Servers.figure(info, "nvm_table_live_bytes") >> 20,
                taken.getOrDefault("index", 0L) >> 20,
                taken.getOrDefault("overflow", 0L) >> 20,
                taken.getOrDefault("log", 0L) >> 20);
    }
}
