package io.nvmredis.stock.rdb;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Conditions on which a data set is saved automatically: {@code save <seconds> <changes> …}. One of the points
 * suffices.
 *
 * @param points points, of which there are none if the data set is never saved automatically
 */
record SavePoints(List<Point> points) {

    SavePoints {
        points = List.copyOf(points);
    }

    /**
     * Point that is reached when at least {@code changes} changes have been made and more than {@code seconds} seconds
     * have passed since the last save.
     */
    record Point(long seconds, long changes) {}

    /** Parses a user's setting. Returns null if it does not consist of pairs of numbers. */
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

    /** Returns whether one of the points is reached. */
    boolean areReached(long changes, long secondsSinceSave) {
        return points.stream().anyMatch(point -> changes >= point.changes && secondsSinceSave > point.seconds);
    }

    /** Returns the points as CONFIG GET shows them. */
    @Override
    public String toString() {
        return points.stream().map(point -> point.seconds + " " + point.changes).collect(Collectors.joining(" "));
    }
}
