package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.exception.ArgumentException;
import io.nvmredis.engine.bytes.LongDoubles;
import io.nvmredis.engine.bytes.RawBytes;
import io.nvmredis.engine.catalog.Arguments;
import io.nvmredis.engine.errors.ErrorReplies;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;

/** Reads the words that blocking commands have in common, with Redis's errors. */
final class DemandWords {

    private static final String NEGATIVE = "ERR timeout is negative";
    private static final String OUT_OF_RANGE = "ERR timeout is out of range";

    private DemandWords() {}

    /** Reads a time in seconds, and returns it in milliseconds. */
    static long seconds(Slice word) {
        BigDecimal seconds = LongDoubles.parse(RawBytes.of(word));
        if (seconds == null) {
            throw new ArgumentException("ERR timeout is not a float or out of range");
        }
        boolean isNegative = LongDoubles.isInfinite(seconds) ? word.data()[0] == '-' : seconds.signum() < 0;
        if (isNegative) {
            throw new ArgumentException(NEGATIVE);
        }
        BigDecimal millis = seconds.movePointRight(3).setScale(0, RoundingMode.CEILING);
        if (millis.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
            throw new ArgumentException(OUT_OF_RANGE);
        }
        return checked(millis.longValueExact());
    }

    static long milliseconds(Slice word) {
        return checked(new Arguments(List.of(word)).integer(0, "ERR timeout is not an integer or out of range"));
    }

    private static long checked(long millis) {
        if (millis < 0) {
            throw new ArgumentException(NEGATIVE);
        }
        if (millis > Long.MAX_VALUE - System.currentTimeMillis()) {
            throw new ArgumentException(OUT_OF_RANGE);
        }
        return millis;
    }

    /** Reads a number that must be greater than 0. */
    static long positive(Slice word, String name) {
        String error = "ERR " + name + " should be greater than 0";
        long number = new Arguments(List.of(word)).integer(0, error);
        if (number <= 0) {
            throw new ArgumentException(error);
        }
        return number;
    }

    /** Tells whether a word is the second of two; it must be one of them. */
    static boolean isSecond(Slice word, String first, String second) {
        String choice = word.toString().toLowerCase(Locale.ROOT);
        if (!choice.equals(first) && !choice.equals(second)) {
            throw new ArgumentException(ErrorReplies.SYNTAX);
        }
        return choice.equals(second);
    }

    /**
     * Words that LMPOP, ZMPOP and their blocking forms have in common: the number of keys, the keys, the end to take
     * from, and COUNT.
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
