package io.nvmredis.nvm.sim;

import java.util.function.LongConsumer;

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
    /** Name of the property by which everything but one run is skipped. */
    public static final String SEED = "crash.seed";

    /** Pattern of the values of {@link #SEED} by which something is skipped: any. */
    public static final String ANY = ".*";

    private static final String RUNS = "crash.runs";
    private static final long FIRST_SEED = Long.getLong(SEED, Long.getLong("crash.first", System.nanoTime()));

    private CrashRuns() {}

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
}
