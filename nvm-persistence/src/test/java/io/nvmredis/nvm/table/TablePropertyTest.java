package io.nvmredis.nvm.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.nvm.format.TableShape;
import io.nvmredis.nvm.pmem.DomainProbe;
import io.nvmredis.nvm.pmem.MappedDirectory;
import io.nvmredis.nvm.sim.ShownTable;
import io.nvmredis.nvm.sim.TableWorkload;
import io.nvmredis.spi.testkit.TemporaryDirectory;
import java.nio.file.Path;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterTry;
import net.jqwik.api.lifecycle.BeforeTry;

/** A table of real files against plain maps. A failure names its seed. */
class TablePropertyTest {
    private static final TableShape SHAPE = new TableShape(16 << 10, 64 + 32 * 64, 32 << 10, 256);

    private TemporaryDirectory temporary;
    private Path directory;

    @BeforeTry
    void makeDirectory() {
        temporary = new TemporaryDirectory("nvm-table");
        directory = temporary.path();
    }

    @AfterTry
    void removeDirectory() {
        temporary.close();
    }

    @Property(tries = 30)
    void shouldKeepWhatMapsKeep(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 2000) int keys,
            @ForAll @IntRange(max = 3000) int steps) {
        runAgainstMaps(DomainProbe.EMULATED, seed, keys, steps, 0);
    }

    /** So that the index grows and shrinks: in turns, most changes make keys, or take them away. */
    @Property(tries = 15)
    void shouldKeepWhatMapsKeepWhileKeysComeAndGo(
            @ForAll long seed,
            @ForAll @IntRange(min = 500, max = 2000) int keys,
            @ForAll @IntRange(min = 2000, max = 5000) int steps) {
        runAgainstMaps(DomainProbe.EMULATED, seed, keys, steps, 1500);
    }

    @Property(tries = 5)
    void shouldKeepWhatMapsKeepWithMsync(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 200) int keys, @ForAll @IntRange(max = 300) int steps) {
        runAgainstMaps(DomainProbe.MSYNC, seed, keys, steps, 0);
    }

    private void runAgainstMaps(String domain, long seed, int keys, int steps, int stepsUntilTheyGo) {
        SplittableRandom random = new SplittableRandom(seed);
        MappedDirectory files = new MappedDirectory(directory, DomainProbe.choose(domain, directory));
        TableWorkload workload = new TableWorkload(random.split(), TableWorkload.Profile.MIXED, keys, 4000);
        Table table = Table.open(files, SHAPE, Long.MAX_VALUE, random::nextLong);
        for (int i = 0; i < steps; i++) {
            boolean areGoing = stepsUntilTheyGo > 0 && i / stepsUntilTheyGo % 2 == 1;
            (areGoing ? workload.nextRemoval() : workload.next()).applyTo(table);
            int dice = random.nextInt(400);
            if (dice < 20) {
                table.publish();
            } else if (dice < 24) {
                table.checkpoint(workload.changes().size());
            } else if (dice < 28) {
                table.maintain(30_000);
            } else if (dice < 32) {
                table.close();
                table = Table.open(files, SHAPE, Long.MAX_VALUE, random::nextLong);
                assertThat(ShownTable.of(table)).isEqualTo(workload.shown());
            } else if (dice == 32) {
                applyAgain(table, workload);
            }
        }
        applyAgain(table, workload);
        table.publish();
        assertThat(ShownTable.of(table)).isEqualTo(workload.shown());
        table.close();
    }

    /** As after a crash: what the checkpoint does not cover, once more, to no effect. */
    private static void applyAgain(Table table, TableWorkload workload) {
        long checkpoint = table.checkpointLsn();
        workload.changes().stream()
                .filter(change -> change.lsn() > checkpoint)
                .forEach(change -> change.applyTo(table));
    }
}
