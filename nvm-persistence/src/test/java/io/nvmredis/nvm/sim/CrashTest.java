package io.nvmredis.nvm.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/**
 * A test that loses power, or the process, around persists. What it does in one run is drawn from a seed; which runs take
 * place is given by system properties:
 *
 * <ul>
 *   <li>{@code crash.runs}: number of random runs, each with a seed of its own, one higher than the last.
 *   <li>{@code crash.first}: seed of the first run; the time unless it is given. Seeds of canaries begin there too.
 *   <li>{@code crash.seed}: seed of the only run. Every other run, every canary and every directed case of the class is
 *       skipped, and so are the totals that only many runs reach.
 * </ul>
 *
 * <p>A run that fails is reported with what repeats it, as in {@code -Dtest=LogCrashTest -Dcrash.seed=42}.
 */
public abstract class CrashTest {
    private static final String SEED = "crash.seed";
    private static final String RUNS = "crash.runs";
    private static final long FIRST_SEED = Long.getLong(SEED, Long.getLong("crash.first", System.nanoTime()));

    private final int runCount;
    private final int canaryRunCount;

    /** A test without canaries of many runs. */
    protected CrashTest(int usualRunCount) {
        this(usualRunCount, 0);
    }

    /**
     * A test with canaries.
     *
     * @param usualRunCount how many runs take place unless properties say otherwise
     * @param canaryRunCount in how many runs a fault that is put in has to be noticed
     */
    protected CrashTest(int usualRunCount, int canaryRunCount) {
        this.runCount = System.getProperty(SEED) != null ? 1 : Integer.getInteger(RUNS, usualRunCount);
        this.canaryRunCount = canaryRunCount;
    }

    /** Marks a canary or a directed case, which is skipped when one run is repeated. */
    @Target(ElementType.METHOD)
    @Retention(RetentionPolicy.RUNTIME)
    @DisabledIfSystemProperty(named = SEED, matches = ".*", disabledReason = "one run is repeated, and nothing more")
    protected @interface SkippedInReplay {}

    /** Whether more, or fewer, runs than usual were asked for. */
    protected static boolean isCountGiven() {
        return Integer.getInteger(RUNS) != null;
    }

    /** Seed of the first run. */
    protected static long firstSeed() {
        return FIRST_SEED;
    }

    /** How many runs take place. */
    protected final int runCount() {
        return runCount;
    }

    /** Runs a simulation with each seed, and says of a run that fails how it is repeated. */
    protected final void forEachSeed(LongConsumer simulation) {
        System.out.println("first seed " + FIRST_SEED + ", " + runCount + " runs");
        for (int i = 0; i < runCount; i++) {
            long seed = FIRST_SEED + i;
            try {
                simulation.accept(seed);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError(
                        "repeat with -Dtest=" + getClass().getSimpleName() + " -D" + SEED + "=" + seed + ": "
                                + e.getMessage(),
                        e);
            }
        }
    }

    /** Requires that one of the runs with a fault put in, a canary, fails. Says which was the first. */
    protected final void requireNoticed(Object canary, LongConsumer simulation) {
        assertThat(isNoticed(canary, simulation)).as("%s is noticed", canary).isTrue();
    }

    private boolean isNoticed(Object canary, LongConsumer simulation) {
        for (int i = 0; i < canaryRunCount; i++) {
            long seed = FIRST_SEED + i;
            try {
                simulation.accept(seed);
            } catch (AssertionError | RuntimeException e) {
                System.out.println(canary + " noticed after " + (i + 1) + " runs: seed " + seed + ": "
                        + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
                return true;
            }
        }
        System.out.println(canary + " not noticed from seed " + FIRST_SEED);
        return false;
    }
}
