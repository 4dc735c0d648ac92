package io.nvmredis.nvm.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.nvm.pmem.PersistSite;
import io.nvmredis.nvm.sim.Omission;
import io.nvmredis.nvm.sim.Omission.Step;
import io.nvmredis.nvm.sim.PoolCrashSimulation;
import io.nvmredis.nvm.sim.PoolCrashSimulation.Reached;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Loses power around persists of log, replay and table together. {@code -Dcrash.seed=42 -Dcrash.runs=1}. */
class PoolCrashTest {
    private static final int STEPS = 150;
    private static final int RUNS = Integer.getInteger("crash.runs", 60);
    private static final int CANARY_RUNS = 200;
    private static final long FIRST_SEED = Long.getLong("crash.seed", System.nanoTime());

    @Test
    void shouldKeepEveryAcknowledgedTransactionAndNothingElse() {
        System.out.println("first seed " + FIRST_SEED + ", " + RUNS + " runs");
        Reached reached = new Reached();
        for (int i = 0; i < RUNS; i++) {
            new PoolCrashSimulation(FIRST_SEED + i, Omission.NONE, reached).run(STEPS);
        }
        System.out.println(reached.images + " images, " + reached.recycled + " segments recycled, held back "
                + reached.backedUp + " times, no room " + reached.outOfRoom + " times, " + reached.refused
                + " refused, " + reached.superseded + " effects superseded, " + reached.replayedAtOpen
                + " transactions replayed at open");
        if (RUNS >= 24) {
            assertThat(List.of(
                            reached.recycled,
                            reached.backedUp,
                            reached.outOfRoom,
                            reached.refused,
                            reached.superseded,
                            reached.replayedAtOpen))
                    .allMatch(count -> count >= RUNS / 4);
        }
    }

    /**
     * With {@code -Dcrash.runs} all but those that another persist of the whole stands in for, and that are caught where
     * they stand alone: the name of the superblock is synced with that of the first file of the table, the names found at
     * an opening twice, and the frontier of a clean close is missed only after damage. Otherwise those that the whole
     * hangs by; the others are left out in the tests of the log and of the table.
     */
    static Set<PersistSite> sites() {
        if (Integer.getInteger("crash.runs") == null) {
            return EnumSet.of(
                    PersistSite.LOG_COMMIT,
                    PersistSite.RECOVERED,
                    PersistSite.LOG_BEGINNING,
                    PersistSite.RECYCLED_HEADER,
                    PersistSite.RECYCLED_NAME,
                    PersistSite.HEAP_RECORDS,
                    PersistSite.TABLE_JOURNAL,
                    PersistSite.TABLE_SLOTS,
                    PersistSite.TABLE_CHECKPOINT);
        }
        return EnumSet.complementOf(EnumSet.of(
                PersistSite.SUPERBLOCK_NAME,
                PersistSite.RECOVERED_NAMES,
                PersistSite.TABLE_SETTLED_NAMES,
                PersistSite.CLOSE_FRONTIER));
    }

    @ParameterizedTest
    @MethodSource("sites")
    void shouldNoticeAnOmittedFlush(PersistSite site) {
        assertThat(isNoticed(new Omission(site, Step.FLUSH))).isTrue();
    }

    private static boolean isNoticed(Omission omission) {
        for (int i = 0; i < CANARY_RUNS; i++) {
            try {
                new PoolCrashSimulation(FIRST_SEED + i, omission, new Reached()).run(STEPS);
            } catch (AssertionError e) {
                System.out.println(omission + " noticed after " + (i + 1) + " runs: "
                        + e.getMessage().lines().findFirst().orElse(""));
                return true;
            }
        }
        System.out.println(omission + " not noticed from seed " + FIRST_SEED);
        return false;
    }
}
