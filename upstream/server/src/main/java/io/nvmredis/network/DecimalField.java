package io.nvmredis.network;

/**
 * Reads the decimal number of a RESP header, a byte at a time, as strictly as Redis: no leading zero, no plus sign, no
 * blank, within 64 bits.
 */
final class DecimalField {
    private static final long SMALLEST_TENTH = Long.MIN_VALUE / 10;

    private int length;
    private int digitCount;
    private boolean negative;
    private boolean invalid;
    /** The number so far, negated: there is one more negative number than there are positive ones. */
    private long negated;

    void reset() {
        length = 0;
        digitCount = 0;
        negative = false;
        invalid = false;
        negated = 0;
    }

    void accept(byte b) {
        int digit = b - '0';
        if (digit >= 0 && digit <= 9) {
            invalid |= digitCount > 0 && negated == 0;
            append(digit);
        } else if (b == '-' && length == 0) {
            negative = true;
        } else {
            invalid = true;
        }
        length++;
    }

    private void append(int digit) {
        if (negated < SMALLEST_TENTH || negated * 10 < Long.MIN_VALUE + digit) {
            invalid = true;
            return;
        }
        negated = negated * 10 - digit;
        digitCount++;
    }

    boolean isValid() {
        boolean plusOverflow = !negative && negated == Long.MIN_VALUE;
        boolean minusZero = negative && negated == 0;
        return !invalid && digitCount > 0 && !plusOverflow && !minusZero;
    }

    /** Returns the number, if it is valid. */
    long value() {
        return negative ? negated : -negated;
    }
}
