package io.nvmredis.bench;

import java.util.Arrays;
import java.util.List;

/** Quantiles of a few measurements. */
final class Quantiles {
    private Quantiles() {}

    /** The measurement nearest to a quantile from 0 to 1. */
    static double of(List<Double> values, double quantile) {
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
        Arrays.sort(sorted);
        return sorted[(int) Math.round(quantile * (sorted.length - 1))];
    }
}
