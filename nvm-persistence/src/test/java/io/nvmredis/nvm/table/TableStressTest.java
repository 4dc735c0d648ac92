package io.nvmredis.nvm.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.nvm.format.TableShape;
import io.nvmredis.nvm.pmem.DomainProbe;
import io.nvmredis.nvm.pmem.MappedDirectory;
import io.nvmredis.nvm.sim.TableWorkload;
import io.nvmredis.spi.KeyInfo;
import io.nvmredis.spi.ValueType;
import io.nvmredis.spi.ValueVisitor;
import io.nvmredis.spi.effects.Effect;
import io.nvmredis.spi.effects.Effects;
import io.nvmredis.spi.effects.StreamState;
import io.nvmredis.spi.effects.Transaction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Readers hydrate and scan while the writer applies, folds, merges, cleans, empties a database and makes the index grow.
 *
 * <p>A value says itself which key and version it is of and carries a checksum, and each reader remembers the versions it
 * has seen: a torn, foreign, stale or lost value does not get by. Rounds can be given: {@code -Dstress.rounds=5000000}.
 */
class TableStressTest {
    private static final TableShape SMALL = new TableShape(256 << 10, 64 + 32 * 64, 64 << 10, 1024);
    private static final int ROUNDS = Integer.getInteger("stress.rounds", 60_000);
    private static final int KEYS = 200;
    private static final int READERS = 3;
    private static final int FIELDS = 96;

    @TempDir
    private Path directory;

    private final long seed = Long.getLong("stress.seed", System.nanoTime());
    private final AtomicBoolean isOver = new AtomicBoolean();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final AtomicLong readCount = new AtomicLong();
    private long lsn;

    private static byte[] name(int key) {
        return TableWorkload.bytes((isString(key) ? "string" : "hash") + key);
    }

    private static boolean isString(int key) {
        return key % 2 == 0;
    }

    /** Key, version, as much text as the version says, checksum. */
    private static byte[] value(int key, long version) {
        String text = key + ":" + version + ":" + "x".repeat((int) (version * 37 % 300)) + ":";
        return TableWorkload.bytes(text + checksum(text));
    }

    private static long checksum(String text) {
        CRC32C crc = new CRC32C();
        crc.update(TableWorkload.bytes(text));
        return crc.getValue();
    }

    /** The version of a value, which must be whole and of this key. */
    private static long version(int key, byte[] value) {
        String text = new String(value, StandardCharsets.ISO_8859_1);
        int end = text.lastIndexOf(':') + 1;
        assertThat(text.substring(end)).as(text).isEqualTo(Long.toString(checksum(text.substring(0, end))));
        String[] parts = text.split(":", 3);
        assertThat(parts[0]).as("whose value it is").isEqualTo(Integer.toString(key));
        return Long.parseLong(parts[1]);
    }

    @Test
    void shouldShowReadersWholeValuesThatNeverGoBackInTime() throws InterruptedException {
        System.out.println("seed " + seed);
        MappedDirectory files = new MappedDirectory(directory, DomainProbe.choose(DomainProbe.EMULATED, directory));
        try (Table table = Table.open(files, SMALL, Long.MAX_VALUE, () -> seed)) {
            for (int key = 0; key < KEYS; key++) {
                write(table, key);
            }
            table.publish();
            Thread[] readers = new Thread[READERS];
            for (int r = 0; r < READERS; r++) {
                SplittableRandom random = new SplittableRandom(seed + r);
                readers[r] = new Thread(() -> read(table, random), "reader " + r);
                readers[r].start();
            }
            try {
                writeAll(table);
            } finally {
                isOver.set(true);
                for (Thread reader : readers) {
                    reader.join();
                }
            }
            assertThat(failure.get()).isNull();
            TableStatistics statistics = table.statistics();
            System.out.println(readCount + " reads, " + statistics);
            assertThat(readCount.get()).isGreaterThan(1000);
            assertThat(statistics.cleanedSegmentCount()).isGreaterThan(20);
            assertThat(statistics.foldCount()).isGreaterThan(100);
            assertThat(statistics.mergeCount()).isGreaterThan(10);
            assertThat(statistics.damagedSegmentCount()).isZero();
        }
    }

    private void writeAll(Table table) {
        SplittableRandom random = new SplittableRandom(seed - 1);
        for (int round = 0; round < ROUNDS && failure.get() == null; round++) {
            write(table, random.nextInt(KEYS));
            if (round % 10 == 0) {
                // Keys that make the index grow, and go again with a FLUSHDB.
                set(table, 1, TableWorkload.bytes("more" + round), TableWorkload.bytes("x"));
            }
            int dice = random.nextInt(200);
            if (dice < 20) {
                table.publish();
            } else if (dice == 20) {
                table.checkpoint(lsn);
            } else if (dice == 21 && round % 50 == 0) {
                table.flush(1, ++lsn);
            }
        }
    }

    /** A new version of a key: of a string all of it; of a hash one field, its own and the version of the whole. */
    private void write(Table table, int key) {
        long version = ++lsn;
        if (isString(key)) {
            lsn--;
            set(table, 0, name(key), value(key, version));
            return;
        }
        Transaction effects = new Transaction();
        new Effects(effects)
                .begin(Effect.HSET, 5)
                .argument(name(key))
                .argument(TableWorkload.bytes("newest"))
                .argument(value(key, version))
                .argument(TableWorkload.bytes("field" + version % FIELDS))
                .argument(value(key, version));
        table.apply(0, name(key), new KeyEffects().add(version, effects.bytes(), 0, effects.length()));
    }

    private void set(Table table, int database, byte[] key, byte[] value) {
        Transaction effects = new Transaction();
        new Effects(effects).begin(Effect.SET, 2).argument(key).argument(value);
        table.apply(database, key, new KeyEffects().add(++lsn, effects.bytes(), 0, effects.length()));
    }

    private void read(Table table, SplittableRandom random) {
        long[] seen = new long[KEYS];
        try {
            while (!isOver.get() && failure.get() == null) {
                int key = random.nextInt(KEYS);
                prefetch(table, random);
                Version version = new Version(key);
                KeyInfo info = table.lookup(0, name(key), version);
                assertThat(info).as("key %d", key).isNotNull();
                assertThat(version.highest).as("what is shown").isEqualTo(info.lsn());
                assertThat(version.highest).as("version of key %d", key).isGreaterThanOrEqualTo(seen[key]);
                seen[key] = version.highest;
                if (readCount.incrementAndGet() % 500 == 0) {
                    scan(table);
                }
            }
        } catch (RuntimeException | AssertionError e) {
            failure.compareAndSet(null, e);
        }
    }

    /** What is loaded beforehand may be moved, or its segment freed, at the same time. */
    private static void prefetch(Table table, SplittableRandom random) {
        long[] hashes = new long[8];
        for (int i = 0; i < hashes.length; i++) {
            hashes[i] = table.hash(0, name(random.nextInt(KEYS)));
        }
        table.prefetchForReading(hashes, 0, hashes.length);
    }

    private static void scan(Table table) {
        int[] shown = {0};
        long cursor = 0;
        do {
            cursor = table.scan(cursor, (database, key, info) -> shown[0] += database == 0 ? 1 : 0);
        } while (cursor != 0);
        assertThat(shown[0]).as("keys that were there all the time").isEqualTo(KEYS);
    }

    /** Checks every part of a value and keeps the highest version of them. */
    private static final class Version implements ValueVisitor {
        private final int key;
        private long highest;
        private int elements;

        Version(int key) {
            this.key = key;
        }

        @Override
        public void begin(ValueType type, int elementCount) {
            assertThat(type).isEqualTo(isString(key) ? ValueType.STRING : ValueType.HASH);
            elements = elementCount;
        }

        private void see(byte[] value) {
            elements--;
            assertThat(elements).isNotNegative();
            highest = Math.max(highest, version(key, value));
        }

        @Override
        public void string(byte[] value) {
            see(value);
        }

        @Override
        public void hashField(byte[] field, byte[] value, long deadlineMillis) {
            see(value);
        }

        @Override
        public void listElement(byte[] element) {
            throw new AssertionError("a list");
        }

        @Override
        public void setMember(byte[] member) {
            throw new AssertionError("a set");
        }

        @Override
        public void zsetMember(byte[] member, double score) {
            throw new AssertionError("a sorted set");
        }

        @Override
        public void streamEntry(long idMillis, long idSequence, byte[][] fieldsAndValues) {
            throw new AssertionError("a stream");
        }

        @Override
        public void streamState(StreamState state) {
            throw new AssertionError("a stream");
        }

        @Override
        public void streamGroup(byte[] group, long lastMillis, long lastSequence, long entriesRead) {
            throw new AssertionError("a stream");
        }

        @Override
        public void streamConsumer(byte[] consumer, long seenMillis) {
            throw new AssertionError("a stream");
        }

        @Override
        public void streamPending(long idMillis, long idSequence, long deliveredMillis, long deliveryCount) {
            throw new AssertionError("a stream");
        }
    }
}
