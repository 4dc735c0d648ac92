package io.nvmredis.bench.program;

import io.nvmredis.bench.arm.BenchDirectory;
import io.nvmredis.nvm.format.TableShape;
import io.nvmredis.nvm.pmem.DomainProbe;
import io.nvmredis.nvm.pmem.MappedDirectory;
import io.nvmredis.nvm.pmem.PmemRegion;
import io.nvmredis.nvm.table.KeyEffects;
import io.nvmredis.nvm.table.Table;
import io.nvmredis.nvm.table.TableStatistics;
import io.nvmredis.spi.ValueType;
import io.nvmredis.spi.ValueVisitor;
import io.nvmredis.spi.effects.Effect;
import io.nvmredis.spi.effects.Effects;
import io.nvmredis.spi.effects.StreamState;
import io.nvmredis.spi.effects.Transaction;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * How fast the table takes SETs and gives strings, one thread, and how much space it takes meanwhile.
 *
 * <p>Keys of 16 bytes. Phases: insert every key once; overwrite keys drawn at random; look random keys up; close and
 * open. Each SET is a transaction of its own, applied from RESP as the log has it; {@value #BATCH} of them are
 * published together. Arguments: directory, keys, value length, overwrites, domain.
 */
final class TablePhases {
    private static final int BATCH = 16384;
    private static final int KEY_LENGTH = 16;
    private static final int WINDOW = 64;

    private final PrintStream out;
    private final Path directory;
    private final String domain;
    private final int keys;
    private final KeyEffects change = new KeyEffects();
    private final byte[] effects;
    private final int keyOffset;
    private final byte[] key = new byte[KEY_LENGTH];
    private final SplittableRandom random = new SplittableRandom(1);
    private final int[] numbers = new int[WINDOW];
    private final long[] hashes = new long[WINDOW];
    private MappedDirectory files;
    private Table table;
    private long flushedBytes;
    private long lsn;

    private TablePhases(PrintStream out, Path directory, String domain, int keys, int valueLength) {
        this.out = out;
        this.directory = directory;
        this.domain = domain;
        this.keys = keys;
        Transaction transaction = new Transaction();
        byte[] marker = "################".getBytes(StandardCharsets.US_ASCII);
        new Effects(transaction).begin(Effect.SET, 2).argument(marker).argument(new byte[valueLength]);
        this.effects = Arrays.copyOf(transaction.bytes(), transaction.length());
        this.keyOffset = new String(effects, StandardCharsets.ISO_8859_1).indexOf('#');
        open();
    }

    private void open() {
        files = new MappedDirectory(directory, DomainProbe.choose(domain, directory));
        table = Table.open(files, TableShape.DEFAULT, Long.MAX_VALUE, () -> 0x1234_5678_9abc_def0L);
    }

    private void name(int number) {
        int rest = number;
        for (int at = KEY_LENGTH - 1; at >= 4; at--) {
            key[at] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        key[0] = 'k';
    }

    /** As replay does it: some at a time, so that the processor fetches what they need together. */
    private void setAll(int[] numbers, int count) {
        for (int i = 0; i < count; i++) {
            name(numbers[i]);
            hashes[i] = table.hash(0, key);
        }
        table.prefetch(hashes, 0, count);
        for (int i = 0; i < count; i++) {
            set(numbers[i]);
        }
    }

    private void set(int number) {
        name(number);
        System.arraycopy(key, 0, effects, keyOffset, KEY_LENGTH);
        change.reset().add(++lsn, effects, 0, effects.length);
        table.apply(0, key, change);
        if (lsn % BATCH == 0) {
            table.publish();
        }
    }

    private void run(int overwrites) {
        long start = now();
        for (int i = 0; i < keys; i += WINDOW) {
            int count = Math.min(WINDOW, keys - i);
            for (int k = 0; k < count; k++) {
                numbers[k] = i + k;
            }
            setAll(numbers, count);
        }
        table.checkpoint(lsn);
        report("insert", keys, start);
        for (int done = 0; done < overwrites; ) {
            int count = Math.min(overwrites - done, Math.max(keys, 1_000_000));
            start = now();
            for (int i = 0; i < count; i += WINDOW) {
                int together = Math.min(WINDOW, count - i);
                for (int k = 0; k < together; k++) {
                    numbers[k] = random.nextInt(keys);
                }
                setAll(numbers, together);
            }
            table.checkpoint(lsn);
            report("overwrite", count, start);
            done += count;
        }
        for (int round = 0; round < 3; round++) {
            look();
        }
        table.close();
        start = now();
        open();
        out.printf(Locale.ROOT, "open: %.1f ms%n", (now() - start) / 1e6);
        table.close();
    }

    private void look() {
        Sink sink = new Sink();
        int count = 1_000_000;
        long start = now();
        for (int i = 0; i < count; i++) {
            name(random.nextInt(keys));
            if (table.lookup(0, key, sink) == null) {
                throw new AssertionError("a key is missing");
            }
        }
        out.printf(Locale.ROOT, "lookup: %.0f ns, sum %d%n", (now() - start) / (double) count, sink.sum);
    }

    /** Processor time of this thread: others on the machine distort it less. The JVM's own threads are not in it. */
    private static long now() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private void report(String what, int count, long start) {
        double seconds = (now() - start) / 1e9;
        TableStatistics statistics = table.statistics();
        long flushedLines = (files.flushedBytes() - flushedBytes) / PmemRegion.LINE_LENGTH;
        flushedBytes = files.flushedBytes();
        out.printf(
                Locale.ROOT,
                "%s: %.2f million a second; used / live %.2f (%d MB, %d MB), %.2f bytes written per byte live,"
                        + " %.3f lines flushed each%n",
                what,
                count / seconds / 1e6,
                (double) statistics.usedBytes() / statistics.liveBytes(),
                statistics.usedBytes() >> 20,
                statistics.liveBytes() >> 20,
                (double) statistics.appendedBytes() / statistics.liveBytes(),
                flushedLines / (double) count);
    }

    private static final class Sink implements ValueVisitor {
        private long sum;

        @Override
        public void begin(ValueType type, int elementCount) {
            sum += elementCount;
        }

        @Override
        public void string(byte[] value) {
            sum += value.length;
        }

        @Override
        public void listElement(byte[] element) {
            sum += element.length;
        }

        @Override
        public void setMember(byte[] member) {
            sum += member.length;
        }

        @Override
        public void hashField(byte[] field, byte[] value, long deadlineMillis) {
            sum += field.length + value.length;
        }

        @Override
        public void zsetMember(byte[] member, double score) {
            sum += member.length;
        }

        @Override
        public void streamEntry(long idMillis, long idSequence, byte[][] fieldsAndValues) {
            sum += fieldsAndValues.length;
        }

        @Override
        public void streamState(StreamState state) {
            sum += state.lastSequence();
        }

        @Override
        public void streamGroup(byte[] group, long lastMillis, long lastSequence, long entriesRead) {
            sum += group.length;
        }

        @Override
        public void streamConsumer(byte[] consumer, long seenMillis) {
            sum += consumer.length;
        }

        @Override
        public void streamPending(long idMillis, long idSequence, long deliveredMillis, long deliveryCount) {
            sum += deliveryCount;
        }
    }

    static void run(PositionalArguments given, PrintStream out) throws IOException {
        try (BenchDirectory directory = new BenchDirectory(given.text(0, "/dev/shm"))) {
            new TablePhases(
                            out,
                            directory.path(),
                            given.text(4, DomainProbe.EMULATED),
                            given.number(1, 1_000_000),
                            given.number(2, 100))
                    .run(given.number(3, 5_000_000));
        }
    }
}
