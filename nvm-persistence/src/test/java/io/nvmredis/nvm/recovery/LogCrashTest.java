package io.nvmredis.nvm.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.nvm.pmem.PersistSite;
import io.nvmredis.nvm.sim.CrashRuns;
import io.nvmredis.nvm.sim.CrashRuns.SkippedInReplay;
import io.nvmredis.nvm.sim.CrashSimulation;
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
 *
 * <p>{@code -Dcrash.runs=1000}: so many runs with seeds of their own. {@code -Dcrash.first=42}: the seed of the first
 * run. {@code -Dtest=LogCrashTest -Dcrash.seed=42}: that run and nothing more, see {@link CrashRuns}.
 */
class LogCrashTest {
    private static final int STEPS = 60;
    private static final int USUAL_RUNS = 400;
    private static final int RUNS = CrashRuns.count(USUAL_RUNS);
    private static final int CANARY_RUNS = 400;

    @Test
    void shouldKeepEveryAcknowledgedTransactionAndNothingElse() {
        Set<PersistSite> visited = EnumSet.noneOf(PersistSite.class);
        LongAdder images = new LongAdder();
        LongAdder torn = new LongAdder();
        LongAdder recycled = new LongAdder();
        CrashRuns.forEachSeed(LogCrashTest.class, USUAL_RUNS, seed -> {
            CrashSimulation simulation = new CrashSimulation(seed, Medium.of(seed), Omission.NONE);
            simulation.run(STEPS);
            visited.addAll(simulation.visited());
            images.add(simulation.imageCount());
            torn.add(simulation.tornCount());
            recycled.add(simulation.recycledCount());
        });
        System.out.println(images + " images, " + torn + " with a torn tail, " + recycled + " segments used again");
        if (RUNS >= 100) {
            assertThat(visited).containsExactlyInAnyOrderElementsOf(sites());
            assertThat(recycled.sum()).as("segments used again").isGreaterThan(RUNS / 3);
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
        assertThat(isNoticed(new Omission(site, Step.FLUSH))).isTrue();
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
        assertThat(isNoticed(new Omission(site, Step.DRAIN))).isTrue();
    }

    private static boolean isNoticed(Omission omission) {
        return CrashRuns.isNoticed(
                omission, CANARY_RUNS, seed -> new CrashSimulation(seed, Medium.LINES, omission).run(STEPS));
    }
}
