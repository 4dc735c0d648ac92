package io.nvmredis.engine.measure;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * How many commands were run, and bytes came and went, per second in the last moments: about a second and a half, if
 * {@link #sample} is called ten times a second. Any thread.
 */
final class RecentRates {
    private static final int SAMPLES = 16;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final int UNIT = 1024;

    private record Sample(long nanos, long commands, long inputBytes, long outputBytes) {}

    /** The last samples; the next one replaces the oldest. Guarded by this. */
    private final Sample[] samples = new Sample[SAMPLES];

    private int next;

    synchronized void sample(long nanos, long commands, long inputBytes, long outputBytes) {
        samples[next] = new Sample(nanos, commands, inputBytes, outputBytes);
        next = (next + 1) % SAMPLES;
    }

    /** Returns the rates by Redis's names. They are 0 until there are two samples, and when counts were reset. */
    synchronized Map<String, String> all() {
        Sample newest = samples[(next + SAMPLES - 1) % SAMPLES];
        Sample oldest = samples[next] == null ? samples[0] : samples[next];
        Map<String, String> rates = new LinkedHashMap<>();
        boolean isKnown = oldest != null && newest.nanos > oldest.nanos;
        double seconds = isKnown ? (newest.nanos - oldest.nanos) / NANOS_PER_SECOND : 1;
        long commands = isKnown ? newest.commands - oldest.commands : 0;
        long input = isKnown ? newest.inputBytes - oldest.inputBytes : 0;
        long output = isKnown ? newest.outputBytes - oldest.outputBytes : 0;
        rates.put("instantaneous_ops_per_sec", Long.toString(Math.max(0, Math.round(commands / seconds))));
        rates.put("instantaneous_input_kbps", kilobytes(input / seconds));
        rates.put("instantaneous_output_kbps", kilobytes(output / seconds));
        return rates;
    }

    private static String kilobytes(double bytes) {
        return String.format(Locale.ROOT, "%.2f", Math.max(0, bytes / UNIT));
    }
}
