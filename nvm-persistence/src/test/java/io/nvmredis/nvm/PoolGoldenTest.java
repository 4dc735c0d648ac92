package io.nvmredis.nvm;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.nvm.pmem.DomainProbe;
import io.nvmredis.nvm.pmem.MappedDirectory;
import io.nvmredis.nvm.sim.CrashMode;
import io.nvmredis.nvm.sim.GoldenDirectory;
import io.nvmredis.nvm.sim.ShownTable;
import io.nvmredis.nvm.sim.SimulatedDisk;
import io.nvmredis.nvm.sim.TestPool;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A directory of log and table, as a power cut left it, stays loadable: some transactions are covered by the checkpoint,
 * later ones are in the log alone, the last was never committed.
 */
class PoolGoldenTest {
    private static final int SEGMENT_LENGTH = 8192;
    /** Log segments of version 1, with high-water marks; a table of version 2. */
    private static final String WITH_COMPLEMENT = "pool-log1-table2.zip";
    /** The same of today: the frontier's check mixes all bits. */
    private static final String WITH_MIXED_FRONTIER = "pool-log1-mixed-frontier-table2.zip";

    /** Writes the directory with the code as it is. */
    private static GoldenDirectory written() {
        SimulatedDisk disk = new SimulatedDisk();
        Map<String, String> shown;
        try (TestPool pool = new TestPool(disk, SEGMENT_LENGTH)) {
            pool.appendAndCommit("SET string first", "RPUSH list a b c", "SADD set x y");
            pool.appendAndCommit("HSET hash field value", "PEXPIREAT string 4102444800000");
            pool.appendAndCommit("SELECT 1", "SET other " + "large".repeat(100));
            pool.replay();
            pool.appendAndCommit("SET removed soon", "RPUSH list d", "SADD set z");
            pool.appendAndCommit("DEL removed", "SELECT 1", "SET later only-in-the-log");
            pool.append("SET lost never-committed");
            GoldenDirectory left = new GoldenDirectory(
                    disk.crash(CrashMode.NOTHING, new SplittableRandom(0)).contents(), Map.of());
            try (TestPool opened = new TestPool(SimulatedDisk.of(left.files()), SEGMENT_LENGTH)) {
                shown = ShownTable.of(opened.table());
            }
            return new GoldenDirectory(left.files(), shown);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {WITH_COMPLEMENT, WITH_MIXED_FRONTIER})
    void shouldLoadWithEveryKeysTypeValueAndDeadline(String name) {
        GoldenDirectory golden = GoldenDirectory.read(name);
        SimulatedDisk disk = SimulatedDisk.of(golden.files());
        for (int i = 0; i < 2; i++) {
            try (TestPool pool = new TestPool(disk, SEGMENT_LENGTH)) {
                assertThat(pool.recovered().report().lastLsn()).isEqualTo(5);
                assertThat(ShownTable.of(pool.table())).isEqualTo(golden.shown());
                assertThat(pool.value(0, "string")).isEqualTo("STRING first until 4102444800000");
                assertThat(pool.value(0, "list")).isEqualTo("LIST [a, b, c, d] until -1");
                assertThat(pool.value(1, "later")).isEqualTo("STRING only-in-the-log until -1");
                assertThat(pool.value(0, "lost")).isNull();
                assertThat(pool.value(0, "removed")).isNull();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {WITH_COMPLEMENT, WITH_MIXED_FRONTIER})
    void shouldLoadFromARealFileSystem(String name, @TempDir Path directory) throws IOException {
        GoldenDirectory golden = GoldenDirectory.read(name);
        golden.copyTo(directory);
        MappedDirectory files = new MappedDirectory(directory, DomainProbe.choose("msync", directory));
        try (TestPool pool = new TestPool(files, SEGMENT_LENGTH)) {
            assertThat(ShownTable.of(pool.table())).isEqualTo(golden.shown());
        }
    }

    /** The ids are given, and nothing else of what is written depends on time or chance. */
    @Test
    void shouldWriteTheSameBytes() {
        written().requireSameFiles(GoldenDirectory.read(WITH_MIXED_FRONTIER));
    }

    /** Writes the golden file, for a new version: give it the folder. */
    public static void main(String[] arguments) throws IOException {
        written().write(Path.of(arguments[0]).resolve(WITH_MIXED_FRONTIER));
    }
}
