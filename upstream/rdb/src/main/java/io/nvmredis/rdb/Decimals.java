package io.nvmredis.rdb;

/** Integers of 64 bits spelt in decimal. */
final class Decimals {
    private static final int MAX_DIGITS = 19;

    private Decimals() {}

    /** Whether this is the very spelling of an integer, so that it can be kept as one. */
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
        // The sum has the sign of the number, unless it has gone past the end of the range.
        long value = parse(bytes, offset, length);
        return isNegative ? value < 0 : value > 0;
    }

    /** The integer whose canonical spelling this is. */
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
