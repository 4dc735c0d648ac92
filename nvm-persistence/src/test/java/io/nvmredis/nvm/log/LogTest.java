package io.nvmredis.nvm.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.management.ThreadMXBean;
import io.nvmredis.nvm.format.RecordDescriptor;
import io.nvmredis.nvm.pmem.DomainProbe;
import io.nvmredis.nvm.pmem.LineFlusher;
import io.nvmredis.nvm.pmem.MappedDirectory;
import io.nvmredis.nvm.pmem.PersistSite;
import io.nvmredis.nvm.pmem.PersistenceDomain;
import io.nvmredis.nvm.pmem.PmemDirectory;
import io.nvmredis.nvm.pmem.PmemRegion;
import io.nvmredis.nvm.sim.SimulatedDisk;
import io.nvmredis.nvm.sim.TestLog;
import io.nvmredis.spi.CommitListener;
import io.nvmredis.spi.errors.PersistenceException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogTest {
    private static final int SMALL_SEGMENT = 16 << 10;
    private static final int LARGE_SEGMENT = 16 << 20;

    @TempDir
    private Path directory;

    private PmemDirectory emulated() {
        return new MappedDirectory(directory, DomainProbe.choose(DomainProbe.EMULATED, directory));
    }

    @Test
    void shouldAllocateNothingToAppendAndCommit() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long self = Thread.currentThread().getId();
        byte[] payload = new byte[50];
        try (TestLog log = new TestLog(emulated(), LARGE_SEGMENT)) {
            appendAndCommit(log.log(), payload, 20_000);
            long before = threads.getThreadAllocatedBytes(self);
            int count = 50_000;
            appendAndCommit(log.log(), payload, count);
            long allocated = threads.getThreadAllocatedBytes(self) - before;
            // What the measurement itself and a late compilation may take; one object each would be 800,000.
            assertThat(allocated)
                    .as("bytes allocated by %d appends and commits", count)
                    .isLessThan(10_000);
        }
    }

    private static void appendAndCommit(Log log, byte[] payload, int count) {
        for (int i = 0; i < count; i++) {
            if (log.refusal(payload.length) != null) {
                throw new AssertionError(log.refusal(payload.length));
            }
            long lsn = log.append(payload, 0, payload.length);
            if (i % 2 == 0) {
                log.commit(lsn);
            }
        }
    }

    @Test
    void shouldKeepATransactionManyTimesAsLargeAsASegment() {
        PmemDirectory files = emulated();
        String large = "0123456789abcdef".repeat(4 << 20);
        try (TestLog log = new TestLog(files, 1 << 20)) {
            log.appendAndCommit("small");
            log.appendAndCommit(large);
            log.appendAndCommit("after");
        }
        try (TestLog log = new TestLog(files, 1 << 20)) {
            assertThat(log.found()).hasSize(3).first().isEqualTo("small");
            assertThat(log.found().get(1).equals(large)).isTrue();
            assertThat(log.found()).last().isEqualTo("after");
        }
    }

    @Test
    void shouldFillASegmentToItsLastByte() {
        for (int spare = 0; spare <= 2 * RecordDescriptor.HEADER_LENGTH; spare++) {
            SimulatedDisk disk = new SimulatedDisk();
            TestLog log = new TestLog(disk, SMALL_SEGMENT);
            int capacity = LogSegment.capacity(SMALL_SEGMENT);
            String filling = "f".repeat(capacity - RecordDescriptor.HEADER_LENGTH - spare);
            log.append(filling);
            log.append("next");
            log.close();
            assertThat(new TestLog(disk, SMALL_SEGMENT).found()).containsExactly(filling, "next");
        }
    }

    @Test
    void shouldGoOnInSmallerSegmentsThatAnEarlierStartHasMade() {
        SimulatedDisk disk = new SimulatedDisk();
        try (TestLog small = new TestLog(disk, 6 << 10)) {
            small.log().prepareSegment();
        }
        String fitsOnlyTheNewOnes = "x".repeat(10 << 10);
        try (TestLog larger = new TestLog(disk, 64 << 10)) {
            larger.appendAndCommit(fitsOnlyTheNewOnes);
            larger.appendAndCommit("after");
        }
        assertThat(new TestLog(disk, 64 << 10).found()).containsExactly(fitsOnlyTheNewOnes, "after");
    }

    @Test
    void shouldMakeEverythingDurableThatAnyThreadHasSeen() throws Exception {
        int count = 60_000;
        byte[] payload = new byte[50];
        ExecutorService committers = Executors.newFixedThreadPool(3);
        try (TestLog opened = new TestLog(emulated(), 1 << 20)) {
            Log log = opened.log();
            log.start();
            AtomicBoolean done = new AtomicBoolean();
            List<Future<?>> futures = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                futures.add(committers.submit(() -> {
                    while (!done.get()) {
                        long lsn = log.lastLsn();
                        log.commit(lsn);
                        assertThat(log.durableLsn()).isGreaterThanOrEqualTo(lsn);
                    }
                }));
            }
            for (int i = 0; i < count; i++) {
                log.append(payload, 0, payload.length);
            }
            done.set(true);
            for (Future<?> future : futures) {
                future.get(1, TimeUnit.MINUTES);
            }
            log.commit(log.lastLsn());
            assertThat(log.durableLsn()).isEqualTo(count);
        } finally {
            committers.shutdownNow();
        }
        try (TestLog reopened = new TestLog(emulated(), 1 << 20)) {
            assertThat(reopened.found()).hasSize(count);
        }
    }

    @Test
    void shouldRefuseWritesWhileTheDiskIsFullAndTakeThemAgainAfterwards() {
        SimulatedDisk disk = new SimulatedDisk();
        disk.limit(8192 + SMALL_SEGMENT + SMALL_SEGMENT / 2);
        TestLog log = new TestLog(disk, SMALL_SEGMENT);
        String transaction = "x".repeat(1000);
        while (log.log().refusal(transaction.length()) == null) {
            log.appendAndCommit(transaction);
        }
        long kept = log.log().lastLsn();
        assertThat(kept).isGreaterThan(5);
        assertThat(log.log().refusal(transaction.length())).isEqualTo("No space left on device");
        assertThat(log.log().failure()).isNull();
        assertThat(log.log().refusal(1)).as("a small one still fits").isNull();

        log.log().start();
        await().during(Duration.ofMillis(1500))
                .atMost(Duration.ofSeconds(10))
                .until(() -> log.log().refusal(transaction.length()) != null);
        disk.limit(Long.MAX_VALUE);
        await().atMost(Duration.ofSeconds(20)).until(() -> log.log().refusal(transaction.length()) == null);
        log.appendAndCommit(transaction);
        assertThat(log.log().durableLsn()).isEqualTo(kept + 1);
        log.close();
        assertThat(new TestLog(disk, SMALL_SEGMENT).found()).hasSize((int) kept + 1);
    }

    @Test
    void shouldRefuseATransactionThatTheDiskCannotHoldAndKeepTheDiskForSmallOnes() {
        SimulatedDisk disk = new SimulatedDisk();
        disk.limit(8192 + 4 * SMALL_SEGMENT);
        try (TestLog log = new TestLog(disk, SMALL_SEGMENT)) {
            assertThat(log.log().refusal(10 * SMALL_SEGMENT)).isEqualTo("No space left on device");
            assertThat(log.log().refusal(100)).isNull();
            log.appendAndCommit("small");
            assertThat(log.log().failure()).isNull();
        }
    }

    @Test
    void shouldFailForGoodWhenATransactionDoesNotFitAfterAll() {
        SimulatedDisk disk = new SimulatedDisk();
        disk.limit(8192 + 2 * SMALL_SEGMENT);
        TestLog log = new TestLog(disk, SMALL_SEGMENT);
        log.appendAndCommit("one");
        assertThatThrownBy(() -> log.append("x".repeat(10 * SMALL_SEGMENT)))
                .isInstanceOf(PersistenceException.class)
                .hasMessageContaining("No space left on device")
                .hasMessageContaining("restart the server");
        disk.limit(Long.MAX_VALUE);
        assertThat(log.log().refusal(1)).contains("restart the server");
        assertThatThrownBy(() -> log.append("two")).isInstanceOf(PersistenceException.class);
        log.close();
        TestLog reopened = new TestLog(disk, SMALL_SEGMENT);
        assertThat(reopened.found()).containsExactly("one");
        reopened.appendAndCommit("two");
        assertThat(new TestLog(disk, SMALL_SEGMENT).found()).containsExactly("one", "two");
    }

    /** A domain whose drain fails when told to. */
    private static final class FailingFlusher implements LineFlusher {
        private final AtomicBoolean failing = new AtomicBoolean();

        @Override
        public void flush(PersistSite site, PmemRegion region, int offset, int length) {}

        @Override
        public void drain(PersistSite site) {
            if (failing.get()) {
                throw new PersistenceException("Input/output error");
            }
        }
    }

    private PmemDirectory failing(FailingFlusher flusher) {
        PersistenceDomain real = DomainProbe.choose(DomainProbe.MSYNC, directory);
        return new MappedDirectory(
                directory, new PersistenceDomain("failing", false, true, "a test", real.mapMode(), flusher));
    }

    @Test
    void shouldWriteNothingAfterAFailedPersist() {
        FailingFlusher flusher = new FailingFlusher();
        TestLog log = new TestLog(failing(flusher), SMALL_SEGMENT);
        log.appendAndCommit("one");
        log.append("two");
        flusher.failing.set(true);
        assertThatThrownBy(() -> log.log().commit(2)).hasMessageContaining("Input/output error");
        flusher.failing.set(false);
        assertThat(log.log().durableLsn()).isEqualTo(1);
        assertThatThrownBy(() -> log.log().commit(2))
                .as("not even when it would work again")
                .isNotNull();
        assertThatThrownBy(() -> log.append("three")).isInstanceOf(PersistenceException.class);
        assertThat(log.log().refusal(1)).contains("Input/output error");
        log.log().commit(1);
        log.close();
    }

    @Test
    void shouldWriteNothingAfterTheHighWaterMarkCouldNotBeRaised() {
        FailingFlusher flusher = new FailingFlusher();
        TestLog log = new TestLog(failing(flusher), SMALL_SEGMENT);
        flusher.failing.set(true);
        assertThatThrownBy(() -> log.append("x".repeat(SMALL_SEGMENT / 3))).hasMessageContaining("Input/output error");
        flusher.failing.set(false);
        assertThatThrownBy(() -> log.append("one"))
                .as("not even when it would work again")
                .isInstanceOf(PersistenceException.class);
        assertThat(log.log().lastLsn()).isZero();
        log.close();
    }

    private static final class Listener implements CommitListener {
        private final AtomicLong durableLsn = new AtomicLong();
        private final ConcurrentLinkedQueue<PersistenceException> failures = new ConcurrentLinkedQueue<>();

        @Override
        public void onDurable(long lsn) {
            durableLsn.set(lsn);
        }

        @Override
        public void onCommitFailed(PersistenceException failure) {
            failures.add(failure);
        }
    }

    @Test
    void shouldCommitInGroupsAndTellTheListener() {
        Listener listener = new Listener();
        try (TestLog opened = new TestLog(emulated(), 1 << 20);
                GroupCommitter committer = new GroupCommitter(opened.log(), listener)) {
            for (int i = 1; i <= 20_000; i++) {
                committer.request(opened.append("transaction " + i));
            }
            await().atMost(Duration.ofSeconds(20)).until(() -> listener.durableLsn.get() == 20_000);
            assertThat(opened.log().durableLsn()).isEqualTo(20_000);
            // Made durable by someone else: the listener is told all the same.
            opened.appendAndCommit("by hand");
            committer.request(20_001);
            await().atMost(Duration.ofSeconds(20)).until(() -> listener.durableLsn.get() == 20_001);
            assertThat(listener.failures).isEmpty();
        }
    }

    @Test
    void shouldTellTheListenerThatACommitHasFailed() {
        FailingFlusher flusher = new FailingFlusher();
        Listener listener = new Listener();
        try (TestLog log = new TestLog(failing(flusher), SMALL_SEGMENT);
                GroupCommitter committer = new GroupCommitter(log.log(), listener)) {
            long lsn = log.append("one");
            flusher.failing.set(true);
            committer.request(lsn);
            await().atMost(Duration.ofSeconds(20)).until(() -> !listener.failures.isEmpty());
            assertThat(listener.durableLsn).hasValue(0);
            assertThat(listener.failures.peek()).hasMessageContaining("Input/output error");
        }
    }

    @Test
    void shouldPrepareTheNextSegmentAhead() {
        SimulatedDisk disk = new SimulatedDisk();
        try (TestLog log = new TestLog(disk, SMALL_SEGMENT)) {
            log.log().start();
            await().atMost(Duration.ofSeconds(20)).until(() -> log.log().segmentCount() == 2);
            assertThat(log.log().allocatedBytes()).isEqualTo(2 * SMALL_SEGMENT);
        }
    }
}
