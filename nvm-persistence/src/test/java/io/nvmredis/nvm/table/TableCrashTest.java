package io.nvmredis.nvm.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.nvm.pmem.PersistSite;
import io.nvmredis.nvm.sim.Medium;
import io.nvmredis.nvm.sim.Omission;
import io.nvmredis.nvm.sim.Omission.Step;
import io.nvmredis.nvm.sim.Reached;
import io.nvmredis.nvm.sim.Reached.State;
import io.nvmredis.nvm.sim.TableCrashSimulation;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Loses power around every persist. Seeds can be given: {@code -Dcrash.seed=42 -Dcrash.runs=1}. */
class TableCrashTest {
    private static final int STEPS = 120;
    private static final int RUNS = Integer.getInteger("crash.runs", 60);
    private static final int CANARY_RUNS = 2000;
    private static final long FIRST_SEED = Long.getLong("crash.seed", System.nanoTime());

    static Set<PersistSite> sites() {
        return EnumSet.range(PersistSite.TABLE_FILE, PersistSite.INDEX_SPLIT_LEFTOVERS);
    }

    /** All but the one that {@link SegmentReuseCrashTest} drives at, which random changes meet too seldom. */
    static Set<PersistSite> sitesThatFlush() {
        Set<PersistSite> sites = sites();
        sites.remove(PersistSite.HEAP_EPOCH);
        return sites;
    }

    @Test
    void shouldComeBackInTheStateOfABatch() {
        System.out.println("first seed " + FIRST_SEED + ", " + RUNS + " runs");
        Set<PersistSite> visited = EnumSet.noneOf(PersistSite.class);
        Reached reached = new Reached();
        for (int i = 0; i < RUNS; i++) {
            long seed = FIRST_SEED + i;
            TableCrashSimulation simulation = new TableCrashSimulation(seed, Medium.of(seed), Omission.NONE, reached);
            simulation.run(STEPS);
            visited.addAll(simulation.visited());
        }
        System.out.println(reached);
        if (RUNS >= 40) {
            assertThat(visited).containsExactlyInAnyOrderElementsOf(sites());
            reached.require(EnumSet.range(State.IMAGE, State.IMAGE_IN_SPLIT), RUNS / 10);
        }
    }

    @ParameterizedTest
    @MethodSource("sitesThatFlush")
    void shouldNoticeAnOmittedFlush(PersistSite site) {
        assertThat(isNoticed(new Omission(site, Step.FLUSH))).isTrue();
    }

    /** Files and names are synced in one step; the others' lines are drained here or, of one, with another site's. */
    static Set<PersistSite> sitesThatDrain() {
        Set<PersistSite> sites = sitesThatFlush();
        sites.removeAll(EnumSet.of(
                PersistSite.TABLE_FILE,
                PersistSite.TABLE_FILE_NAME,
                PersistSite.TABLE_SETTLED_NAMES,
                PersistSite.HEAP_SEGMENT,
                PersistSite.TABLE_REDO_WORDS,
                PersistSite.TABLE_REDO_SEGMENTS,
                PersistSite.TABLE_SEGMENTS,
                PersistSite.TABLE_WORDS));
        return sites;
    }

    @ParameterizedTest
    @MethodSource("sitesThatDrain")
    void shouldNoticeAnOmittedDrain(PersistSite site) {
        assertThat(isNoticed(new Omission(site, Step.DRAIN))).isTrue();
    }

    /** Pages that are flushed for something else take much along; what these make durable nothing else does in time. */
    static Set<PersistSite> sitesOfPages() {
        return EnumSet.of(
                PersistSite.HEAP_RECORDS,
                PersistSite.TABLE_JOURNAL,
                PersistSite.TABLE_SLOTS,
                PersistSite.TABLE_CHECKPOINT);
    }

    @ParameterizedTest
    @MethodSource("sitesOfPages")
    void shouldNoticeAnOmittedFlushOfPages(PersistSite site) {
        assertThat(isNoticed(Medium.PAGES, new Omission(site, Step.FLUSH))).isTrue();
    }

    private static boolean isNoticed(Omission omission) {
        return isNoticed(Medium.LINES, omission);
    }

    private static boolean isNoticed(Medium medium, Omission omission) {
        for (int i = 0; i < CANARY_RUNS; i++) {
            try {
                new TableCrashSimulation(FIRST_SEED + i, medium, omission, new Reached()).run(STEPS);
            } catch (AssertionError e) {
                System.out.println(medium + ", " + omission + " noticed after " + (i + 1) + " runs: "
                        + e.getMessage().lines().findFirst().orElse(""));
                return true;
            }
        }
        System.out.println(medium + ", " + omission + " not noticed from seed " + FIRST_SEED);
        return false;
    }
}
