package io.nvmredis.engine.commands;

import io.nvmredis.engine.measure.LatencyEvent;
import io.nvmredis.engine.measure.LatencyEvent.Sample;
import io.nvmredis.engine.measure.LatencyMonitor;
import java.util.List;

/** What LATENCY DOCTOR and LATENCY GRAPH say to people. */
final class LatencyReport {
    private static final int ROWS = 4;
    private static final int SECONDS_PER_MINUTE = 60;
    private static final int SECONDS_PER_HOUR = 3_600;
    private static final int SECONDS_PER_DAY = 86_400;

    /** The marks of a value within its row, from low to high. */
    private static final char[] MARKS = {'_', 'o', '#'};

    private LatencyReport() {}

    static String of(LatencyMonitor monitor) {
        List<LatencyEvent> events = monitor.events();
        if (events.isEmpty()) {
            return monitor.isOn()
                    ? "Nothing took as long as latency-monitor-threshold says.\n"
                    : "Slow moments are not noted. CONFIG SET latency-monitor-threshold <milliseconds> begins to note those"
                            + " that take so long.\n";
        }
        StringBuilder text = new StringBuilder("These events were slow:\n");
        int number = 0;
        for (LatencyEvent event : events) {
            List<Sample> samples = event.samples();
            long sum = samples.stream().mapToLong(Sample::millis).sum();
            number++;
            text.append(number)
                    .append(". ")
                    .append(event.name())
                    .append(": ")
                    .append(samples.size())
                    .append(" samples, ")
                    .append(sum / samples.size())
                    .append(" ms on average, ")
                    .append(event.maxMillis())
                    .append(" ms at most. ")
                    .append(advice(event.name()))
                    .append('\n');
        }
        return text.toString();
    }

    private static String advice(String event) {
        return switch (event) {
            case "command", "fast-command", "command-unblocking" -> "SLOWLOG GET tells which commands took long.";
            case "expire-cycle" -> "Many keys expire at the same time.";
            case "eviction-cycle" -> "Memory is short: give the data a larger budget.";
            case "commit" -> "The medium was slow to make writes durable.";
            default -> "";
        };
    }

    /** Draws the values of an event as columns, with their ages below. */
    static String graph(LatencyEvent event) {
        List<Sample> samples = event.samples();
        long high = samples.stream().mapToLong(Sample::millis).max().orElse(0);
        long low = samples.stream().mapToLong(Sample::millis).min().orElse(0);
        StringBuilder text = new StringBuilder(event.name())
                .append(" - high ")
                .append(high)
                .append(" ms, low ")
                .append(low)
                .append(" ms (all time high ")
                .append(event.maxMillis())
                .append(" ms)\n")
                .append("-".repeat(80))
                .append('\n');
        for (int row = ROWS - 1; row >= 0; row--) {
            for (Sample sample : samples) {
                text.append(mark(sample.millis() - low, high - low, row));
            }
            text.append('\n');
        }
        text.append('\n');
        ages(samples, text);
        return text.toString();
    }

    private static char mark(long value, long range, int row) {
        int steps = ROWS * MARKS.length;
        int step = range == 0 ? 0 : (int) (value * (steps - 1) / range);
        if (step / MARKS.length == row) {
            return MARKS[step % MARKS.length];
        }
        return step / MARKS.length > row ? '|' : ' ';
    }

    private static void ages(List<Sample> samples, StringBuilder text) {
        long now = System.currentTimeMillis() / 1000;
        List<String> ages =
                samples.stream().map(sample -> age(now - sample.timeSeconds())).toList();
        int height = ages.stream().mapToInt(String::length).max().orElse(0);
        for (int row = 0; row < height; row++) {
            for (String age : ages) {
                text.append(row < age.length() ? age.charAt(row) : ' ');
            }
            text.append('\n');
        }
    }

    private static String age(long seconds) {
        if (seconds < SECONDS_PER_MINUTE) {
            return seconds + "s";
        }
        if (seconds < SECONDS_PER_HOUR) {
            return seconds / SECONDS_PER_MINUTE + "m";
        }
        return seconds < SECONDS_PER_DAY ? seconds / SECONDS_PER_HOUR + "h" : seconds / SECONDS_PER_DAY + "d";
    }
}
