package io.nvmredis.nvm.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nvmredis.nvm.format.HeapDescriptor;
import io.nvmredis.nvm.format.TableFileNames;
import io.nvmredis.nvm.format.TableShape;
import io.nvmredis.nvm.heap.TableFiles;
import io.nvmredis.nvm.pmem.PmemRegion;
import io.nvmredis.nvm.sim.ShownTable;
import io.nvmredis.nvm.sim.SimulatedDisk;
import io.nvmredis.nvm.sim.TableWorkload;
import io.nvmredis.spi.effects.Effect;
import io.nvmredis.spi.effects.Effects;
import io.nvmredis.spi.effects.Transaction;
import io.nvmredis.spi.errors.PersistenceException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One damaged record costs what is in it, and nothing else. */
class TableDamageTest {
    private static final TableShape SHAPE = new TableShape(16 << 10, 64 + 128 * 64, 64 << 10, 1024);
    private static final String MARK = "the bytes that are damaged";

    private long lsn;

    private static byte[] bytes(String text) {
        return TableWorkload.bytes(text);
    }

    private static Table open(SimulatedDisk disk) {
        return Table.open(disk, SHAPE, Long.MAX_VALUE, () -> 77);
    }

    private void set(Table table, String key, String value) {
        apply(table, Effect.SET, key, value);
    }

    private void apply(Table table, Effect effect, String... arguments) {
        Transaction effects = new Transaction();
        Effects added = new Effects(effects).begin(effect, arguments.length);
        for (String argument : arguments) {
            added.argument(bytes(argument));
        }
        table.apply(0, bytes(arguments[0]), new KeyEffects().add(++lsn, effects.bytes(), 0, effects.length()));
    }

    /** The same files, but for one bit where the mark stands. */
    private static SimulatedDisk damaged(SimulatedDisk disk) {
        Map<String, byte[]> files = disk.contents();
        int count = 0;
        for (byte[] file : files.values()) {
            int at = new String(file, StandardCharsets.ISO_8859_1).indexOf(MARK);
            if (at >= 0) {
                file[at] ^= 1;
                count++;
            }
        }
        assertThat(count).isOne();
        return SimulatedDisk.of(files);
    }

    private static Set<String> scanned(Table table) {
        Set<String> keys = new TreeSet<>();
        long cursor = 0;
        do {
            try {
                cursor = table.scan(
                        cursor, (database, key, info) -> keys.add(new String(key, StandardCharsets.ISO_8859_1)));
            } catch (PersistenceException e) {
                // As the engine goes on.
                cursor += 1L << 48;
            }
        } while (cursor != 0);
        return keys;
    }

    @Test
    void shouldScanPastAKeyThatCannotBeRead() {
        SimulatedDisk disk = new SimulatedDisk();
        try (Table table = open(disk)) {
            set(table, MARK, "lost");
            for (int i = 0; i < 500; i++) {
                set(table, "key" + i, "value");
            }
            assertThat(table.damage()).isNull();
        }
        SimulatedDisk damaged = damaged(disk);
        try (Table table = open(damaged)) {
            assertThat(scanned(table)).hasSize(500).doesNotContain(MARK);
            assertThat(table.statistics().damagedSegmentCount()).isOne();
            assertThat(table.damage()).hasMessageContaining("simulated/heap-").hasMessageContaining(" expected ");
            long before = table.statistics().damagedReadCount();
            assertThatThrownBy(() -> table.info(0, bytes(MARK))).isInstanceOf(PersistenceException.class);
            assertThat(table.statistics().damagedReadCount()).isEqualTo(before + 1);
        }
    }

    /** Its slot is in two buckets since they were split, and counts once. */
    @ParameterizedTest
    @ValueSource(longs = {0, Long.MAX_VALUE})
    void shouldOpenATableThatHasGrownAroundARecordThatCannotBeRead(long checkedAtOnce) {
        SimulatedDisk disk = new SimulatedDisk();
        try (Table table = open(disk)) {
            set(table, MARK, "lost");
            for (int i = 0; i < 40; i++) {
                set(table, "key" + i, "value");
            }
        }
        SimulatedDisk damaged = damaged(disk);
        try (Table table = open(damaged)) {
            for (int i = 40; i < 1500; i++) {
                set(table, "key" + i, "value");
                if (i % 100 == 0) {
                    table.publish();
                }
            }
            table.checkpoint(lsn);
            assertThat(table.statistics().bucketCount()).isGreaterThan(200);
        }
        try (Table table = TableAudit.open(damaged, SHAPE, () -> 77, checkedAtOnce)) {
            while (table.maintain(5000)) {
                assertThat(table.count(0)).isEqualTo(1501);
            }
            assertThat(table.core().isCheckNeeded()).isFalse();
            assertThat(table.damage()).isNull();
            assertThat(scanned(table)).hasSize(1500).doesNotContain(MARK);
            assertThatThrownBy(() -> table.info(0, bytes(MARK))).isInstanceOf(PersistenceException.class);
            set(table, "key7", "changed");
            table.publish();
            assertThat(ShownTable.value(table, 0, bytes("key7"))).startsWith("STRING changed");
        }
    }

    @Test
    void shouldCleanWhatIsAroundAChainWhoseBaseCannotBeRead() {
        SimulatedDisk disk = new SimulatedDisk();
        try (Table table = open(disk)) {
            apply(table, Effect.HSET, "h", "field", MARK + "x".repeat(1500));
            for (int delta = 0; delta < 10; delta++) {
                apply(table, Effect.HSET, "h", "field" + delta, "value");
                for (int i = 0; i < 40; i++) {
                    set(table, "key" + delta + "/" + i, "v".repeat(500));
                }
            }
            table.publish();
            assertThat(table.statistics().foldCount()).isZero();
        }
        SimulatedDisk damaged = damaged(disk);
        try (Table table = open(damaged)) {
            for (int delta = 0; delta < 10; delta++) {
                for (int i = 0; i < 40; i++) {
                    if (i != 20) {
                        apply(table, Effect.DEL, "key" + delta + "/" + i);
                    }
                }
            }
            table.checkpoint(lsn);
            int rounds = 0;
            while (table.maintain(1 << 20)) {
                assertThat(++rounds).isLessThan(100);
            }
            // That of the base; the deltas have gone on without it.
            assertThat(table.statistics().damagedSegmentCount()).isLessThanOrEqualTo(1);
            assertThat(table.statistics().cleanedSegmentCount()).isGreaterThan(5);
            assertThat(ShownTable.value(table, 0, bytes("key7/20"))).startsWith("STRING vvv");
            assertThatThrownBy(() -> ShownTable.value(table, 0, bytes("h")))
                    .isInstanceOf(PersistenceException.class)
                    .hasMessageContaining("a payload with CRC32C");
            // What cannot be read can be deleted, and then its place is usable again.
            apply(table, Effect.DEL, "h");
            table.checkpoint(lsn);
            while (table.maintain(1 << 20)) {
                assertThat(table.count(0)).isEqualTo(10);
            }
            assertThat(scanned(table)).hasSize(10).doesNotContain("h");
        }
    }

    @Test
    void shouldNeitherReadNorMissWhatIsKnownToBeDead() {
        SimulatedDisk disk = new SimulatedDisk();
        try (Table table = open(disk)) {
            set(table, MARK, "v".repeat(100));
            for (int i = 0; i < 1000; i++) {
                set(table, "key" + i, "v".repeat(100));
            }
            apply(table, Effect.DEL, MARK);
            for (int i = 0; i < 1000; i++) {
                if (i % 10 != 0) {
                    apply(table, Effect.DEL, "key" + i);
                }
            }
            // Segment 0 is in reserve.
            String first = TableFileNames.heap(1);
            int at = new String(disk.content(first), StandardCharsets.ISO_8859_1).indexOf(MARK);
            assertThat(at).as("in the first record").isBetween(0, 200);
            PmemRegion region = disk.open(first);
            region.putInt(at, ~region.getInt(at));
            table.checkpoint(lsn);
            int rounds = 0;
            while (table.maintain(1 << 20)) {
                assertThat(++rounds).isLessThan(100);
            }
            assertThat(table.statistics().damagedSegmentCount()).isZero();
            assertThat(table.core().heap().space().epoch(1))
                    .as("epoch of segment 1")
                    .isNotEqualTo(1);
            assertThat(scanned(table)).hasSize(100);
        }
    }

    @Test
    void shouldNameFilesAsTheyAreNamedNow() {
        SimulatedDisk disk = new SimulatedDisk();
        TableFiles files = new TableFiles(disk, 77, SHAPE, Long.MAX_VALUE);
        try (PmemRegion region = files.create(TableFileNames.heap(0), HeapDescriptor.MAGIC, 0, SHAPE.segmentLength())) {
            assertThat(region.path()).isEqualTo(disk.pathOf(TableFileNames.heap(0)));
        }
    }
}
