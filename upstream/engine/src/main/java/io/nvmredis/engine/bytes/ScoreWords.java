package io.nvmredis.engine.bytes;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.server.Response;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * Writing and reading of scores, all in this class.
 *
 * <p>Scores are written as in Redis 7.0, with 17 significant digits ({@code %.17g} of C), from which every double can
 * be read back; later releases write the shortest digits with that property. Scores are read as by C's {@code strtod},
 * decimal and hexadecimal.
 */
public final class ScoreWords {
    private static final MathContext DIGITS = new MathContext(17, RoundingMode.HALF_EVEN);
    private static final int MAX_PLAIN_EXPONENT = 16;
    private static final int MIN_PLAIN_EXPONENT = -4;
    /** Limit below which whole numbers have 17 digits at most, and are exact. */
    private static final double PLAIN_LIMIT = 1e17;
    /** Maximum length of a text that is read; a client would not write out a longer number. */
    private static final int MAX_LENGTH = 5_000;
    /** Greatest number up to which all whole numbers are exact. */
    private static final long EXACT_LIMIT = 1L << 53;

    private static final Pattern DECIMAL = Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)(e[+-]?\\d+)?");
    private static final Pattern HEXADECIMAL =
            Pattern.compile("[+-]?0x([0-9a-f]+\\.?[0-9a-f]*|\\.[0-9a-f]+)(p[+-]?\\d+)?");
    private static final Pattern ZERO = Pattern.compile("[+-]?(0x)?[0.]*([ep].*)?");

    private ScoreWords() {}

    /** Returns a score as an element of a reply. */
    public static Slice reply(double score) {
        return Response.bulkString(Slice.create(of(score).getBytes(StandardCharsets.US_ASCII)));
    }

    public static String of(double score) {
        if (Double.isInfinite(score)) {
            return score > 0 ? "inf" : "-inf";
        }
        if (score == 0) {
            return 1 / score < 0 ? "-0" : "0";
        }
        return score == Math.rint(score) && Math.abs(score) < PLAIN_LIMIT
                ? Long.toString((long) score)
                : rounded(new BigDecimal(score).round(DIGITS).stripTrailingZeros());
    }

    private static String rounded(BigDecimal number) {
        int exponent = number.precision() - number.scale() - 1;
        if (exponent >= MIN_PLAIN_EXPONENT && exponent <= MAX_PLAIN_EXPONENT) {
            return number.toPlainString();
        }
        String digits = number.unscaledValue().abs().toString();
        return (number.signum() < 0 ? "-" : "")
                + digits.charAt(0)
                + (digits.length() > 1 ? "." + digits.substring(1) : "")
                + (exponent < 0 ? "e-" : "e+")
                + (Math.abs(exponent) < 10 ? "0" : "")
                + Math.abs(exponent);
    }

    /** Returns the number for which the whole text stands; NaN if it is no number or out of the range of a double. */
    public static double parse(byte[] text) {
        OptionalLong whole = Numbers.parseAny(text);
        if (whole.isPresent() && Math.abs(whole.getAsLong()) <= EXACT_LIMIT && whole.getAsLong() != Long.MIN_VALUE) {
            return whole.getAsLong();
        }
        double score = text.length > 0 && text[0] > ' ' ? prefixless(text) : Double.NaN;
        boolean isOutOfRange = (Double.isInfinite(score) && !isInfinity(lowerCase(text)))
                || (score == 0 && !ZERO.matcher(lowerCase(text)).matches());
        return isOutOfRange ? Double.NaN : score;
    }

    /**
     * Returns the number for which a text stands as one end of a range. C takes the text to end at a zero byte, an
     * empty text is 0, space may precede the number, and a number that is too large is infinite.
     */
    public static double parseBound(byte[] text, int from) {
        int first = from;
        while (first < text.length && (text[first] == ' ' || (text[first] >= '\t' && text[first] <= '\r'))) {
            first++;
        }
        int end = first;
        while (end < text.length && text[end] != 0) {
            end++;
        }
        return end == from ? 0 : prefixless(Arrays.copyOfRange(text, first, end));
    }

    private static double prefixless(byte[] text) {
        if (text.length > MAX_LENGTH) {
            return Double.NaN;
        }
        String word = lowerCase(text);
        if (isInfinity(word)) {
            return word.charAt(0) == '-' ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
        }
        if (DECIMAL.matcher(word).matches()) {
            return Double.parseDouble(word);
        }
        if (HEXADECIMAL.matcher(word).matches()) {
            return Double.parseDouble(word.contains("p") ? word : word + "p0");
        }
        return Double.NaN;
    }

    private static boolean isInfinity(String word) {
        String unsigned = word.startsWith("-") || word.startsWith("+") ? word.substring(1) : word;
        return unsigned.equals("inf") || unsigned.equals("infinity");
    }

    private static String lowerCase(byte[] text) {
        return new String(text, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
    }
}
