package io.nvmredis.engine;

import com.github.fppt.jedismock.Utils;
import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.exception.ArgumentException;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** Reads the words that blocking commands have in common, with Redis's errors. */
final class DemandWords {

    private static final Pattern DECIMAL = Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");
    private static final Pattern INFINITE = Pattern.compile("[+-]?inf(inity)?", Pattern.CASE_INSENSITIVE);

    private DemandWords() {}

    /** A time in seconds, as milliseconds. */
    static long seconds(Slice word) {
        String text = word.toString();
        double seconds;
        if (INFINITE.matcher(text).matches()) {
            seconds = text.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
        } else if (DECIMAL.matcher(text).matches()) {
            seconds = Double.parseDouble(text);
        } else {
            throw new ArgumentException("ERR timeout is not a float or out of range");
        }
        double millis = Math.ceil(seconds * 1000);
        if (millis >= Long.MAX_VALUE) {
            throw new ArgumentException("ERR timeout is out of range");
        }
        return checked((long) millis);
    }

    static long milliseconds(Slice word) {
        OptionalLong millis = Utils.parseRedisLong(word.toString());
        if (millis.isEmpty()) {
            throw new ArgumentException("ERR timeout is not an integer or out of range");
        }
        return checked(millis.getAsLong());
    }

    private static long checked(long millis) {
        if (millis < 0) {
            throw new ArgumentException("ERR timeout is negative");
        }
        if (millis > Long.MAX_VALUE - System.currentTimeMillis()) {
            throw new ArgumentException("ERR timeout is out of range");
        }
        return millis;
    }

    /** A number that is to be greater than 0. */
    static long positive(Slice word, String name) {
        OptionalLong number = Utils.parseRedisLong(word.toString());
        if (number.isEmpty() || number.getAsLong() <= 0) {
            throw new ArgumentException("ERR " + name + " should be greater than 0");
        }
        return number.getAsLong();
    }

    /** Which of two words it is: whether it is the second. */
    static boolean isSecond(Slice word, String first, String second) {
        String choice = word.toString().toLowerCase(Locale.ROOT);
        if (!choice.equals(first) && !choice.equals(second)) {
            throw new ArgumentException(ErrorReplies.SYNTAX);
        }
        return choice.equals(second);
    }

    /**
     * How many keys, the keys, from which end, and COUNT: what LMPOP, ZMPOP and their blocking forms have in common.
     *
     * @param isFromSecondEnd whether the second of the two words was given
     */
    record Several(List<Slice> keys, boolean isFromSecondEnd, long count) {

        static Several of(List<Slice> words, String firstEnd, String secondEnd) {
            long keyCount = positive(words.get(0), "numkeys");
            if (keyCount > words.size() - 2) {
                throw new ArgumentException(ErrorReplies.SYNTAX);
            }
            int end = 1 + (int) keyCount;
            boolean isFromSecondEnd = isSecond(words.get(end), firstEnd, secondEnd);
            List<Slice> options = words.subList(end + 1, words.size());
            if (options.isEmpty()) {
                return new Several(words.subList(1, end), isFromSecondEnd, 1);
            }
            if (options.size() != 2 || !options.get(0).toString().equalsIgnoreCase("count")) {
                throw new ArgumentException(ErrorReplies.SYNTAX);
            }
            return new Several(words.subList(1, end), isFromSecondEnd, positive(options.get(1), "count"));
        }
    }
}
