package io.nvmredis.engine.commands;

import io.nvmredis.engine.measure.CommandFigures;
import io.nvmredis.engine.measure.CommandMeter;
import io.nvmredis.engine.measure.DurationHistogram;
import java.util.Locale;
import java.util.function.BiConsumer;

/** The sections of INFO on commands and their errors. */
final class CommandsReport {
    private static final double NANOS_PER_MICRO = 1000;

    private final CommandMeter meter;
    private final BiConsumer<String, String> field;

    CommandsReport(CommandMeter meter, BiConsumer<String, String> field) {
        this.meter = meter;
        this.field = field;
    }

    void commands() {
        for (CommandFigures figures : meter.used()) {
            long calls = figures.calls();
            double each = calls == 0 ? 0 : (double) figures.micros() / calls;
            field.accept(
                    "cmdstat_" + figures.name(),
                    "calls=" + calls + ",usec=" + figures.micros()
                            + String.format(Locale.ROOT, ",usec_per_call=%.2f", each) + ",rejected_calls="
                            + figures.rejectedCalls() + ",failed_calls=" + figures.failedCalls());
        }
    }

    void errors() {
        meter.errors().forEach((code, count) -> field.accept("errorstat_" + code, "count=" + count));
    }

    void latencies() {
        String[] percentiles = meter.settings().percentiles();
        for (CommandFigures figures : meter.used()) {
            DurationHistogram histogram = figures.histogram();
            if (histogram != null) {
                StringBuilder text = new StringBuilder();
                for (String percentile : percentiles) {
                    double micros = histogram.percentileNanos(Double.parseDouble(percentile)) / NANOS_PER_MICRO;
                    text.append(text.isEmpty() ? "p" : ",p")
                            .append(percentile)
                            .append(String.format(Locale.ROOT, "=%.3f", micros));
                }
                field.accept("latency_percentiles_usec_" + figures.name(), text.toString());
            }
        }
    }
}
