package io.nvmredis.nvm.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nvmredis.nvm.pmem.PersistSite;
import io.nvmredis.nvm.sim.CrashMode;
import io.nvmredis.nvm.sim.CrashTest;
import io.nvmredis.nvm.sim.Omission;
import io.nvmredis.nvm.sim.ShownTable;
import io.nvmredis.nvm.sim.SimulatedDisk;
import io.nvmredis.spi.errors.PersistenceException;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A segment's number is used again, for a file of another length, while the last journal still names its earlier use:
 * whatever words of the entry a power cut lets through, the journal is not done again to the new use.
 */
class SegmentReuseCrashTest extends CrashTest {
    private static final int ROUNDS = 40;
    private static final int IMAGES = 6;

    private SplittableRandom random = new SplittableRandom(firstSeed());
    private boolean isChecking;
    private int imageCount;

    SegmentReuseCrashTest() {
        super(1);
    }

    @Test
    void shouldOpenWhateverIsTornOfTheEntryOfASegment() {
        forEachSeed(seed -> {
            random = new SplittableRandom(seed);
            imageCount = 0;
            SimulatedDisk disk = new SimulatedDisk();
            useSegmentsAgain(disk);
            assertThat(disk.visited()).contains(PersistSite.HEAP_EPOCH, PersistSite.HEAP_SEGMENT);
            assertThat(imageCount).isGreaterThan(ROUNDS * IMAGES);
        });
    }

    @SkippedInReplay
    @ParameterizedTest
    @EnumSource(Omission.Step.class)
    void shouldNoticeIfTheEpochIsNotDurableBeforeTheEnd(Omission.Step step) {
        System.out.println("seed " + firstSeed());
        SimulatedDisk disk = new SimulatedDisk();
        disk.omit(new Omission(PersistSite.HEAP_EPOCH, step));
        assertThatThrownBy(() -> useSegmentsAgain(disk))
                .isInstanceOf(PersistenceException.class)
                .hasMessageContaining("is damaged");
    }

    private void useSegmentsAgain(SimulatedDisk disk) {
        TestTable table = new TestTable(disk, TestTable.TINY, Long.MAX_VALUE);
        disk.observe(() -> openImages(disk));
        for (int i = 0; i < ROUNDS; i++) {
            // Each has a segment of its own, which is deleted when the next is published.
            table.set("k", "v".repeat(600 + random.nextInt(5) * 4096));
            table.publish();
        }
    }

    private void openImages(SimulatedDisk disk) {
        if (isChecking) {
            return;
        }
        isChecking = true;
        for (int i = 0; i < IMAGES; i++) {
            SimulatedDisk image = disk.crash(new CrashMode(100, 50, Long.BYTES), random);
            ShownTable.of(TestTable.open(image, TestTable.TINY, Long.MAX_VALUE));
            image.release();
            imageCount++;
        }
        isChecking = false;
    }
}
