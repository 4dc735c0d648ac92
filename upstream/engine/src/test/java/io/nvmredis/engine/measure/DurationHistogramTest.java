package io.nvmredis.engine.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class DurationHistogramTest {
    @Test
    void shouldTellPercentilesToOnePartIn128() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        long[] durations = new long[5_000];
        DurationHistogram histogram = new DurationHistogram();
        for (int i = 0; i < durations.length; i++) {
            durations[i] = 1 + (long) Math.exp(random.nextDouble() * 20.7);
            histogram.add(durations[i]);
        }
        Arrays.sort(durations);
        assertThat(histogram.count()).isEqualTo(durations.length);
        for (double percent : new double[] {0, 1, 50, 90, 99, 99.9, 100}) {
            int index = Math.max(1, (int) (percent / 100 * durations.length + 0.5)) - 1;
            long exact = Math.min(durations[index], 1_000_000_000);
            assertThat(histogram.percentileNanos(percent))
                    .as("percentile %s of seed %s", percent, seed)
                    .isBetween(exact, exact + exact / 128 + 1);
        }
    }

    /** The lengths that redis-server shows, in microseconds. */
    @Test
    void shouldCountUpToLengthsThatDouble() {
        DurationHistogram histogram = new DurationHistogram();
        histogram.add(0);
        histogram.add(1_031);
        histogram.add(1_032);
        histogram.add(33_000);
        histogram.add(33_024);
        histogram.add(2_000_000_000);
        TreeMap<Long, Long> counts = new TreeMap<>();
        histogram.forEachDoubling((upToNanos, count) -> counts.put(upToNanos, count));
        assertThat(counts).hasToString("{1031=2, 2063=3, 33023=4, 66047=5, 1082130431=6}");
    }

    @Test
    void shouldShowNothingBeforeAnythingIsCounted() {
        DurationHistogram histogram = new DurationHistogram();
        histogram.forEachDoubling((upToNanos, count) -> {
            throw new AssertionError(upToNanos + " " + count);
        });
        assertThat(histogram.percentileNanos(50)).isZero();
    }
}
