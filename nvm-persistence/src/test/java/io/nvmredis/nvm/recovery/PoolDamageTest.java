package io.nvmredis.nvm.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nvmredis.nvm.format.LogFileNames;
import io.nvmredis.nvm.format.TableFileNames;
import io.nvmredis.nvm.sim.ShownTable;
import io.nvmredis.nvm.sim.SimulatedDisk;
import io.nvmredis.nvm.sim.TestPool;
import io.nvmredis.spi.LoadingListener;
import io.nvmredis.spi.errors.PersistenceException;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Damage of every kind to a small pool of log and table: the right data, or an error that says where. */
class PoolDamageTest {
    private static final int SEGMENT_LENGTH = 4096 + 512;
    /** {@code -Ddamage.all=true} for every bit and every length; it takes minutes. */
    private static final boolean ALL_BITS = Boolean.getBoolean("damage.all");

    private final Map<String, String> expected = new TreeMap<>();
    private final Map<String, byte[]> files = files();
    /** Refusals that say that nothing was changed. */
    private int unchanged;

    /** Segments used again, chains, a tombstone, and transactions that the checkpoint does not cover. */
    private Map<String, byte[]> files() {
        SimulatedDisk disk = new SimulatedDisk();
        TestPool pool = new TestPool(disk, SEGMENT_LENGTH);
        for (int i = 0; i < 30; i++) {
            pool.appendAndCommit("SET string" + i % 3 + " value" + i, "HSET hash field" + i + " " + i);
            if (i % 5 == 4) {
                pool.replay();
                pool.log().prepareSegment();
            }
        }
        pool.appendAndCommit("SELECT 1", "RPUSH list a b c", "PEXPIREAT list 99");
        pool.replay();
        assertThat(pool.log().recycledCount()).isPositive();
        pool.appendAndCommit("DEL string1");
        pool.appendAndCommit("SET last x", "SELECT 1", "RPOP list");
        Map<String, byte[]> contents = disk.contents();
        try (TestPool opened = open(SimulatedDisk.of(contents))) {
            assertThat(opened.recovered().report().transactionCount()).isEqualTo(2);
            expected.putAll(ShownTable.of(opened.table()));
        }
        assertThat(expected).hasSize(5);
        return contents;
    }

    private static TestPool open(SimulatedDisk disk) {
        return new TestPool(disk, SEGMENT_LENGTH, TestPool.SMALL_TABLE, LoadingListener.NONE);
    }

    private static Map<String, byte[]> with(Map<String, byte[]> files, String name, byte[] content) {
        Map<String, byte[]> changed = new TreeMap<>(files);
        changed.put(name, content);
        return changed;
    }

    /** Opens it; it must hold everything, or say in the right words what it cannot read. */
    private boolean isWholeOrRefused(Map<String, byte[]> damaged, String what) {
        SimulatedDisk disk = SimulatedDisk.of(damaged);
        try {
            assertThat(ShownTable.of(open(disk).table())).as(what).isEqualTo(expected);
            return true;
        } catch (PersistenceException e) {
            assertThat(e.getMessage()).as(what).contains("simulated/", "at offset ", "expected ", "found ");
            if (e.getMessage().endsWith("; nothing was changed")) {
                assertUnchanged(disk, damaged, what);
                unchanged++;
            }
            return false;
        } catch (RuntimeException e) {
            throw new AssertionError(what, e);
        } finally {
            disk.release();
        }
    }

    private static void assertUnchanged(SimulatedDisk disk, Map<String, byte[]> files, String what) {
        assertThat(disk.contents()).as(what).containsOnlyKeys(files.keySet());
        files.forEach((name, content) -> assertThat(Arrays.equals(disk.content(name), content))
                .as("%s: %s as it was", what, name)
                .isTrue());
    }

    @Test
    void shouldNeverGiveWrongDataForAnyBitFlipped() {
        int refused = 0;
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            for (int at = 0; at < file.getValue().length; at++) {
                // Of seven bytes that are zero, most of which nothing reads, one bit.
                if (file.getValue()[at] == 0 && !ALL_BITS && at % 7 != 0) {
                    continue;
                }
                boolean isZero = file.getValue()[at] == 0 && !ALL_BITS;
                for (int bit = isZero ? at % 8 : 0; bit < (isZero ? at % 8 + 1 : 8); bit++) {
                    byte[] flipped = file.getValue().clone();
                    flipped[at] ^= (byte) (1 << bit);
                    String what = file.getKey() + ", byte " + at + ", bit " + bit;
                    refused += isWholeOrRefused(with(files, file.getKey(), flipped), what) ? 0 : 1;
                }
            }
        }
        assertThat(refused).isGreaterThan(8 * 500);
        // The others are of records that the end of the log meets, when the table is open.
        assertThat(unchanged).isGreaterThan(8 * 400);
    }

    @Test
    void shouldNeverGiveWrongDataForAFileCutAtAnyLength() {
        files.forEach((name, content) -> {
            int step = ALL_BITS ? 1 : 24;
            for (int length = name.length() % step; length < content.length; length += step) {
                String what = name + " cut to " + length;
                isWholeOrRefused(with(files, name, Arrays.copyOf(content, length)), what);
            }
        });
    }

    @Test
    void shouldRefuseAPoolThatLacksAFile() {
        for (String name : files.keySet()) {
            Map<String, byte[]> rest = new TreeMap<>(files);
            rest.remove(name);
            boolean isWhole = isWholeOrRefused(rest, name + " missing");
            if (name.equals(TableFileNames.TABLE) || name.equals(LogFileNames.SUPERBLOCK)) {
                assertThat(isWhole).as(name).isFalse();
            }
        }
    }

    private Map<String, byte[]> only(boolean isTable) {
        Map<String, byte[]> part = new TreeMap<>(files);
        part.keySet().removeIf(name -> TableFileNames.isTables(name) != isTable);
        return part;
    }

    @Test
    void shouldRefuseATableWithoutALogAndALogWithoutItsTable() {
        assertThatThrownBy(() -> open(SimulatedDisk.of(only(true))))
                .isInstanceOf(PersistenceException.class)
                .hasMessageContaining("nvm.superblock is damaged: at offset 0 expected a superblock, since there is a"
                        + " table, found no file");
        assertThatThrownBy(() -> open(SimulatedDisk.of(only(false))))
                .isInstanceOf(PersistenceException.class)
                .hasMessageContaining(
                        "table.nvm is damaged: at offset 0 expected a table, since the log begins after it"
                                + " with LSN ");
    }

    @Test
    void shouldMakeATableForALogThatHasEverything() {
        SimulatedDisk disk = new SimulatedDisk();
        TestPool pool = new TestPool(disk, 1 << 16);
        pool.appendAndCommit("SET a 1");
        pool.replay();
        pool.appendAndCommit("SET b 2");
        Map<String, byte[]> log = disk.contents();
        log.keySet().removeIf(TableFileNames::isTables);
        TestPool opened = new TestPool(SimulatedDisk.of(log), 1 << 16);
        assertThat(opened.recovered().report().transactionCount()).isEqualTo(2);
        assertThat(ShownTable.of(opened.table()).keySet()).containsExactly("0/a", "0/b");
    }

    @Test
    void shouldRefuseTheTableOfAnotherLog() {
        SimulatedDisk other = new SimulatedDisk();
        new Recovery(other, SEGMENT_LENGTH, TestPool.SMALL_TABLE, () -> 99).open(LoadingListener.NONE);
        Map<String, byte[]> mixed = only(false);
        other.contents().forEach((name, content) -> {
            if (TableFileNames.isTables(name)) {
                mixed.put(name, content);
            }
        });
        assertThatThrownBy(() -> open(SimulatedDisk.of(mixed)))
                .isInstanceOf(PersistenceException.class)
                .hasMessageContaining("table.nvm is damaged: at offset 16 expected the table of log"
                        + " 0x123456789abcdef0, found that of log 0x63");
    }

    @Test
    void shouldRefuseAnOlderTableAndAnOlderLog() {
        SimulatedDisk disk = new SimulatedDisk();
        TestPool pool = new TestPool(disk, SEGMENT_LENGTH);
        pool.appendAndCommit("SET a 1");
        pool.replay();
        Map<String, byte[]> older = disk.contents();
        while (pool.log().recycledCount() < 3) {
            pool.appendAndCommit("SET b " + "2".repeat(100));
            pool.replay();
            pool.log().prepareSegment();
        }
        Map<String, byte[]> newer = disk.contents();

        assertThatThrownBy(() -> open(SimulatedDisk.of(mixed(newer, older))))
                .isInstanceOf(PersistenceException.class)
                .hasMessageMatching(".*table.nvm is damaged: at offset 128 expected a checkpoint of at least LSN \\d+,"
                        + " since the log begins behind it, found LSN 1; .*");
        assertThatThrownBy(() -> open(SimulatedDisk.of(mixed(older, newer))))
                .isInstanceOf(PersistenceException.class)
                .hasMessageMatching("simulated/log-000000000001.segment is damaged: at offset \\d+ expected the record"
                        + " of LSN 2, fragment 0.* \\(LSN \\d+ was durable\\), found .*");
    }

    private static Map<String, byte[]> mixed(Map<String, byte[]> log, Map<String, byte[]> table) {
        Map<String, byte[]> mixed = new TreeMap<>();
        log.forEach((name, content) -> {
            if (!TableFileNames.isTables(name)) {
                mixed.put(name, content);
            }
        });
        table.forEach((name, content) -> {
            if (TableFileNames.isTables(name)) {
                mixed.put(name, content);
            }
        });
        return mixed;
    }
}
