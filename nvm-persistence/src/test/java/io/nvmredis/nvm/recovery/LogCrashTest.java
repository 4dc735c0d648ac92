package io.nvmredis.nvm.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.nvm.pmem.PersistSite;
import io.nvmredis.nvm.sim.CrashSimulation;
import io.nvmredis.nvm.sim.Medium;
import io.nvmredis.nvm.sim.Omission;
import io.nvmredis.nvm.sim.Omission.Step;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Loses power around every persist. Seeds can be given: {@code -Dcrash.seed=42 -Dcrash.runs=1}. */
class LogCrashTest {
    private static final int STEPS = 60;
    private static final int RUNS = Integer.getInteger("crash.runs", 400);
    private static final int CANARY_RUNS = 400;
    private static final long FIRST_SEED = Long.getLong("crash.seed", System.nanoTime());

    @Test
    void shouldKeepEveryAcknowledgedTransactionAndNothingElse() {
        System.out.println("first seed " + FIRST_SEED + ", " + RUNS + " runs");
        Set<PersistSite> visited = EnumSet.noneOf(PersistSite.class);
        long images = 0;
        long torn = 0;
        long recycled = 0;
        for (int i = 0; i < RUNS; i++) {
            long seed = FIRST_SEED + i;
            CrashSimulation simulation = new CrashSimulation(seed, Medium.of(seed), Omission.NONE);
            simulation.run(STEPS);
            visited.addAll(simulation.visited());
            images += simulation.imageCount();
            torn += simulation.tornCount();
            recycled += simulation.recycledCount();
        }
        System.out.println(images + " images, " + torn + " with a torn tail, " + recycled + " segments used again");
        if (RUNS >= 100) {
            assertThat(visited).containsExactlyInAnyOrderElementsOf(sites());
            assertThat(recycled).as("segments used again").isGreaterThan(RUNS / 3);
            assertThat(torn).as("images with a torn tail").isGreaterThan(images / 100);
        }
    }

    static Set<PersistSite> sites() {
        return EnumSet.range(PersistSite.SEGMENT_FILE, PersistSite.RECYCLED_NAME);
    }

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

    @ParameterizedTest
    @MethodSource("sitesThatDrain")
    void shouldNoticeAnOmittedDrain(PersistSite site) {
        assertThat(isNoticed(new Omission(site, Step.DRAIN))).isTrue();
    }

    private static boolean isNoticed(Omission omission) {
        for (int i = 0; i < CANARY_RUNS; i++) {
            try {
                new CrashSimulation(FIRST_SEED + i, Medium.LINES, omission).run(STEPS);
            } catch (AssertionError e) {
                System.out.println(omission + " noticed after " + (i + 1) + " runs: " + e.getMessage());
                return true;
            }
        }
        System.out.println(omission + " not noticed from seed " + FIRST_SEED);
        return false;
    }
}
