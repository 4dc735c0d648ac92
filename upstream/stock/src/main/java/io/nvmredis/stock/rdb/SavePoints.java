package io.nvmredis.stock.rdb;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * When a data set is saved by itself: {@code save <seconds> <changes> …}. One of the points suffices.
 *
 * @param points none if it is never saved by itself
 */
record SavePoints(List<Point> points) {

    SavePoints {
        points = List.copyOf(points);
    }

    /** So many changes at least, when so many seconds have passed since the last save. */
    record Point(long seconds, long changes) {}

    /** Reads what a user has written, or returns null if that is not pairs of numbers. */
    static @Nullable SavePoints parse(String text) {
        String[] words = text.isBlank() ? new String[0] : text.strip().split("\\s+");
        if (words.length % 2 != 0) {
            return null;
        }
        List<Point> points = new ArrayList<>();
        for (int i = 0; i < words.length; i += 2) {
            Long seconds = number(words[i]);
            Long changes = number(words[i + 1]);
            if (seconds == null || changes == null || seconds < 1) {
                return null;
            }
            points.add(new Point(seconds, changes));
        }
        return new SavePoints(points);
    }

    private static @Nullable Long number(String word) {
        return word.matches("[0-9]{1,18}") ? Long.valueOf(word) : null;
    }

    boolean areNone() {
        return points.isEmpty();
    }

    /** Whether it is time. */
    boolean areReached(long changes, long secondsSinceSave) {
        return points.stream().anyMatch(point -> changes >= point.changes && secondsSinceSave > point.seconds);
    }

    /** As CONFIG GET shows them. */
    @Override
    public String toString() {
        return points.stream().map(point -> point.seconds + " " + point.changes).collect(Collectors.joining(" "));
    }
}
