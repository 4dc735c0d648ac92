package io.nvmredis.nvm.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.nvm.pmem.PersistSite;
import io.nvmredis.nvm.sim.CrashSimulation;
import io.nvmredis.nvm.sim.CrashTest;
import io.nvmredis.nvm.sim.Medium;
import io.nvmredis.nvm.sim.Omission;
import io.nvmredis.nvm.sim.Omission.Step;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Loses power around every persist.
 */
class LogCrashTest extends CrashTest {
    private static final int STEPS = 60;

    LogCrashTest() {
        super(400, 400);
    }

    @Test
    void shouldKeepEveryAcknowledgedTransactionAndNothingElse() {
        Set<PersistSite> visited = EnumSet.noneOf(PersistSite.class);
        LongAdder images = new LongAdder();
        LongAdder torn = new LongAdder();
        LongAdder recycled = new LongAdder();
        forEachSeed(seed -> {
            CrashSimulation simulation = new CrashSimulation(seed, Medium.of(seed), Omission.NONE);
            simulation.run(STEPS);
            visited.addAll(simulation.visited());
            images.add(simulation.imageCount());
            torn.add(simulation.tornCount());
            recycled.add(simulation.recycledCount());
        });
        System.out.println(images + " images, " + torn + " with a torn tail, " + recycled + " segments used again");
        if (runCount() >= 100) {
            assertThat(visited).containsExactlyInAnyOrderElementsOf(sites());
            assertThat(recycled.sum()).as("segments used again").isGreaterThan(runCount() / 3);
            assertThat(torn.sum()).as("images with a torn tail").isGreaterThan(images.sum() / 100);
        }
    }

    static Set<PersistSite> sites() {
        return EnumSet.range(PersistSite.SEGMENT_FILE, PersistSite.RECYCLED_NAME);
    }

    @SkippedInReplay
    @ParameterizedTest
    @MethodSource("sites")
    void shouldNoticeAnOmittedFlush(PersistSite site) {
        requireNoticed(new Omission(site, Step.FLUSH));
    }

    static List<PersistSite> sitesThatDrain() {
        return List.of(
                PersistSite.SEGMENT_HEADER,
                PersistSite.SUPERBLOCK_CONTENT,
                PersistSite.SUPERBLOCK_REPAIR,
                PersistSite.RECOVERED,
                PersistSite.LOG_COMMIT,
                PersistSite.LOG_HIGH_WATER,
                PersistSite.CLOSE_FRONTIER,
                PersistSite.LOG_BEGINNING,
                PersistSite.RECYCLED_HEADER);
    }

    @SkippedInReplay
    @ParameterizedTest
    @MethodSource("sitesThatDrain")
    void shouldNoticeAnOmittedDrain(PersistSite site) {
        requireNoticed(new Omission(site, Step.DRAIN));
    }

    private void requireNoticed(Omission omission) {
        requireNoticed(omission, seed -> new CrashSimulation(seed, Medium.LINES, omission).run(STEPS));
    }
}
