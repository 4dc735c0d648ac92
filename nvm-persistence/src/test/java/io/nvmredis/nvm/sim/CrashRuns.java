package io.nvmredis.nvm.sim;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/**
 * Which runs of a crash simulation take place, all given by system properties:
 *
 * <ul>
 *   <li>{@code crash.runs}: number of random runs per simulation, each with a seed of its own, one higher than the last.
 *   <li>{@code crash.first}: seed of the first run; the time unless it is given. Seeds of canaries begin there too.
 *   <li>{@code crash.seed}: seed of the only run. Every other run, every canary and every directed case of the class is
 *       skipped, and so are the totals that only many runs reach.
 * </ul>
 */
public final class CrashRuns {
    private static final String SEED = "crash.seed";
    private static final String RUNS = "crash.runs";
    private static final long FIRST_SEED = Long.getLong(SEED, Long.getLong("crash.first", System.nanoTime()));

    private CrashRuns() {}

    /** Marks a canary or a directed case, which is skipped when one run is repeated. */
    @Target(ElementType.METHOD)
    @Retention(RetentionPolicy.RUNTIME)
    @DisabledIfSystemProperty(named = SEED, matches = ".*", disabledReason = "one run is repeated, and nothing more")
    public @interface SkippedInReplay {}

    /** Whether one run is repeated, and nothing more. */
    public static boolean isReplay() {
        return System.getProperty(SEED) != null;
    }

    /** Whether more, or fewer, runs than usual were asked for. */
    public static boolean isCountGiven() {
        return Integer.getInteger(RUNS) != null;
    }

    /** Number of runs, given the usual one. */
    public static int count(int usual) {
        return isReplay() ? 1 : Integer.getInteger(RUNS, usual);
    }

    /** Seed of the first run. */
    public static long firstSeed() {
        return FIRST_SEED;
    }

    /** Runs a simulation with each seed, and says of a run that fails how it is repeated. */
    public static void forEachSeed(Class<?> test, int usual, LongConsumer simulation) {
        int count = count(usual);
        System.out.println("first seed " + FIRST_SEED + ", " + count + " runs");
        for (int i = 0; i < count; i++) {
            long seed = FIRST_SEED + i;
            try {
                simulation.accept(seed);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError(
                        "repeat with -Dtest=" + test.getSimpleName() + " -D" + SEED + "=" + seed + ": "
                                + e.getMessage(),
                        e);
            }
        }
    }

    /** Whether one of so many runs with a fault put in, a canary, fails. Says which was the first. */
    public static boolean isNoticed(Object canary, int runs, LongConsumer simulation) {
        for (int i = 0; i < runs; i++) {
            try {
                simulation.accept(FIRST_SEED + i);
            } catch (AssertionError e) {
                System.out.println(canary + " noticed after " + (i + 1) + " runs: "
                        + e.getMessage().lines().findFirst().orElse(""));
                return true;
            }
        }
        System.out.println(canary + " not noticed from seed " + FIRST_SEED);
        return false;
    }
}
