package io.nvmredis.nvm.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.nvm.format.TableShape;
import io.nvmredis.nvm.pmem.DomainProbe;
import io.nvmredis.nvm.pmem.MappedDirectory;
import io.nvmredis.nvm.sim.ShownTable;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Readers find the keys that stay, and a walk shows each of them once, while others come and go and the index with them. */
class TableShrinkStressTest {
    private static final TableShape SHAPE = new TableShape(64 << 10, 64 + 64 * 64, 64 << 10, 1024);
    private static final int STAYING = 300;
    private static final int PASSING = 4000;
    private static final int ROUNDS = Integer.getInteger("stress.rounds", 12);
    private static final int READERS = 3;

    @TempDir
    private Path directory;

    private final long seed = Long.getLong("stress.seed", System.nanoTime());
    private final AtomicBoolean isOver = new AtomicBoolean();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final AtomicLong readCount = new AtomicLong();

    @Test
    void shouldShowReadersWhatStays() throws InterruptedException {
        System.out.println("seed " + seed);
        MappedDirectory files = new MappedDirectory(directory, DomainProbe.choose(DomainProbe.EMULATED, directory));
        try (TestTable table = new TestTable(files, SHAPE, Long.MAX_VALUE)) {
            for (int i = 0; i < STAYING; i++) {
                table.set("stays" + i, "v" + i);
            }
            table.publish();
            Thread[] readers = new Thread[READERS];
            for (int r = 0; r < READERS; r++) {
                SplittableRandom random = new SplittableRandom(seed + r);
                readers[r] = new Thread(() -> read(table.table(), random), "reader " + r);
                readers[r].start();
            }
            try {
                comeAndGo(table);
            } finally {
                isOver.set(true);
                for (Thread reader : readers) {
                    reader.join();
                }
            }
            assertThat(failure.get()).isNull();
            System.out.println(readCount + " reads, " + table.table().statistics());
            assertThat(readCount.get()).isGreaterThan(1000);
            table.table().verify();
        }
    }

    private void comeAndGo(TestTable table) {
        SplittableRandom random = new SplittableRandom(seed - 1);
        for (int round = 0; round < ROUNDS && failure.get() == null; round++) {
            for (int i = 0; i < PASSING; i++) {
                table.set("passes" + i, "v");
                if (random.nextInt(200) == 0) {
                    table.publish();
                }
            }
            table.checkpoint();
            long most = table.table().statistics().bucketCount();
            for (int i = 0; i < PASSING; i++) {
                table.delete("passes" + i);
                if (random.nextInt(200) == 0) {
                    table.checkpoint();
                }
            }
            table.checkpoint();
            while (failure.get() == null && table.table().maintain(20_000)) {
                // Until it is as small as it can be.
            }
            assertThat(table.table().statistics().bucketCount()).isLessThan(most / 4);
        }
    }

    private void read(Table table, SplittableRandom random) {
        try {
            while (!isOver.get() && failure.get() == null) {
                int key = random.nextInt(STAYING);
                assertThat(ShownTable.value(table, 0, TestTable.bytes("stays" + key)))
                        .isEqualTo("STRING v" + key + " until -1");
                if (readCount.incrementAndGet() % 200 == 0) {
                    scan(table);
                }
            }
        } catch (RuntimeException | AssertionError e) {
            failure.compareAndSet(null, e);
        }
    }

    private static void scan(Table table) {
        int[] shown = {0};
        long cursor = 0;
        do {
            cursor = table.scan(cursor, (database, key, info) -> shown[0] += key[0] == 's' ? 1 : 0);
        } while (cursor != 0);
        assertThat(shown[0]).as("keys that were there all the time").isEqualTo(STAYING);
    }
}
