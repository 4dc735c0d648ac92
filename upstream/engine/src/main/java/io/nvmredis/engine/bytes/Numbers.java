package io.nvmredis.engine.bytes;

import com.github.fppt.jedismock.datastructures.Slice;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.OptionalLong;

/** Reading of whole numbers as in Redis: no plus, no leading zeros, no space, within 64 bits. */
public final class Numbers {
    public static final String NOT_AN_INTEGER = "ERR value is not an integer or out of range";

    /**
     * Result for a text that is no such number. It cannot be told from the number of this value: see {@link #parseAny}.
     */
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
        // The digits are added up as a negative number, because negative numbers reach one further.
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

    /**
     * Returns the number for which a text stands, where {@link #NONE} may be meant as a number, too; empty if it is no
     * number.
     */
    public static OptionalLong parseAny(byte[] text) {
        long number = parse(text);
        return number == NONE && !Arrays.equals(text, LOWEST) ? OptionalLong.empty() : OptionalLong.of(number);
    }

    /**
     * Returns the number that C's {@code strtoull} reads up to the end of a text or to a zero byte; a negative number
     * becomes one of the highest. Returns empty for a text without digits.
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
     * Returns the cursor of a scan, read like {@link #parseUnsigned}, except that no space may precede it and that an
     * empty text is 0; {@link #NONE} if the text is no cursor. Cursors returned by a scan have 48 bits at most.
     */
    public static long parseCursor(Slice word) {
        byte[] text = RawBytes.of(word);
        if (text.length == 0 || text[0] == 0) {
            return 0;
        }
        OptionalLong number = isSpace(text[0]) ? OptionalLong.empty() : parseUnsigned(text);
        // No scan returns a cursor whose highest bit is set, so no keys follow it.
        return number.isEmpty() ? NONE : number.getAsLong() & Long.MAX_VALUE;
    }
}
