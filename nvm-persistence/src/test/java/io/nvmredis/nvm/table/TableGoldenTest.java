package io.nvmredis.nvm.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.nvm.format.TableShape;
import io.nvmredis.nvm.pmem.DomainProbe;
import io.nvmredis.nvm.pmem.MappedDirectory;
import io.nvmredis.nvm.pmem.PersistSite;
import io.nvmredis.nvm.sim.CrashMode;
import io.nvmredis.nvm.sim.GoldenDirectory;
import io.nvmredis.nvm.sim.ShownTable;
import io.nvmredis.nvm.sim.SimulatedDisk;
import io.nvmredis.nvm.sim.TableWorkload;
import io.nvmredis.nvm.sim.TableWorkload.Profile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tables of every released version open, and show what they showed: one that was closed, one that lost power in the
 * middle of a batch, and one that did between the two halves of a split.
 */
class TableGoldenTest {
    static final TableShape SHAPE = new TableShape(4096, 64 + 16 * 64, 32 << 10, 128);
    /** End of the names of those whose payloads say how many entries a stream ever had. */
    private static final String WITH_STATE = "-with-state.zip";

    private static final long TABLE_ID = 0x1234_5678_9abc_def0L;

    /** Writes tables with the code as it is. */
    private static Map<String, GoldenDirectory> written() {
        Map<String, GoldenDirectory> tables = new LinkedHashMap<>();
        SimulatedDisk disk = new SimulatedDisk();
        TableWorkload workload =
                new TableWorkload(new SplittableRandom(11), Profile.MIXED, 250, 120).withoutLibraries();
        SplittableRandom random = new SplittableRandom(12);
        try (Table table = Table.open(disk, SHAPE, Long.MAX_VALUE, () -> TABLE_ID)) {
            disk.observe(() -> {
                // Published as a whole: the journal is durable.
                if (workload.changes().size() > 700 && disk.site() == PersistSite.TABLE_SLOTS) {
                    tables.putIfAbsent("in-batch-one-drain", left(disk, random, workload));
                } else if (workload.changes().size() > 400 && disk.site() == PersistSite.INDEX_SPLIT_LEFTOVERS) {
                    tables.putIfAbsent("in-split-one-drain", left(disk, random, workload));
                }
            });
            while (workload.changes().size() < 900) {
                for (int i = 0; i < 50; i++) {
                    workload.next().applyTo(table);
                }
                table.publish();
                if (workload.changes().size() % 250 == 0) {
                    table.checkpoint(workload.changes().size());
                }
            }
        }
        tables.put("closed", new GoldenDirectory(disk.contents(), workload.shown()));
        return tables;
    }

    private static GoldenDirectory left(SimulatedDisk disk, SplittableRandom random, TableWorkload workload) {
        return new GoldenDirectory(disk.crash(new CrashMode(50, 50, 8), random).contents(), workload.shown());
    }

    @ParameterizedTest
    @ValueSource(strings = {"closed", "in-batch", "in-split"})
    void shouldOpenVersion1(String name) {
        GoldenDirectory golden = GoldenDirectory.readFolder("table-v1/" + name);
        assertThat(golden.shown()).hasSizeGreaterThan(100);
        SimulatedDisk disk = SimulatedDisk.of(golden.files());
        try (Table table = Table.open(disk, SHAPE, Long.MAX_VALUE, () -> 1)) {
            assertThat(table.id()).isEqualTo(TABLE_ID);
            assertThat(ShownTable.of(table)).isEqualTo(golden.shown());
            table.verify();
            TableAudit.of(table);
        }
        try (Table table = Table.open(disk, SHAPE, Long.MAX_VALUE, () -> 1)) {
            assertThat(ShownTable.of(table)).isEqualTo(golden.shown());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "closed",
                "in-batch",
                "in-split",
                "in-batch-one-drain",
                "in-split-one-drain",
                "closed-with-state",
                "in-batch-one-drain-with-state",
                "in-split-one-drain-with-state"
            })
    void shouldOpenVersion2(String name) {
        GoldenDirectory golden = GoldenDirectory.read("table-v2-" + name + ".zip");
        assertThat(golden.shown()).hasSizeGreaterThan(100);
        assertThat(golden.files().get("table.nvm")[8]).isEqualTo((byte) 2);
        SimulatedDisk disk = SimulatedDisk.of(golden.files());
        for (int i = 0; i < 2; i++) {
            try (Table table = Table.open(disk, SHAPE, Long.MAX_VALUE, () -> 1)) {
                assertThat(table.id()).isEqualTo(TABLE_ID);
                assertThat(ShownTable.of(table)).isEqualTo(golden.shown());
                table.verify();
                TableAudit.of(table);
            }
        }
    }

    /**
     * What is written today is version 2 to the byte; if this fails on purpose, there is a version 3. Earlier builds drained
     * each overflow bucket by itself, so that power cuts left their tables in other states; and their payloads did not say what a
     * stream had lost.
     */
    @Test
    void shouldWriteVersion2() {
        written().forEach((name, table) -> {
            GoldenDirectory golden = GoldenDirectory.read("table-v2-" + name + WITH_STATE);
            table.requireSameFiles(golden);
            assertThat(new TreeMap<>(table.shown())).isEqualTo(golden.shown());
        });
    }

    @Test
    void shouldConvertVersion1OnARealFileSystem(@TempDir Path directory) throws IOException {
        GoldenDirectory golden = GoldenDirectory.readFolder("table-v1/in-batch");
        golden.copyTo(directory);
        for (int i = 0; i < 2; i++) {
            MappedDirectory files = new MappedDirectory(directory, DomainProbe.choose("msync", directory));
            try (Table table = Table.open(files, SHAPE, Long.MAX_VALUE, () -> 1)) {
                assertThat(ShownTable.of(table)).isEqualTo(golden.shown());
            }
        }
        assertThat(Files.readAllBytes(directory.resolve("table.nvm"))[8]).isEqualTo((byte) 2);
    }

    /** Writes the golden files, for a new version: give it the folder. */
    public static void main(String[] arguments) throws IOException {
        for (Map.Entry<String, GoldenDirectory> table : written().entrySet()) {
            table.getValue().write(Path.of(arguments[0]).resolve("table-v2-" + table.getKey() + WITH_STATE));
        }
    }
}
