package io.nvmredis.transfer;

import io.nvmredis.spi.ValueType;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Counts what was moved, and what was left out for which reason. One thread. */
final class Tally {
    private final Map<ValueType, Long> keys = new EnumMap<>(ValueType.class);
    private final Map<String, Long> skipped = new TreeMap<>();
    private long commands;
    private long libraries;
    private long bytes;

    void key(ValueType type) {
        keys.merge(type, 1L, Long::sum);
    }

    /** Counts one thing left out, for a reason in a word or two. */
    void skip(String reason) {
        skip(reason, 1);
    }

    void skip(String reason, long count) {
        skipped.merge(reason, count, Long::sum);
    }

    void commands(long count) {
        commands += count;
    }

    /** Counts a library of functions. */
    void library() {
        libraries++;
    }

    void bytes(long count) {
        bytes += count;
    }

    /** Drops the counts of keys and commands, because the data set is begun anew. */
    void reset() {
        keys.clear();
        commands = 0;
        libraries = 0;
    }

    long keyCount() {
        return keys.values().stream().mapToLong(Long::longValue).sum();
    }

    long commandCount() {
        return commands;
    }

    /** Returns the summary in several lines: keys by type, what was left out, and the time it took. */
    String summary(String done, long nanos) {
        Rate rate = new Rate(bytes, keyCount(), nanos);
        StringBuilder text = new StringBuilder(done)
                .append(' ')
                .append(keyCount())
                .append(" keys")
                .append(list(keys.entrySet().stream()
                        .map(entry -> entry.getKey().name().toLowerCase(Locale.ROOT) + " " + entry.getValue())
                        .collect(Collectors.joining(", "))));
        if (commands > 0) {
            text.append(" and ").append(commands).append(" commands");
        }
        if (libraries > 0) {
            text.append(" and ").append(libraries).append(" libraries of functions");
        }
        text.append(String.format(
                Locale.ROOT, ", %s in %.1f s: %s%n", Rate.megabytes(bytes), rate.seconds(), rate.throughput()));
        skipped.forEach(
                (reason, count) -> text.append(String.format(Locale.ROOT, "  skipped %d: %s%n", count, reason)));
        return text.toString();
    }

    private static String list(String items) {
        return items.isEmpty() ? "" : " (" + items + ")";
    }
}
