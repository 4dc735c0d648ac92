package io.nvmredis.nvm.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.nvm.pmem.PersistSite;
import io.nvmredis.nvm.sim.CrashTest;
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

/**
 * Loses power around every persist.
 */
class TableCrashTest extends CrashTest {
    private static final int STEPS = 120;

    TableCrashTest() {
        super(60, 2000);
    }

    static Set<PersistSite> sites() {
        return EnumSet.range(PersistSite.TABLE_FILE, PersistSite.TABLE_FILE_GONE);
    }

    /**
     * All but those that {@link SegmentReuseCrashTest} and {@link TableShrinkCrashTest} drive at, which random changes meet
     * too seldom.
     */
    static Set<PersistSite> sitesThatFlush() {
        Set<PersistSite> sites = sites();
        sites.remove(PersistSite.HEAP_EPOCH);
        sites.removeAll(TableShrinkCrashTest.sites());
        return sites;
    }

    @Test
    void shouldComeBackInTheStateOfABatch() {
        Set<PersistSite> visited = EnumSet.noneOf(PersistSite.class);
        Reached reached = new Reached();
        forEachSeed(seed -> {
            TableCrashSimulation simulation = new TableCrashSimulation(seed, Medium.of(seed), Omission.NONE, reached);
            simulation.run(STEPS);
            visited.addAll(simulation.visited());
        });
        System.out.println(reached);
        if (runCount() >= 40) {
            // Few runs shrink; TableShrinkCrashTest does nothing else, and meets all sites of that.
            Set<PersistSite> often = sites();
            often.removeAll(TableShrinkCrashTest.sites());
            assertThat(visited).containsAll(often).isSubsetOf(sites());
            reached.require(EnumSet.range(State.IMAGE, State.IMAGE_IN_SPLIT), runCount() / 10);
        }
    }

    @SkippedInReplay
    @ParameterizedTest
    @MethodSource("sitesThatFlush")
    void shouldNoticeAnOmittedFlush(PersistSite site) {
        requireNoticed(Medium.LINES, new Omission(site, Step.FLUSH));
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

    @SkippedInReplay
    @ParameterizedTest
    @MethodSource("sitesThatDrain")
    void shouldNoticeAnOmittedDrain(PersistSite site) {
        requireNoticed(Medium.LINES, new Omission(site, Step.DRAIN));
    }

    /** Pages that are flushed for something else take much along; what these make durable nothing else does in time. */
    static Set<PersistSite> sitesOfPages() {
        return EnumSet.of(
                PersistSite.HEAP_RECORDS,
                PersistSite.TABLE_JOURNAL,
                PersistSite.TABLE_SLOTS,
                PersistSite.TABLE_CHECKPOINT);
    }

    @SkippedInReplay
    @ParameterizedTest
    @MethodSource("sitesOfPages")
    void shouldNoticeAnOmittedFlushOfPages(PersistSite site) {
        requireNoticed(Medium.PAGES, new Omission(site, Step.FLUSH));
    }

    private void requireNoticed(Medium medium, Omission omission) {
        requireNoticed(
                medium + ", " + omission,
                seed -> new TableCrashSimulation(seed, medium, omission, new Reached()).run(STEPS));
    }
}
