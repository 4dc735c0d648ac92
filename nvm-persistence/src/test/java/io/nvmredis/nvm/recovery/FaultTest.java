package io.nvmredis.nvm.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.nvmredis.nvm.log.GroupCommitter;
import io.nvmredis.nvm.pmem.DomainProbe;
import io.nvmredis.nvm.pmem.MappedDirectory;
import io.nvmredis.nvm.pmem.PmemDirectory;
import io.nvmredis.nvm.sim.SimulatedDisk;
import io.nvmredis.nvm.sim.TestLog;
import io.nvmredis.spi.CommitListener;
import io.nvmredis.spi.errors.PersistenceException;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Faults of what the log stands on: once, or for good. */
class FaultTest {
    private static final int SEGMENT_LENGTH = 16 << 10;

    @TempDir
    private Path directory;

    /** What the next call of a method of the directory throws. */
    private @Nullable Throwable fault;

    @Test
    void shouldFailForGoodWhenAnErrorInterruptsATransaction() {
        SimulatedDisk disk = new SimulatedDisk();
        TestLog log = new TestLog(faulty(disk, "create"), SEGMENT_LENGTH);
        log.appendAndCommit("one");
        fault = new OutOfMemoryError("Cannot reserve direct memory");
        assertThatThrownBy(() -> log.append("x".repeat(30_000))).isInstanceOf(PersistenceException.class);
        assertThat(log.log().refusal(3)).contains("Cannot reserve direct memory");
        assertThatThrownBy(() -> log.append("two")).isInstanceOf(PersistenceException.class);
        assertThat(new TestLog(disk, SEGMENT_LENGTH).found()).containsExactly("one");
    }

    @Test
    void shouldMakeASegmentAgainWhoseNameCouldNotBeSynced() {
        PmemDirectory real = new MappedDirectory(directory, DomainProbe.choose(DomainProbe.MSYNC, directory));
        TestLog log = new TestLog(faulty(real, "sync"), 1 << 20);
        fault = new PersistenceException("input/output error");
        log.log().prepareSegment();
        assertThat(log.log().shortage()).contains("input/output error");
        log.log().prepareSegment();
        assertThat(log.log().shortage()).isNull();
        log.close();
    }

    @Test
    void shouldMakeASegmentAgainAfterAnError() {
        TestLog log = new TestLog(faulty(new SimulatedDisk(), "create"), SEGMENT_LENGTH);
        fault = new OutOfMemoryError("Map failed");
        log.log().prepareSegment();
        assertThat(log.log().shortage()).contains("Map failed");
        log.log().prepareSegment();
        assertThat(log.log().shortage()).isNull();
        assertThat(log.log().segmentCount()).isEqualTo(2);
    }

    @Test
    void shouldCommitOnThoughAListenerThrows() {
        TestLog log = new TestLog(new SimulatedDisk(), SEGMENT_LENGTH);
        AtomicLong toldLsn = new AtomicLong();
        CommitListener listener = new CommitListener() {
            @Override
            public void onDurable(long durableLsn) {
                long before = toldLsn.getAndSet(durableLsn);
                if (before == 0) {
                    throw new IllegalStateException("thrown by the listener");
                }
                if (before == 1) {
                    throw new LinkageError("thrown by the listener");
                }
            }

            @Override
            public void onCommitFailed(PersistenceException failure) {
                toldLsn.set(-1);
            }
        };
        try (GroupCommitter committer = new GroupCommitter(log.log(), listener)) {
            committer.request(log.append("one"));
            await().until(() -> toldLsn.get() == 1);
            committer.request(log.append("two"));
            await().until(() -> toldLsn.get() == 2);
            committer.request(log.append("three"));
            await().until(() -> toldLsn.get() == 3);
        }
    }

    @Test
    void shouldTakeNothingThatTheMediumRefuses() throws IOException {
        MappedDirectory real = new MappedDirectory(directory, DomainProbe.choose(DomainProbe.MSYNC, directory));
        TestLog log = new TestLog(real, 1 << 20);
        log.appendAndCommit("one");
        try (FileChannel segment =
                FileChannel.open(directory.resolve("log-000000000001.segment"), StandardOpenOption.WRITE)) {
            segment.truncate(8192);
        }
        try {
            log.append("x".repeat(20_000));
        } catch (PersistenceException | InternalError e) {
            // Whichever comes first.
            assertThat(e).isNotNull();
        }
        assertThat(log.log().failure()).isNotNull();
        assertThat(log.log().lastLsn()).isEqualTo(1);
    }

    @Test
    void shouldLeaveTheFilesOfOthersAlone() throws IOException {
        List<String> names = List.of("log-rotate.tmp", "probe.mine.tmp", "nvm.superblock-notes.tmp");
        for (String name : names) {
            Files.writeString(directory.resolve(name), "mine");
        }
        new TestLog(new MappedDirectory(directory, DomainProbe.choose(DomainProbe.MSYNC, directory)), 1 << 20).close();
        assertThat(directory.toFile().list()).containsAll(names);
    }

    private PmemDirectory faulty(PmemDirectory real, String method) {
        return (PmemDirectory) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {PmemDirectory.class}, (proxy, called, arguments) -> {
                    Throwable due = fault;
                    if (due != null && called.getName().equals(method)) {
                        fault = null;
                        throw due;
                    }
                    try {
                        return called.invoke(real, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
