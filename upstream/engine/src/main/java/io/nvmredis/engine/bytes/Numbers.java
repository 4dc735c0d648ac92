package io.nvmredis.engine.bytes;

import com.github.fppt.jedismock.datastructures.Slice;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.OptionalLong;

/** Whole numbers as Redis reads them: no plus, no leading zeros, no space, within 64 bits. */
public final class Numbers {
    public static final String NOT_AN_INTEGER = "ERR value is not an integer or out of range";

    /** Stands for what is no such number; the number of this value cannot be told from it: see {@link #parseAny}. */
    public static final long NONE = Long.MIN_VALUE;

    private static final byte[] LOWEST = Long.toString(Long.MIN_VALUE).getBytes(StandardCharsets.US_ASCII);

    private Numbers() {}

    public static long parse(Slice text) {
        return parse(RawBytes.of(text));
    }

    public static long parse(byte[] text) {
        boolean isNegative = text.length > 0 && text[0] == '-';
        int at = isNegative ? 1 : 0;
        if (at == text.length || text.length > 20) {
            return NONE;
        }
        if (text[at] == '0') {
            return text.length == 1 ? 0 : NONE;
        }
        // Negative numbers reach one further.
        long number = 0;
        for (; at < text.length; at++) {
            int digit = text[at] - '0';
            if (digit < 0 || digit > 9 || number < (Long.MIN_VALUE + digit) / 10) {
                return NONE;
            }
            number = number * 10 - digit;
        }
        return isNegative || number == Long.MIN_VALUE ? number : -number;
    }

    /** The same for where every number may be meant. */
    public static OptionalLong parseAny(byte[] text) {
        long number = parse(text);
        return number == NONE && !Arrays.equals(text, LOWEST) ? OptionalLong.empty() : OptionalLong.of(number);
    }

    /**
     * A number as C's {@code strtoull} reads it, to the end of a text or to a zero byte: a negative one is one of the highest.
     * None without digits.
     */
    public static OptionalLong parseUnsigned(byte[] text) {
        int at = 0;
        while (at < text.length && isSpace(text[at])) {
            at++;
        }
        boolean isNegative = at < text.length && text[at] == '-';
        if (isNegative || (at < text.length && text[at] == '+')) {
            at++;
        }
        int end = at;
        while (end < text.length && text[end] != 0) {
            if (text[end] < '0' || text[end] > '9') {
                return OptionalLong.empty();
            }
            end++;
        }
        try {
            long number = Long.parseUnsignedLong(new String(text, at, end - at, StandardCharsets.US_ASCII));
            return OptionalLong.of(isNegative ? -number : number);
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    private static boolean isSpace(byte letter) {
        return letter == ' ' || (letter >= '\t' && letter <= '\r');
    }

    /**
     * A cursor of a scan, read in this way, but with no space before it, and nothing is 0; {@link #NONE} if it is none.
     * Cursors given out have 48 bits at most.
     */
    public static long parseCursor(Slice word) {
        byte[] text = RawBytes.of(word);
        if (text.length == 0 || text[0] == 0) {
            return 0;
        }
        OptionalLong number = isSpace(text[0]) ? OptionalLong.empty() : parseUnsigned(text);
        // One that has the highest bit set was not given out: there is nothing behind it.
        return number.isEmpty() ? NONE : number.getAsLong() & Long.MAX_VALUE;
    }
}
