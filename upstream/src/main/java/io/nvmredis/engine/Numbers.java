package io.nvmredis.engine;

import com.github.fppt.jedismock.datastructures.Slice;

/** Whole numbers as Redis reads them: no plus, no leading zeros, no space, within 64 bits. */
final class Numbers {
    static final String NOT_AN_INTEGER = "ERR value is not an integer or out of range";

    /** Stands for what is no such number; the number of this value cannot be told from it, and nothing needs it. */
    static final long NONE = Long.MIN_VALUE;

    private Numbers() {}

    static long parse(Slice text) {
        return parse(RawBytes.of(text));
    }

    static long parse(byte[] text) {
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

    /** A cursor of a scan, which has no sign; {@link #NONE} if it is none. Cursors given out have 48 bits at most. */
    static long parseCursor(Slice text) {
        String digits = text.toString();
        if (digits.isEmpty() || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return NONE;
        }
        try {
            // One that has the highest bit set was not given out: there is nothing behind it.
            return Long.parseUnsignedLong(digits) & Long.MAX_VALUE;
        } catch (NumberFormatException e) {
            return NONE;
        }
    }
}
