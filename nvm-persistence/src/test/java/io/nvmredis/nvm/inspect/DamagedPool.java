package io.nvmredis.nvm.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.nvm.sim.ShownTable;
import io.nvmredis.nvm.sim.SimulatedDisk;
import io.nvmredis.nvm.sim.TestPool;
import io.nvmredis.spi.LoadingListener;
import io.nvmredis.spi.errors.PersistenceException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** Files of a small directory with all kinds of content, and what a server shows of them. */
final class DamagedPool {
    static final int SEGMENT_LENGTH = 4096 + 512;

    private DamagedPool() {}

    /** Segments used again, chains, a tombstone, and transactions that the checkpoint does not cover. */
    static Map<String, byte[]> files() {
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
        pool.appendAndCommit("DEL string1");
        pool.appendAndCommit("SET last x", "SELECT 1", "RPOP list");
        return disk.contents();
    }

    /** A key that is in the table, and that the log behind the checkpoint sets again. */
    static Map<String, byte[]> remade() {
        SimulatedDisk disk = new SimulatedDisk();
        TestPool pool = new TestPool(disk, SEGMENT_LENGTH);
        pool.appendAndCommit("SET remade older", "SET other x");
        pool.replay();
        pool.appendAndCommit("SET remade newer");
        return disk.contents();
    }

    /** Opens and reads everything. Returns what is shown, or null if something is refused or cannot be read. */
    static Map<String, String> shown(Map<String, byte[]> files) {
        SimulatedDisk disk = SimulatedDisk.of(files);
        try (TestPool pool = new TestPool(disk, SEGMENT_LENGTH, TestPool.SMALL_TABLE, LoadingListener.NONE)) {
            return ShownTable.of(pool.table());
        } catch (PersistenceException e) {
            return null;
        } finally {
            disk.release();
        }
    }

    static Map<String, byte[]> with(Map<String, byte[]> files, String name, byte[] content) {
        Map<String, byte[]> changed = new TreeMap<>(files);
        changed.put(name, content);
        return changed;
    }

    static Map<String, byte[]> flipped(Map<String, byte[]> files, String name, int offset, int bit) {
        byte[] content = files.get(name).clone();
        content[offset] ^= (byte) (1 << bit);
        return with(files, name, content);
    }

    /** Files of which the last place with a text in a segment of the heap has one byte changed, so far behind it. */
    static Map<String, byte[]> damagedBehind(Map<String, byte[]> files, String text, int distance) {
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            String content = new String(file.getValue(), StandardCharsets.ISO_8859_1);
            if (file.getKey().startsWith("heap-") && content.contains(text)) {
                return flipped(files, file.getKey(), content.lastIndexOf(text) + distance, 0);
            }
        }
        throw new AssertionError(text + " is in no segment");
    }

    static void assertSame(Map<String, byte[]> actual, Map<String, byte[]> expected) {
        assertThat(actual).containsOnlyKeys(expected.keySet());
        expected.forEach(
                (name, content) -> assertThat(actual.get(name)).as(name).isEqualTo(content));
    }
}
