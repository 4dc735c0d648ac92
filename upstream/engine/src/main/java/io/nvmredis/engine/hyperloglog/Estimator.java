package io.nvmredis.engine.hyperloglog;

/**
 * Estimator of the number of counted elements from the number of registers per value: algorithm 6 of Ertl's paper, with
 * the order of operations of Redis, so that each rounding is the same.
 */
final class Estimator {
    /** Constant 1 / (2 ln 2). */
    private static final double ALPHA = 0.7213475204444817;

    private static final double REGISTERS = Encoding.REGISTER_COUNT;
    /** Number of bits of the hash from which values are made; the highest value is one more. */
    private static final int RANK_BITS = 50;

    /**
     * Estimate from which Redis has the number that its processor makes of an overflow; no elements lead to such an
     * estimate.
     */
    private static final double BEYOND = 0x1p63;

    private Estimator() {}

    /** Returns the estimate, where {@code registers[v]} registers have the value {@code v}. */
    static long estimate(int[] registers) {
        double sum = REGISTERS * tau((REGISTERS - registers[RANK_BITS + 1]) / REGISTERS);
        for (int value = RANK_BITS; value >= 1; value--) {
            sum = (sum + registers[value]) * 0.5;
        }
        sum += REGISTERS * sigma(registers[0] / REGISTERS);
        double estimate = ALPHA * REGISTERS * REGISTERS / sum;
        return estimate < BEYOND ? Math.round(estimate) : Long.MIN_VALUE;
    }

    private static double sigma(double zeroes) {
        if (zeroes == 1) {
            return Double.POSITIVE_INFINITY;
        }
        double power = zeroes;
        double weight = 1;
        double sum = zeroes;
        double before;
        do {
            power *= power;
            before = sum;
            sum += power * weight;
            weight += weight;
        } while (before != sum);
        return sum;
    }

    private static double tau(double unsaturated) {
        if (unsaturated == 0 || unsaturated == 1) {
            return 0;
        }
        double root = unsaturated;
        double weight = 1;
        double sum = 1 - unsaturated;
        double before;
        do {
            root = Math.sqrt(root);
            before = sum;
            weight *= 0.5;
            sum -= (1 - root) * (1 - root) * weight;
        } while (before != sum);
        return sum / 3;
    }
}
