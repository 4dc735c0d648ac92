package io.nvmredis.nvm.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.nvm.format.BucketDescriptor;
import io.nvmredis.nvm.format.TableFileNames;
import io.nvmredis.nvm.format.TableShape;
import io.nvmredis.nvm.heap.ReaderEpochs;
import io.nvmredis.nvm.sim.SimulatedDisk;
import io.nvmredis.spi.effects.Effect;
import io.nvmredis.spi.effects.Effects;
import io.nvmredis.spi.effects.Transaction;
import java.util.Locale;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The index gives its space back when keys go, and takes it again when keys come. */
class TableShrinkTest {
    private static final TableShape SHAPE = new TableShape(64 << 10, 64 + 64 * 64, 64 << 10, 256);
    private static final int KEYS = 30_000;
    private static final int BUDGET = 1 << 20;

    private final SimulatedDisk disk = new SimulatedDisk();
    private TestTable table = new TestTable(disk, SHAPE, Long.MAX_VALUE);

    @AfterEach
    void release() {
        disk.release();
    }

    private static void fill(TestTable filled, int from, int to) {
        for (int i = from; i < to; i++) {
            filled.set("key" + i, "v" + i);
        }
        filled.checkpoint();
    }

    private void deleteAllBut(int keptOf) {
        for (int i = 0; i < KEYS; i++) {
            if (keptOf == 0 || i % keptOf != 0) {
                table.delete("key" + i);
            }
        }
        table.checkpoint();
    }

    private void settle() {
        int steps = 0;
        while (table.table().maintain(BUDGET)) {
            assertThat(++steps).isLessThan(10_000);
        }
    }

    private void reopen() {
        table.close();
        table = new TestTable(disk, SHAPE, Long.MAX_VALUE);
    }

    private static int files(SimulatedDisk of, IntFunction<String> names) {
        int count = 0;
        while (of.list().contains(names.apply(count))) {
            count++;
        }
        return count;
    }

    private int indexFiles() {
        return files(disk, TableFileNames::index);
    }

    private int overflowFiles() {
        return files(disk, TableFileNames::overflow);
    }

    private void requireKeys(int keptOf) {
        for (int i = 0; i < KEYS; i++) {
            boolean isKept = keptOf != 0 && i % keptOf == 0;
            assertThat(table.value("key" + i)).isEqualTo(isKept ? "STRING v" + i + " until -1" : null);
        }
        table.table().verify();
        TableAudit.of(table.table());
    }

    @Test
    void shouldTakeAboutAsMuchAsAFreshTableOfTheKeysThatAreLeft() {
        fill(table, 0, KEYS);
        int fullIndex = indexFiles();
        int fullOverflow = overflowFiles();
        TableIndex index = table.table().core().index();
        System.out.println("full: " + index.bucketCount() + " buckets, " + index.overflowCount() + " overflow");
        deleteAllBut(10);
        settle();
        SimulatedDisk other = new SimulatedDisk();
        try (TestTable fresh = new TestTable(other, SHAPE, Long.MAX_VALUE)) {
            for (int i = 0; i < KEYS; i += 10) {
                fresh.set("key" + i, "v" + i);
            }
            fresh.checkpoint();
        }
        int freshIndex = files(other, TableFileNames::index);
        int freshOverflow = files(other, TableFileNames::overflow);
        other.release();
        System.out.printf(
                Locale.ROOT,
                "index files: full %d, left %d, fresh %d; overflow: %d, %d, %d%n",
                fullIndex,
                indexFiles(),
                freshIndex,
                fullOverflow,
                overflowFiles(),
                freshOverflow);
        assertThat(fullIndex).isGreaterThan(8 * freshIndex);
        assertThat(indexFiles()).isLessThanOrEqualTo(freshIndex * 5 / 4 + 1);
        assertThat(overflowFiles()).isLessThanOrEqualTo(freshOverflow * 5 / 4 + 1);
        requireKeys(10);
        reopen();
        requireKeys(10);
    }

    @Test
    void shouldGrowAgain() {
        for (int round = 0; round < 3; round++) {
            fill(table, 0, KEYS);
            int full = indexFiles();
            requireKeys(1);
            deleteAllBut(20);
            settle();
            assertThat(indexFiles()).isLessThan(full / 8);
            requireKeys(20);
            if (round == 1) {
                reopen();
            }
        }
        fill(table, 0, KEYS);
        requireKeys(1);
        reopen();
        requireKeys(1);
    }

    @Test
    void shouldKeepOneFileOfAnEmptyTable() {
        fill(table, 0, KEYS);
        deleteAllBut(0);
        settle();
        assertThat(indexFiles()).isOne();
        assertThat(overflowFiles()).isZero();
        assertThat(table.table().statistics().bucketCount()).isEqualTo(TableIndex.INITIAL_BUCKET_COUNT);
        requireKeys(0);
    }

    @Test
    void shouldShrinkAfterAFlush() {
        fill(table, 0, KEYS);
        table.table().flush(0, table.lsn() + 1);
        settle();
        assertThat(indexFiles()).isOne();
        assertThat(overflowFiles()).isZero();
        assertThat(table.table().statistics().bucketCount()).isEqualTo(TableIndex.INITIAL_BUCKET_COUNT);
    }

    @Test
    void shouldStopAtADamagedBucketAndServeTheOthers() {
        fill(table, 0, KEYS);
        long full = table.table().statistics().bucketCount();
        table.close();
        disk.damage(TableFileNames.index(indexFiles() / 3), BucketDescriptor.offset(20) + 1);
        table = new TestTable(disk, SHAPE, Long.MAX_VALUE);
        table.table().flush(0, table.lsn() + 1);
        settle();
        assertThat(table.table().statistics().bucketCount()).isLessThan(full).isGreaterThan(20);
        assertThat(table.table().statistics().damagedIndexFileCount()).isOne();
        for (int i = 0; i < 10; i++) {
            table.table().apply(0, TestTable.bytes("new" + i), set(table.lsn() + 2 + i));
            assertThat(table.table().contains(0, TestTable.bytes("new" + i))).isFalse();
        }
        table.publish();
        for (int i = 0; i < 10; i++) {
            assertThat(table.value("new" + i)).isEqualTo("STRING v until -1");
        }
    }

    private static KeyEffects set(long lsn) {
        Transaction effects = new Transaction();
        new Effects(effects).begin(Effect.SET, 2).argument(new byte[0]).argument(TestTable.bytes("v"));
        return new KeyEffects().add(lsn, effects.bytes(), 0, effects.length());
    }

    @Test
    void shouldNotSplitAndMergeInTurns() {
        fill(table, 0, KEYS);
        settle();
        long most = table.table().statistics().bucketCount();
        for (int round = 0; round < 6; round++) {
            for (int i = 0; i < KEYS / 3; i++) {
                table.delete("key" + i);
            }
            table.checkpoint();
            settle();
            assertThat(table.table().statistics().bucketCount()).isEqualTo(most);
            fill(table, 0, KEYS / 3);
            settle();
            assertThat(table.table().statistics().bucketCount()).isEqualTo(most);
        }
    }

    @Test
    void shouldKeepTheFilesThatAReaderMayBeIn() {
        fill(table, 0, KEYS);
        int full = indexFiles();
        int fullOverflow = overflowFiles();
        ReaderEpochs epochs = table.table().core().epochs();
        int place = epochs.enter();
        deleteAllBut(10);
        settle();
        assertThat(table.table().statistics().bucketCount()).isLessThan(KEYS / 30);
        assertThat(indexFiles()).isEqualTo(full);
        assertThat(overflowFiles()).isEqualTo(fullOverflow);
        // Grows again over buckets that the reader may be in.
        fill(table, 0, KEYS / 2);
        epochs.leave(place);
        settle();
        assertThat(indexFiles()).isLessThan(full * 3 / 4);
        for (int i = 0; i < KEYS; i++) {
            boolean isThere = i < KEYS / 2 || i % 10 == 0;
            assertThat(table.value("key" + i)).isEqualTo(isThere ? "STRING v" + i + " until -1" : null);
        }
        table.table().verify();
    }
}
