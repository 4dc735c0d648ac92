package io.nvmredis.nvm.replay;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.nvmredis.nvm.format.TableShape;
import io.nvmredis.nvm.pmem.DomainProbe;
import io.nvmredis.nvm.pmem.MappedDirectory;
import io.nvmredis.nvm.pmem.PmemDirectory;
import io.nvmredis.nvm.sim.TestPool;
import io.nvmredis.spi.LoadingListener;
import io.nvmredis.spi.effects.Transaction;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Millions of SETs a second must not keep the garbage collector busy. */
class ReplayAllocationTest {
    private static final TableShape SHAPE = new TableShape(4 << 20, 1 << 20, 1 << 20, 256);
    private static final int KEY_COUNT = 20_000;
    private static final int BATCH = 2000;

    @TempDir
    private Path directory;

    private long number;

    @Test
    void shouldAllocateNothingToAppendCommitAndReplayStrings() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long self = Thread.currentThread().getId();
        PmemDirectory emulated = new MappedDirectory(directory, DomainProbe.choose(DomainProbe.EMULATED, directory));
        try (TestPool pool = new TestPool(emulated, 16 << 20, SHAPE, LoadingListener.NONE)) {
            Transaction transaction = TestPool.transaction("SET key00000 " + "v".repeat(100));
            int keyAt = new String(transaction.bytes(), StandardCharsets.ISO_8859_1).indexOf("key") + 3;
            run(pool, transaction, keyAt, 200_000);
            long before = threads.getThreadAllocatedBytes(self);
            int count = 200_000;
            run(pool, transaction, keyAt, count);
            long allocated = threads.getThreadAllocatedBytes(self) - before;
            // Batches, checkpoints and files may take something; an object for each SET would be 16 bytes.
            assertThat(allocated)
                    .as("bytes allocated to append, commit and replay %d SETs", count)
                    .isLessThan(count);
            assertThat(pool.table().count(0)).isEqualTo(KEY_COUNT);
            assertThat(pool.table().statistics().cleanedSegmentCount())
                    .as("cleaned segments")
                    .isPositive();
        }
    }

    private void run(TestPool pool, Transaction transaction, int keyAt, int count) {
        for (int i = 0; i < count; i++) {
            // A step that has no divisor in common with the count of keys: each has its turn.
            long key = number++ * 7919 % KEY_COUNT;
            for (int digit = 4; digit >= 0; digit--) {
                transaction.bytes()[keyAt + digit] = (byte) ('0' + key % 10);
                key /= 10;
            }
            long lsn = pool.log().append(transaction.bytes(), 0, transaction.length());
            if (lsn % BATCH == 0) {
                pool.log().commit(lsn);
                pool.replay();
            }
        }
    }
}
