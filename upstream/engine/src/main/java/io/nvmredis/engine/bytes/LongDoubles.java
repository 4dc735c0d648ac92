package io.nvmredis.engine.bytes;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Numbers of C's {@code long double} on x86, which INCRBYFLOAT uses: 64 bits of mantissa, read and rounded to the
 * nearest, written with up to 17 digits after the point.
 */
public final class LongDoubles {
    /** Value that stands for either infinity. */
    static final BigDecimal INFINITE = new BigDecimal(BigInteger.ONE, -10_000);

    private static final int MANTISSA_BITS = 64;
    private static final int MAX_EXPONENT = 16_384;
    private static final int MAX_LENGTH = 5 * 1024;
    /** Power of ten above which a text is not accepted as a number. */
    private static final int MAX_DECIMAL_EXPONENT = 4_940;

    /** Power of ten below which a text is not accepted as a number, unless it is 0. */
    private static final int MIN_DECIMAL_EXPONENT = -4_949;

    private static final int DECIMALS = 17;

    private static final Pattern NUMBER = Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)(e[+-]?\\d{1,6})?");
    private static final Pattern HEXADECIMAL =
            Pattern.compile("([+-]?)0x([0-9a-f]*)\\.?([0-9a-f]*)(?:p([+-]?\\d{1,5}))?");
    private static final Pattern INFINITY = Pattern.compile("[+-]?inf(inity)?");

    private LongDoubles() {}

    public static boolean isInfinite(BigDecimal number) {
        return number.compareTo(INFINITE) == 0;
    }

    /** Returns the number for which a text stands, {@link #INFINITE}, or null if the text is no number. */
    public static @Nullable BigDecimal parse(byte[] text) {
        if (text.length == 0 || text.length >= MAX_LENGTH) {
            return null;
        }
        String word = new String(text, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
        if (INFINITY.matcher(word).matches()) {
            return INFINITE;
        }
        BigDecimal number = NUMBER.matcher(word).matches() ? new BigDecimal(word) : hexadecimal(word);
        if (number == null || number.signum() == 0) {
            return number == null ? null : BigDecimal.ZERO;
        }
        long exponent = (long) number.precision() - number.scale();
        if (exponent > MAX_DECIMAL_EXPONENT || exponent < MIN_DECIMAL_EXPONENT) {
            return null;
        }
        BigDecimal rounded = rounded(number);
        return isInfinite(rounded) ? null : rounded;
    }

    private static @Nullable BigDecimal hexadecimal(String word) {
        Matcher matcher = HEXADECIMAL.matcher(word);
        if (!matcher.matches() || (matcher.group(2) + matcher.group(3)).isEmpty()) {
            return null;
        }
        BigInteger digits = new BigInteger(matcher.group(1) + matcher.group(2) + matcher.group(3), 16);
        int exponent = (matcher.group(4) == null ? 0 : Integer.parseInt(matcher.group(4)))
                - 4 * matcher.group(3).length();
        return exponent >= 0
                ? new BigDecimal(digits.shiftLeft(exponent))
                : new BigDecimal(digits.multiply(BigInteger.valueOf(5).pow(-exponent)), -exponent);
    }

    /** Returns the sum, or {@link #INFINITE}. */
    public static BigDecimal sum(BigDecimal a, BigDecimal b) {
        return isInfinite(a) || isInfinite(b) ? INFINITE : rounded(a.add(b));
    }

    public static byte[] text(BigDecimal number) {
        BigDecimal shown = number.setScale(DECIMALS, RoundingMode.HALF_EVEN).stripTrailingZeros();
        return (shown.signum() == 0 ? "0" : shown.toPlainString()).getBytes(StandardCharsets.US_ASCII);
    }

    /** Rounds a number to the bits of the mantissa. */
    private static BigDecimal rounded(BigDecimal number) {
        if (number.signum() == 0) {
            return BigDecimal.ZERO;
        }
        BigInteger numerator = number.unscaledValue().abs();
        BigInteger denominator = BigInteger.ONE;
        if (number.scale() > 0) {
            denominator = BigInteger.TEN.pow(number.scale());
        } else {
            numerator = numerator.multiply(BigInteger.TEN.pow(-number.scale()));
        }
        // The quotient has one or two bits more than the mantissa.
        int shift = MANTISSA_BITS + 1 - (numerator.bitLength() - denominator.bitLength());
        BigInteger[] divided = (shift > 0 ? numerator.shiftLeft(shift) : numerator)
                .divideAndRemainder(shift > 0 ? denominator : denominator.shiftLeft(-shift));
        int extra = divided[0].bitLength() - MANTISSA_BITS;
        BigInteger mantissa = nearest(divided[0], divided[1].signum() != 0, extra);
        int exponent = extra - shift;
        if (mantissa.bitLength() + exponent > MAX_EXPONENT) {
            return INFINITE;
        }
        BigInteger signed = number.signum() < 0 ? mantissa.negate() : mantissa;
        return exponent >= 0
                ? new BigDecimal(signed.shiftLeft(exponent))
                : new BigDecimal(signed.multiply(BigInteger.valueOf(5).pow(-exponent)), -exponent);
    }

    /** Removes bits at the end and rounds to the nearest; a tie goes to the even neighbour. */
    private static BigInteger nearest(BigInteger number, boolean hasMore, int bits) {
        BigInteger kept = number.shiftRight(bits);
        if (bits == 0 || !number.testBit(bits - 1)) {
            return kept;
        }
        boolean isTie = !hasMore && number.getLowestSetBit() == bits - 1;
        return isTie && !kept.testBit(0) ? kept : kept.add(BigInteger.ONE);
    }
}
