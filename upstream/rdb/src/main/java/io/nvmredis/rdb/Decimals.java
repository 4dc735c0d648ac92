package io.nvmredis.rdb;

/** Decimal spellings of integers of 64 bits. */
final class Decimals {
    private static final int MAX_DIGITS = 19;

    private Decimals() {}

    /** Returns whether the bytes are the canonical spelling of an integer, which can then be kept as that integer. */
    static boolean isCanonical(byte[] bytes, int offset, int length) {
        int digits = length;
        int at = offset;
        boolean isNegative = length > 0 && bytes[offset] == '-';
        if (isNegative) {
            digits--;
            at++;
        }
        if (digits == 0 || digits > MAX_DIGITS) {
            return false;
        }
        if (bytes[at] == '0') {
            return digits == 1 && !isNegative;
        }
        for (int end = at + digits, i = at; i < end; i++) {
            if (bytes[i] < '0' || bytes[i] > '9') {
                return false;
            }
        }
        return digits < MAX_DIGITS || fits(bytes, offset, length, isNegative);
    }

    private static boolean fits(byte[] bytes, int offset, int length, boolean isNegative) {
        // An integer within the range keeps its sign; one beyond it has overflowed to the other sign.
        long value = parse(bytes, offset, length);
        return isNegative ? value < 0 : value > 0;
    }

    /** Returns the integer that the canonical spelling stands for. */
    static long parse(byte[] bytes, int offset, int length) {
        int at = offset;
        int end = offset + length;
        boolean isNegative = bytes[at] == '-';
        if (isNegative) {
            at++;
        }
        long value = 0;
        for (; at < end; at++) {
            value = value * 10 - (bytes[at] - '0');
        }
        return isNegative ? value : -value;
    }
}
