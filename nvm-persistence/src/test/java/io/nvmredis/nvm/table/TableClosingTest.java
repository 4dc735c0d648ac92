package io.nvmredis.nvm.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.nvm.format.TableShape;
import io.nvmredis.nvm.pmem.DomainProbe;
import io.nvmredis.nvm.pmem.MappedDirectory;
import io.nvmredis.spi.errors.PersistenceException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A table is closed while readers are inside: they finish, the next are refused, and none reads what is unmapped. */
class TableClosingTest {
    private static final TableShape SHAPE = new TableShape(1 << 20, 1 << 20, 1 << 20, 1024);
    private static final int ROUNDS = 5;
    private static final int KEYS = 500;
    private static final int READERS = 2;

    @TempDir
    private Path directory;

    @Test
    void shouldRefuseReadersThatComeWhenItIsClosed() throws InterruptedException {
        for (int round = 0; round < ROUNDS; round++) {
            closeUnderReaders();
        }
    }

    private void closeUnderReaders() throws InterruptedException {
        MappedDirectory files = new MappedDirectory(directory, DomainProbe.choose(DomainProbe.EMULATED, directory));
        TestTable table = new TestTable(files, SHAPE, Long.MAX_VALUE);
        for (int i = 0; i < KEYS; i++) {
            table.set("k" + i, "v".repeat(5000));
        }
        table.checkpoint();
        AtomicInteger reads = new AtomicInteger();
        AtomicReference<Throwable> end = new AtomicReference<>();
        Thread[] readers = new Thread[READERS];
        for (int i = 0; i < READERS; i++) {
            readers[i] = new Thread(() -> end.compareAndSet(null, readUntilRefused(table, reads)));
            readers[i].start();
        }
        Awaitility.await().atMost(10, TimeUnit.SECONDS).until(() -> reads.get() > KEYS || end.get() != null);
        table.close();
        for (Thread reader : readers) {
            reader.join();
        }
        assertThat(end.get()).isInstanceOf(PersistenceException.class).hasMessageContaining("closed");
    }

    private static Throwable readUntilRefused(TestTable table, AtomicInteger reads) {
        try {
            while (true) {
                assertThat(table.value("k" + reads.getAndIncrement() % KEYS)).hasSizeGreaterThan(5000);
            }
        } catch (PersistenceException | AssertionError e) {
            return e;
        }
    }
}
