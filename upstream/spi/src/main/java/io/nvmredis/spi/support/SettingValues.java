package io.nvmredis.spi.support;

import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Parses values of settings as Redis's configuration spells them. None may contain blanks. */
public final class SettingValues {
    private static final Pattern SIZE = Pattern.compile("(\\d{1,20})([kmg]?b?)");
    private static final Pattern NUMBER = Pattern.compile("0|-?[1-9]\\d{0,18}");
    private static final String[] UNITS = {"gb", "mb", "kb"};

    private static final String YES = "yes";

    /** Values of a setting that is on or off. */
    public static final List<String> YES_OR_NO = List.of(YES, "no");

    private SettingValues() {}

    /**
     * Parses a size, such as {@code 64mb}, {@code 1g} or {@code 4096}, in upper or lower case: {@code k} is 1000 and
     * {@code kb} 1024. Returns its bytes; empty if the text is no size, or one that no {@code long} holds.
     */
    public static OptionalLong size(String text) {
        BigInteger bytes = anySize(text);
        return bytes == null || bytes.bitLength() >= Long.SIZE
                ? OptionalLong.empty()
                : OptionalLong.of(bytes.longValue());
    }

    /** Parses a size of any magnitude, as {@link #size} does; returns null if the text is no size. */
    public static @Nullable BigInteger anySize(String text) {
        Matcher matcher = SIZE.matcher(text.toLowerCase(Locale.ROOT));
        return matcher.matches()
                ? new BigInteger(matcher.group(1)).multiply(BigInteger.valueOf(unitBytes(matcher.group(2))))
                : null;
    }

    private static long unitBytes(String unit) {
        return switch (unit) {
            case "k" -> 1_000;
            case "kb" -> 1 << 10;
            case "m" -> 1_000_000;
            case "mb" -> 1 << 20;
            case "g" -> 1_000_000_000;
            case "gb" -> 1 << 30;
            default -> 1;
        };
    }

    /** Returns the shortest text for a size: {@code 64mb}, or digits alone. */
    public static String spelled(long bytes) {
        for (String unit : UNITS) {
            long unitBytes = unitBytes(unit);
            if (bytes != 0 && bytes % unitBytes == 0) {
                return bytes / unitBytes + unit;
            }
        }
        return Long.toString(bytes);
    }

    /**
     * Parses a whole number, without a plus sign or leading zeros; empty if the text is none, or one that no {@code
     * long} holds.
     */
    public static OptionalLong number(String text) {
        if (!NUMBER.matcher(text).matches()) {
            return OptionalLong.empty();
        }
        BigInteger number = new BigInteger(text);
        return number.bitLength() >= Long.SIZE ? OptionalLong.empty() : OptionalLong.of(number.longValue());
    }

    /** Returns the choice that equals the text, ignoring case; null if none does. */
    public static @Nullable String choice(String text, List<String> choices) {
        for (String choice : choices) {
            if (choice.equalsIgnoreCase(text)) {
                return choice;
            }
        }
        return null;
    }

    /** Returns whether a value of {@link #YES_OR_NO} is yes. */
    public static boolean isYes(String text) {
        return YES.equalsIgnoreCase(text);
    }
}
