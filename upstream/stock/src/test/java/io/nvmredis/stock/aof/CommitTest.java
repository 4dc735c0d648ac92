package io.nvmredis.stock.aof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.management.ThreadMXBean;
import io.nvmredis.spi.LoadingListener;
import io.nvmredis.spi.Refusal;
import io.nvmredis.spi.effects.Effect;
import io.nvmredis.spi.effects.Effects;
import io.nvmredis.spi.effects.Transaction;
import io.nvmredis.spi.errors.ConfigurationException;
import io.nvmredis.spi.errors.PersistenceException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When transactions are durable, and what happens when they cannot become so. */
class CommitTest {
    private static final String FULL = "No space left on device";

    @TempDir
    private Path directory;

    private final Faults files = new Faults();
    private final ModelData data = new ModelData();
    private final AofTesting.Listener listener = new AofTesting.Listener();

    /** Lets operations fail, or wait. */
    private static final class Faults extends FileOperations {
        final AtomicInteger syncs = new AtomicInteger();
        volatile boolean isFull;
        volatile boolean cannotTruncate;
        volatile boolean cannotSync;
        volatile CountDownLatch mayBeSynced = new CountDownLatch(0);

        @Override
        void write(RandomAccessFile file, byte[] bytes, int offset, int length) throws IOException {
            if (isFull) {
                super.write(file, bytes, offset, length / 2);
                throw new IOException(FULL);
            }
            super.write(file, bytes, offset, length);
        }

        @Override
        void truncate(RandomAccessFile file, long length) throws IOException {
            if (cannotTruncate) {
                throw new IOException("Input/output error");
            }
            super.truncate(file, length);
        }

        @Override
        void sync(RandomAccessFile file) throws IOException {
            try {
                mayBeSynced.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            if (cannotSync) {
                throw new IOException("Input/output error");
            }
            syncs.incrementAndGet();
            super.sync(file);
        }
    }

    private AofPersister open(String... settings) {
        AofPersister persister = AofTesting.persister(directory, files, settings);
        persister.open(data, listener, LoadingListener.NONE);
        persister.attach(data);
        return persister;
    }

    private static Map<String, String> info(AofPersister persister) {
        Map<String, String> fields = new HashMap<>();
        persister.info(fields::put);
        return fields;
    }

    private boolean isOnDisk() {
        try {
            return !Files.getFileStore(directory).type().equals("tmpfs");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void set(AofPersister persister, int from, int to) {
        for (int i = from; i < to; i++) {
            data.set(persister, "k" + i, "v" + i);
        }
    }

    @Test
    void shouldSyncOnceForAllWhoWait() {
        try (AofPersister persister = open("appendfsync", "always")) {
            assertThat(persister.commitsInline()).isFalse();
            assertThat(persister.durability().survivesPowerLoss()).isEqualTo(isOnDisk());
            CountDownLatch mayBeSynced = new CountDownLatch(1);
            files.mayBeSynced = mayBeSynced;
            int before = files.syncs.get();
            set(persister, 0, 1);
            persister.requestCommit(persister.lastLsn());
            for (int i = 1; i < 100; i++) {
                set(persister, i, i + 1);
                persister.requestCommit(persister.lastLsn());
            }
            assertThat(persister.durableLsn()).isZero();
            assertThat(listener.durableLsn).isZero();
            mayBeSynced.countDown();
            await().until(() -> listener.durableLsn == 100);
            assertThat(files.syncs.get() - before).isBetween(1, 2);
        }
    }

    @Test
    void shouldAnswerBeforeASyncThatIsUnderWayHasEnded() {
        try (AofPersister persister = open()) {
            CountDownLatch mayBeSynced = new CountDownLatch(1);
            files.mayBeSynced = mayBeSynced;
            assertThat(persister.commitsInline()).isTrue();
            persister.commit(data.set(persister, "a", "1"));
            assertThat(persister.durableLsn()).isEqualTo(1);
            await().until(() -> !persister.commitsInline());
            persister.requestCommit(data.set(persister, "b", "2"));
            await().until(() -> listener.durableLsn == 2);
            assertThat(info(persister))
                    .containsEntry("aof_pending_bio_fsync", "1")
                    .containsEntry("aof_delayed_fsync", "0");
            await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
                persister.requestCommit(data.set(persister, "c", "3"));
                assertThat(info(persister).get("aof_delayed_fsync")).isNotEqualTo("0");
            });
            mayBeSynced.countDown();
            await().until(persister::commitsInline);
        }
        assertThat(AofTesting.contentOf(directory)).isEqualTo(data.strings());
    }

    @Test
    void shouldSyncOnceASecondOrNever() {
        try (AofPersister persister = open()) {
            int before = files.syncs.get();
            persister.commit(data.set(persister, "a", "1"));
            await().atMost(Duration.ofSeconds(10)).until(() -> files.syncs.get() == before + 1);
            persister.configure(Map.of("appendfsync", "no"));
            persister.commit(data.set(persister, "b", "1"));
            await().during(Duration.ofMillis(1_500))
                    .atMost(Duration.ofSeconds(10))
                    .until(() -> files.syncs.get() == before + 1);
            assertThat(persister.durability().survivesPowerLoss()).isFalse();
        }
    }

    @Test
    void shouldGoOnWhenThereIsSpaceAgain() {
        try (AofPersister persister = open()) {
            persister.commit(data.set(persister, "a", "1"));
            files.isFull = true;
            long lsn = data.set(persister, "b", "2");
            assertThatThrownBy(() -> persister.commit(lsn))
                    .isInstanceOf(PersistenceException.class)
                    .hasMessageContaining(FULL);
            assertThat(persister.commitsInline()).isFalse();
            assertThat(persister.refusal(10, true)).isEqualTo(new Refusal(Refusal.Kind.LOG_FAILED, FULL));
            assertThat(info(persister)).containsEntry("aof_last_write_status", "err");
            assertThat(persister.durableLsn()).isEqualTo(1);
            assertThat(AofTesting.filesOf(directory).get("appendonlydir/appendonly.aof.1.incr.aof"))
                    .doesNotContain("b\r\n");
            persister.requestCommit(lsn);
            files.isFull = false;
            await().atMost(Duration.ofSeconds(20)).until(() -> listener.durableLsn == 2);
            await().until(() -> persister.refusal(10, true) == null);
            assertThat(info(persister)).containsEntry("aof_last_write_status", "ok");
            assertThat(listener.failure).isNull();
        }
        assertThat(AofTesting.contentOf(directory, "aof-load-truncated", "no")).isEqualTo(data.strings());
    }

    @Test
    void shouldGoOnBehindAShortWriteThatCannotBeTakenBack() {
        try (AofPersister persister = open("auto-aof-rewrite-percentage", "0")) {
            files.isFull = true;
            files.cannotTruncate = true;
            set(persister, 0, 100);
            assertThatThrownBy(() -> persister.commit(persister.lastLsn())).isInstanceOf(PersistenceException.class);
            set(persister, 100, 200);
            files.isFull = false;
            await().atMost(Duration.ofSeconds(20)).until(() -> persister.refusal(10, true) == null);
            persister.commit(persister.lastLsn());
        }
        assertThat(AofTesting.contentOf(directory, "aof-load-truncated", "no"))
                .isEqualTo(data.strings())
                .hasSize(200);
    }

    @Test
    void shouldKeepInMemoryWhatCannotBeWritten() {
        try (AofPersister persister = open()) {
            files.isFull = true;
            String large = "x".repeat(1 << 20);
            for (int i = 0; i < 20; i++) {
                data.set(persister, "k" + i, large);
            }
            assertThat(persister.refusal(10, true).message()).contains(FULL);
            files.isFull = false;
            await().atMost(Duration.ofSeconds(20)).until(() -> persister.refusal(10, true) == null);
        }
        assertThat(AofTesting.contentOf(directory)).isEqualTo(data.strings()).hasSize(20);
    }

    @Test
    void shouldPromiseNothingMoreAfterAFailureOfAlways() {
        try (AofPersister persister = open("appendfsync", "always")) {
            persister.commit(data.set(persister, "a", "1"));
            files.cannotSync = true;
            persister.requestCommit(data.set(persister, "b", "2"));
            await().until(() -> listener.failure != null);
            files.cannotSync = false;
            assertThat(persister.refusal(10, true).kind()).isEqualTo(Refusal.Kind.LOG_FAILED);
            assertThat(persister.durableLsn()).isEqualTo(1);
            assertThatThrownBy(() -> persister.commit(2)).isInstanceOf(PersistenceException.class);
        }
    }

    @Test
    void shouldRefuseWritesWhileTheFileCannotBeSynced() {
        try (AofPersister persister = open()) {
            files.cannotSync = true;
            persister.commit(data.set(persister, "a", "1"));
            await().atMost(Duration.ofSeconds(20)).until(() -> persister.refusal(10, true) != null);
            files.cannotSync = false;
            await().atMost(Duration.ofSeconds(20)).until(() -> persister.refusal(10, true) == null);
        }
    }

    @Test
    void shouldKeepItsWordWhenTheModeChanges() {
        try (AofPersister persister = open("appendfsync", "no")) {
            long promised = 0;
            String[] modes = {"always", "everysec", "always", "no", "everysec", "no", "always"};
            for (int i = 0; i < modes.length; i++) {
                set(persister, 10 * i, 10 * i + 5);
                persister.requestCommit(persister.lastLsn());
                set(persister, 10 * i + 5, 10 * i + 10);
                persister.configure(Map.of("appendfsync", modes[i]));
                assertThat(persister.durableLsn()).isGreaterThanOrEqualTo(promised);
                assertThat(persister.durability().survivesPowerLoss())
                        .isEqualTo(modes[i].equals("always") && isOnDisk());
                promised = persister.lastLsn() - 5;
                long waiting = promised;
                await().until(() -> listener.durableLsn >= waiting);
                persister.commit(persister.lastLsn());
                promised = persister.durableLsn();
                assertThat(promised).isEqualTo(persister.lastLsn());
            }
        }
        assertThat(AofTesting.contentOf(directory)).isEqualTo(data.strings()).hasSize(70);
    }

    @Test
    void shouldNotSyncDuringARewriteIfToldSo() {
        CountDownLatch mayGoOn = new CountDownLatch(1);
        try (AofPersister persister = open("appendfsync", "always", "no-appendfsync-on-rewrite", "yes")) {
            assertThat(persister.durability().survivesPowerLoss()).isFalse();
            persister.commit(data.set(persister, "a", "1"));
            CountDownLatch isShown = new CountDownLatch(1);
            data.beforeAdvance(() -> {
                isShown.countDown();
                try {
                    mayGoOn.await();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            });
            persister.rewrite();
            await().until(() -> isShown.getCount() == 0);
            int before = files.syncs.get();
            persister.commit(data.set(persister, "b", "2"));
            assertThat(files.syncs.get()).isEqualTo(before);
            assertThat(persister.durableLsn()).isEqualTo(2);
            mayGoOn.countDown();
            await().until(() -> info(persister).get("aof_rewrite_in_progress").equals("0"));
            persister.commit(data.set(persister, "c", "3"));
            assertThat(files.syncs.get()).isGreaterThan(before + 1);
        }
    }

    @Test
    void shouldMakeNoGarbage() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        Transaction transaction = new Transaction();
        Effects effects = new Effects(transaction);
        byte[] bytes = ModelData.bytes("some bytes");
        try (AofPersister persister = open("auto-aof-rewrite-percentage", "0")) {
            long allocated = Long.MAX_VALUE;
            for (int round = 0; round < 5; round++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                for (int i = 0; i < 1_000; i++) {
                    transaction.reset();
                    effects.begin(Effect.SET, 2).argument(bytes).argument(bytes);
                    effects.begin(Effect.APPEND, 2).argument(bytes).argument(bytes);
                    long lsn = persister.append(transaction);
                    if (persister.commitsInline() && persister.refusal(10, true) == null) {
                        persister.commit(lsn);
                    }
                }
                allocated = Math.min(allocated, threads.getCurrentThreadAllocatedBytes() - before);
            }
            assertThat(allocated).isLessThan(1_000);
        }
    }

    @Test
    void shouldChangeAllSettingsOrNone() {
        try (AofPersister persister = open()) {
            assertThatThrownBy(() -> persister.configure(Map.of(
                            "appendfsync", "always", "appendfilename", "x", "auto-aof-rewrite-min-size", "much")))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("appendfilename cannot be changed while the server runs")
                    .hasMessageContaining("auto-aof-rewrite-min-size 'much' is not a size, such as 64mb");
            assertThat(persister.commitsInline()).isTrue();
        }
    }
}
