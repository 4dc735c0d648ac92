package io.nvmredis.engine.script;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;

/**
 * Form in which printf(3) writes one number.
 *
 * @param flags any of {@code -+ #0}
 * @param width least number of characters
 * @param precision number of digits; -1 if none is given
 */
record PrintfNumber(String flags, int width, int precision) {
    private static final int DEFAULT_PRECISION = 6;

    /** Writes a number as {@code %d}. */
    String decimal(long value) {
        return whole(value < 0, value == Long.MIN_VALUE ? "9223372036854775808" : Long.toString(Math.abs(value)), "");
    }

    /** Writes a number as {@code %u}, {@code %o}, {@code %x} or {@code %X}. */
    String unsigned(long value, char conversion) {
        String digits = switch (conversion) {
            case 'o' -> Long.toOctalString(value);
            case 'x' -> Long.toHexString(value);
            case 'X' -> Long.toHexString(value).toUpperCase(Locale.ROOT);
            default -> Long.toUnsignedString(value);
        };
        String prefix = "";
        if (has('#') && value != 0) {
            prefix = conversion == 'o' ? "0" : conversion == 'x' ? "0x" : conversion == 'X' ? "0X" : "";
        }
        return padded(prefix, wholeDigits(digits), precision < 0);
    }

    private String whole(boolean isNegative, String digits, String prefix) {
        return padded(sign(isNegative) + prefix, wholeDigits(digits), precision < 0);
    }

    private String wholeDigits(String digits) {
        if (precision == 0 && digits.equals("0")) {
            return "";
        }
        return "0".repeat(Math.max(0, precision - digits.length())) + digits;
    }

    /** Writes a number as {@code %f}, {@code %e}, {@code %g} or their upper cases. */
    String real(double value, char conversion) {
        char lower = Character.toLowerCase(conversion);
        String text;
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            // NaN gets the sign that 0/0 has on x86.
            text = padded(sign(Double.isNaN(value) || value < 0), Double.isNaN(value) ? "nan" : "inf", false);
        } else if (lower == 'g') {
            text = general(value, has('#'));
        } else {
            String digits = switch (lower) {
                case 'e' -> exponential(magnitude(value), precision < 0 ? DEFAULT_PRECISION : precision);
                default -> fixed(magnitude(value), precision < 0 ? DEFAULT_PRECISION : precision);
            };
            text = padded(sign(isNegative(value)), digits, true);
        }
        return conversion == lower ? text : text.toUpperCase(Locale.ROOT);
    }

    /** Writes a number as {@code %g}. */
    String general(double value, boolean keepsZeros) {
        if (Double.isNaN(value)) {
            return padded(sign(true), "nan", false);
        }
        if (Double.isInfinite(value)) {
            return padded(sign(value < 0), "inf", false);
        }
        int digits = precision < 0 ? DEFAULT_PRECISION : Math.max(1, precision);
        BigDecimal magnitude = magnitude(value);
        int exponent = 0;
        if (magnitude.signum() != 0) {
            BigDecimal rounded = magnitude.round(new MathContext(digits, RoundingMode.HALF_EVEN));
            exponent = rounded.precision() - rounded.scale() - 1;
        }
        boolean isFixed = exponent >= -4 && exponent < digits;
        String text = isFixed ? fixed(magnitude, digits - 1 - exponent) : exponential(magnitude, digits - 1);
        return padded(sign(isNegative(value)), keepsZeros ? text : withoutZeros(text), true);
    }

    private static String withoutZeros(String text) {
        int end = text.indexOf('e');
        String exponent = end < 0 ? "" : text.substring(end);
        String digits = end < 0 ? text : text.substring(0, end);
        if (digits.indexOf('.') >= 0) {
            int last = digits.length();
            while (digits.charAt(last - 1) == '0') {
                last--;
            }
            digits = digits.substring(0, digits.charAt(last - 1) == '.' ? last - 1 : last);
        }
        return digits + exponent;
    }

    private String fixed(BigDecimal magnitude, int places) {
        String text = magnitude.setScale(places, RoundingMode.HALF_EVEN).toPlainString();
        return places == 0 && has('#') ? text + "." : text;
    }

    private String exponential(BigDecimal magnitude, int places) {
        int exponent = 0;
        String digits = "0".repeat(places + 1);
        if (magnitude.signum() != 0) {
            BigDecimal rounded = magnitude.round(new MathContext(places + 1, RoundingMode.HALF_EVEN));
            exponent = rounded.precision() - rounded.scale() - 1;
            digits = rounded.unscaledValue().toString();
            digits = digits + "0".repeat(Math.max(0, places + 1 - digits.length()));
        }
        String point = places > 0 || has('#') ? "." : "";
        String size = Integer.toString(Math.abs(exponent));
        return digits.charAt(0)
                + point
                + digits.substring(1, places + 1)
                + (exponent < 0 ? "e-" : "e+")
                + (size.length() < 2 ? "0" + size : size);
    }

    private static BigDecimal magnitude(double value) {
        return new BigDecimal(Math.abs(value));
    }

    private static boolean isNegative(double value) {
        return value < 0 || (value == 0 && 1 / value < 0);
    }

    private String sign(boolean isNegative) {
        return isNegative ? "-" : has('+') ? "+" : has(' ') ? " " : "";
    }

    private boolean has(char flag) {
        return flags.indexOf(flag) >= 0;
    }

    private String padded(String before, String digits, boolean mayHaveZeros) {
        int missing = Math.max(0, width - before.length() - digits.length());
        if (has('-')) {
            return before + digits + " ".repeat(missing);
        }
        return has('0') && mayHaveZeros ? before + "0".repeat(missing) + digits : " ".repeat(missing) + before + digits;
    }
}
