package io.nvmredis.engine;

import io.nvmredis.engine.Session.Words;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * How scores are spelt: for clients as Redis does, and infinite ones so that upstream reads them, which wants {@code +inf}
 * where Redis writes {@code inf}.
 */
final class ScoreWords {
    private static final Set<String> ADD_OPTIONS = Set.of("nx", "xx", "gt", "lt", "ch", "incr");
    private static final byte[] POSITIVE = "+inf".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NEGATIVE = "-inf".getBytes(StandardCharsets.US_ASCII);

    /** Up to here every whole number is a double, and is written without an exponent. */
    private static final double MAX_WHOLE = 1L << 53;

    private ScoreWords() {}

    /** A score as a client is told it: read again, it is the same one. */
    static String of(double score) {
        if (Double.isInfinite(score)) {
            return score > 0 ? "inf" : "-inf";
        }
        if (score == Math.rint(score) && Math.abs(score) <= MAX_WHOLE) {
            return score == 0 && 1 / score < 0 ? "-0" : Long.toString((long) score);
        }
        return Double.toString(score).replace("E-", "e-").replace("E", "e+");
    }

    /** The words of a command, with its scores so spelt. */
    static List<byte[]> spelt(String command, List<byte[]> words) {
        return switch (command) {
            case "zadd" -> spelt(words, firstScore(words), 2, words.size());
            case "zincrby" -> spelt(words, 2, 1, 3);
            case "zremrangebyscore" -> spelt(words, 2, 1, 4);
            default -> words;
        };
    }

    private static int firstScore(List<byte[]> words) {
        int at = 2;
        while (at < words.size() && ADD_OPTIONS.contains(lowerCase(words.get(at)))) {
            at++;
        }
        return at;
    }

    private static List<byte[]> spelt(List<byte[]> words, int first, int step, int end) {
        List<byte[]> spelt = words;
        for (int i = first; i < Math.min(end, words.size()); i += step) {
            byte[] score = spelt(words.get(i));
            if (score != words.get(i)) {
                spelt = spelt == words ? new ArrayList<>(words) : spelt;
                spelt.set(i, score);
            }
        }
        return spelt;
    }

    private static byte[] spelt(byte[] score) {
        if (score.length < 3 || score.length > "-infinity".length()) {
            return score;
        }
        return switch (lowerCase(score)) {
            case "inf", "infinity", "+infinity" -> POSITIVE;
            case "-infinity" -> NEGATIVE;
            default -> score;
        };
    }

    private static String lowerCase(byte[] word) {
        return Words.excerpt(word).toLowerCase(Locale.ROOT);
    }
}
