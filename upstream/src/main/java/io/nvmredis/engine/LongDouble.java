package io.nvmredis.engine;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/**
 * The numbers of INCRBYFLOAT and HINCRBYFLOAT, as Redis has them on x86: with 64 bits of mantissa, shown with up to 17
 * digits after the point.
 */
final class LongDouble {
    private static final int MANTISSA_BITS = 64;
    private static final int SHOWN_DIGITS = 17;
    /** Redis refuses longer texts. */
    private static final int MAX_LENGTH = 5 * 1024 - 1;
    /** What is further from 1 than this has no place in an exponent of 15 bits. */
    private static final int MAX_DECIMAL_EXPONENT = 4932;

    private static final int MIN_DECIMAL_EXPONENT = -4951;

    private LongDouble() {}

    /** The number that a text stands for, or null if it is none, or not a finite one. */
    static @Nullable BigDecimal parse(String text) {
        if (text.isEmpty() || text.length() > MAX_LENGTH || !isPlain(text)) {
            return null;
        }
        try {
            BigDecimal exact = new BigDecimal(text);
            if (exact.signum() == 0) {
                return BigDecimal.ZERO;
            }
            long exponent = (long) exact.precision() - exact.scale() - 1;
            return exponent > MAX_DECIMAL_EXPONENT || exponent < MIN_DECIMAL_EXPONENT ? null : rounded(exact);
        } catch (ArithmeticException | NumberFormatException e) {
            return null;
        }
    }

    /** Java takes digits of any script. */
    private static boolean isPlain(String text) {
        return text.chars().allMatch(c -> (c >= '0' && c <= '9') || ".+-eE".indexOf(c) >= 0);
    }

    /** Whether text says infinity in one of the ways in which it may be said. */
    static boolean isInfinite(String text) {
        return text.matches("(?i)[+-]?inf(inity)?");
    }

    /** Whether Redis takes a text for a number, infinity being one. */
    static boolean isNumber(String text) {
        return parse(text) != null || isInfinite(text);
    }

    /** The sum of what two such texts stand for, or null if it is infinite or none. */
    static @Nullable BigDecimal sum(String first, String second) {
        BigDecimal one = parse(first);
        BigDecimal other = parse(second);
        if (one == null || other == null) {
            return null;
        }
        BigDecimal sum = one.add(other);
        if (sum.signum() == 0) {
            return BigDecimal.ZERO;
        }
        return (long) sum.precision() - sum.scale() - 1 > MAX_DECIMAL_EXPONENT ? null : rounded(sum);
    }

    /** The nearest number that has so many bits, the even one of two. */
    private static BigDecimal rounded(BigDecimal exact) {
        BigInteger numerator = exact.unscaledValue().abs();
        BigInteger denominator = BigInteger.ONE;
        if (exact.scale() > 0) {
            denominator = BigInteger.TEN.pow(exact.scale());
        } else {
            numerator = numerator.multiply(BigInteger.TEN.pow(-exact.scale()));
        }
        int exponent = numerator.bitLength() - denominator.bitLength() - MANTISSA_BITS;
        BigInteger mantissa = quotient(numerator, denominator, exponent);
        if (mantissa.bitLength() > MANTISSA_BITS) {
            exponent++;
            mantissa = quotient(numerator, denominator, exponent);
        }
        BigDecimal magnitude = exponent >= 0
                ? new BigDecimal(mantissa.shiftLeft(exponent))
                : new BigDecimal(mantissa.multiply(BigInteger.valueOf(5).pow(-exponent)), -exponent);
        return exact.signum() < 0 ? magnitude.negate() : magnitude;
    }

    /** The quotient over 2 to this power, rounded to a whole number, to the even one of two. */
    private static BigInteger quotient(BigInteger numerator, BigInteger denominator, int exponent) {
        BigInteger dividend = exponent < 0 ? numerator.shiftLeft(-exponent) : numerator;
        BigInteger divisor = exponent > 0 ? denominator.shiftLeft(exponent) : denominator;
        BigInteger[] parts = dividend.divideAndRemainder(divisor);
        int half = parts[1].shiftLeft(1).compareTo(divisor);
        return half > 0 || (half == 0 && parts[0].testBit(0)) ? parts[0].add(BigInteger.ONE) : parts[0];
    }

    /** As Redis shows it. */
    static String format(BigDecimal number) {
        String digits = number.setScale(SHOWN_DIGITS, RoundingMode.HALF_EVEN)
                .stripTrailingZeros()
                .toPlainString();
        return digits.equals("-0") ? "0" : digits;
    }
}
