package io.nvmredis.engine.script;

import java.util.concurrent.ThreadLocalRandom;

/** Generator of {@code math.random}: drand48(3), as in Redis. */
final class ScriptRandom {
    private static final long MULTIPLIER = 0x5DEECE66DL;
    private static final long ADDEND = 0xB;
    private static final long MASK = (1L << 48) - 1;
    private static final long LOW_SEED = 0x330E;

    private long state;

    /** Makes a generator with a random seed, so that each script has other numbers, whatever seed another has set. */
    ScriptRandom() {
        seed(ThreadLocalRandom.current().nextInt());
    }

    void seed(int seed) {
        state = ((seed & 0xffffffffL) << 16) | LOW_SEED;
    }

    /** Returns the next number, at least 0 and less than 1. */
    double next() {
        state = (state * MULTIPLIER + ADDEND) & MASK;
        long value = state >>> 17;
        return value % Integer.MAX_VALUE / (double) Integer.MAX_VALUE;
    }
}
