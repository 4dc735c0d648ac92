package io.nvmredis.tools;

import io.nvmredis.spi.DirectoryView;
import io.nvmredis.spi.KeyInfo;
import io.nvmredis.spi.ValueType;
import io.nvmredis.spi.ValueVisitor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;

/** Counts the keys of a view by database and type, and keeps the largest. One thread. */
public final class KeyFigures {
    private final int largestCount;
    private final Map<Integer, OfDatabase> databases = new TreeMap<>();
    private final PriorityQueue<Large> largest =
            new PriorityQueue<>(Comparator.comparingLong(large -> large.info().storedBytes()));
    private long unreadableCount;

    /** Key among the largest. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Large(int database, byte[] key, KeyInfo info) {}

    private static final class OfDatabase {
        private final Map<ValueType, Long> keys = new EnumMap<>(ValueType.class);
        private final Map<ValueType, Long> bytes = new EnumMap<>(ValueType.class);
        private long deadlines;

        void add(KeyInfo info) {
            keys.merge(info.type(), 1L, Long::sum);
            bytes.merge(info.type(), info.storedBytes(), Long::sum);
            deadlines += info.deadlineMillis() == ValueVisitor.NO_DEADLINE ? 0 : 1;
        }
    }

    /**
     * Makes figures of no keys.
     *
     * @param largestCount number of the largest keys that are kept
     */
    public KeyFigures(int largestCount) {
        this.largestCount = largestCount;
    }

    /** Counts the keys of a view. */
    public void count(DirectoryView view) {
        view.visitKeys(this::add, unreadable -> unreadableCount++);
    }

    private void add(int database, byte[] key, KeyInfo info) {
        databases.computeIfAbsent(database, number -> new OfDatabase()).add(info);
        largest.add(new Large(database, key, info));
        if (largest.size() > largestCount) {
            largest.remove();
        }
    }

    /** Adds what was counted to a tree. */
    public void addTo(FigureTree figures) {
        databases.forEach((number, counts) -> {
            FigureTree item = figures.item("databases");
            item.number("db", number);
            item.number(
                    "keys",
                    counts.keys.values().stream().mapToLong(Long::longValue).sum());
            item.number("with_deadline", counts.deadlines);
            FigureTree types = item.group("types");
            counts.keys.forEach((type, count) -> {
                FigureTree ofType = types.group(type.name().toLowerCase(Locale.ROOT));
                ofType.number("keys", count);
                ofType.number("stored_bytes", counts.bytes.getOrDefault(type, 0L));
            });
        });
        figures.number("unreadable_keys", unreadableCount);
        List<Large> sorted = new ArrayList<>(largest);
        sorted.sort(Comparator.comparingLong((Large large) -> large.info().storedBytes())
                .reversed());
        for (Large large : sorted) {
            FigureTree item = figures.item("largest_keys");
            item.bytes("key", large.key());
            item.number("db", large.database());
            item.text("type", large.info().type().name().toLowerCase(Locale.ROOT));
            item.number("stored_bytes", large.info().storedBytes());
        }
    }
}
