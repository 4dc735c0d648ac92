package io.nvmredis.bench.result;

import java.util.Arrays;
import java.util.Collection;

/** A few measurements of one thing: the median, the quartiles, and the ends. */
public record Spread(double median, double lowerQuartile, double upperQuartile, double least, double most, int count) {

    /**
     * The spread of measurements.
     *
     * @throws IllegalArgumentException if there are none
     */
    public static Spread of(Collection<Double> measurements) {
        double[] sorted =
                measurements.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        if (sorted.length == 0) {
            throw new IllegalArgumentException("no measurements");
        }
        return new Spread(
                quantile(sorted, 0.5),
                quantile(sorted, 0.25),
                quantile(sorted, 0.75),
                sorted[0],
                sorted[sorted.length - 1],
                sorted.length);
    }

    public static Spread of(double... measurements) {
        return of(Arrays.stream(measurements).boxed().toList());
    }

    /** Between neighbours it is interpolated, as spreadsheets do it. */
    private static double quantile(double[] sorted, double quantile) {
        double place = quantile * (sorted.length - 1);
        int below = (int) place;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }
}
