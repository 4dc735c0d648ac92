package io.nvmredis.nvm.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nvmredis.nvm.format.TableFileNames;
import io.nvmredis.nvm.pmem.NoSpaceException;
import io.nvmredis.nvm.pmem.PersistSite;
import io.nvmredis.nvm.sim.CrashMode;
import io.nvmredis.nvm.sim.CrashTest;
import io.nvmredis.nvm.sim.GoldenDirectory;
import io.nvmredis.nvm.sim.Killer;
import io.nvmredis.nvm.sim.Medium;
import io.nvmredis.nvm.sim.Omission;
import io.nvmredis.nvm.sim.Omission.Step;
import io.nvmredis.nvm.sim.ShownTable;
import io.nvmredis.nvm.sim.SimulatedDisk;
import io.nvmredis.spi.errors.PersistenceException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Loses power, or the process, around every persist of the conversion of a table of version 1.
 */
class TableConversionCrashTest extends CrashTest {
    private static final List<String> NAMES = List.of("closed", "in-batch", "in-split");

    private int imageCount;
    private int partlyConverted;

    TableConversionCrashTest() {
        super(60, 300);
    }

    private static Table open(SimulatedDisk disk) {
        return Table.open(disk, TableGoldenTest.SHAPE, Long.MAX_VALUE, () -> 1);
    }

    /** One conversion; throws what it finds. */
    private void run(long seed, Medium medium, Omission omission) {
        SplittableRandom random = new SplittableRandom(seed);
        GoldenDirectory golden = GoldenDirectory.readFolder("table-v1/" + NAMES.get(Math.floorMod(seed, NAMES.size())));
        SimulatedDisk disk = SimulatedDisk.of(golden.files(), medium);
        disk.omit(omission);
        // Now and then the process dies, and another goes on with what it left in the caches.
        Killer killer = new Killer(random, 60);
        killer.announce();
        disk.observe(() -> {
            if (random.nextInt(3) == 0) {
                requireShown(disk.crash(CrashMode.random(random).withWholeWords(), random), golden.shown(), random);
            }
            if (killer.isDue()) {
                killer.kill(disk);
            }
        });
        Table table = openUntilAlive(disk, killer);
        assertThat(ShownTable.of(table)).isEqualTo(golden.shown());
        requireShown(disk.crash(CrashMode.NOTHING, random), golden.shown(), random);
    }

    private static Table openUntilAlive(SimulatedDisk disk, Killer killer) {
        try {
            return open(disk);
        } catch (IllegalStateException e) {
            assertThat(e).hasMessage("killed");
            killer.revive(disk);
            return open(disk);
        }
    }

    private void requireShown(SimulatedDisk image, Map<String, String> expected, SplittableRandom random) {
        imageCount++;
        boolean hasNewBuckets = versionOf(image, TableFileNames.index(0)) == 2;
        partlyConverted += hasNewBuckets && versionOf(image, TableFileNames.TABLE) == 1 ? 1 : 0;
        Table table = open(image);
        assertThat(ShownTable.of(table)).isEqualTo(expected);
        table.verify();
        TableAudit.of(table);
        if (random.nextInt(4) == 0) {
            table.close();
            assertThat(ShownTable.of(open(image))).isEqualTo(expected);
        }
        image.release();
    }

    private static int versionOf(SimulatedDisk disk, String name) {
        return disk.content(name)[8];
    }

    @Test
    void shouldComeBackInTheMiddleOfAConversion() {
        forEachSeed(seed -> run(seed, Medium.of(seed), Omission.NONE));
        System.out.println(imageCount + " images, " + partlyConverted + " partly converted");
        if (runCount() >= 20) {
            assertThat(partlyConverted).isGreaterThan(runCount());
        }
    }

    static Set<PersistSite> sites() {
        return EnumSet.range(PersistSite.CONVERTED_FILE, PersistSite.CONVERTED_NAME);
    }

    @SkippedInReplay
    @ParameterizedTest
    @MethodSource("sites")
    void shouldNoticeAnOmittedFlush(PersistSite site) {
        requireNoticed(new Omission(site, Step.FLUSH));
    }

    @SkippedInReplay
    @Test
    void shouldNoticeAnOmittedDrain() {
        requireNoticed(new Omission(PersistSite.CONVERTED_CONTENT, Step.DRAIN));
    }

    private void requireNoticed(Omission omission) {
        requireNoticed(omission, seed -> run(seed, Medium.LINES, omission));
    }

    @SkippedInReplay
    @Test
    void shouldRefuseATableThatHasLostSlotsAndChangeNothing() {
        Map<String, byte[]> files =
                new TreeMap<>(GoldenDirectory.readFolder("table-v1/closed").files());
        byte[] buckets = files.get(TableFileNames.index(1)).clone();
        Arrays.fill(buckets, 64, buckets.length, (byte) 0);
        files.put(TableFileNames.index(1), buckets);
        SimulatedDisk disk = SimulatedDisk.of(files);
        assertThatThrownBy(() -> open(disk))
                .isInstanceOf(PersistenceException.class)
                .hasMessageContaining("simulated/table.nvm is damaged: at offset 192 expected ")
                .hasMessageContaining(" slots in the files of buckets, found ");
        files.forEach((name, content) -> assertThat(disk.content(name)).as(name).isEqualTo(content));
    }

    @SkippedInReplay
    @Test
    void shouldKeepATableThatThereIsNoRoomToConvert() {
        GoldenDirectory golden = GoldenDirectory.readFolder("table-v1/closed");
        SimulatedDisk disk = SimulatedDisk.of(golden.files());
        long used = Long.MAX_VALUE - disk.usableBytes();
        disk.limit(used + 2000);
        assertThatThrownBy(() -> open(disk)).isInstanceOf(NoSpaceException.class);
        disk.limit(Long.MAX_VALUE);
        assertThat(ShownTable.of(open(disk))).isEqualTo(golden.shown());
    }
}
