package io.nvmredis.server;

import io.nvmredis.spi.support.SizeUnit;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes as Redis's configuration spells them, and as a human likes to read them. */
final class Sizes {
    private static final Pattern SIZE = Pattern.compile("(\\d{1,18})(b|kb?|mb?|gb?)?");
    private static final String[] UNITS = {"B", "KB", "MB", "GB", "TB"};

    private Sizes() {}

    /** Bytes of {@code 64mb}, {@code 1g}, {@code 4096}: {@code k} is 1000 and {@code kb} 1024, as in Redis. */
    static OptionalLong parse(String text) {
        Matcher matcher = SIZE.matcher(text.strip().toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            return OptionalLong.empty();
        }
        long number = Long.parseLong(matcher.group(1));
        String word = matcher.group(2);
        long unit = word == null ? 1 : SizeUnit.bytes(word);
        return number > Long.MAX_VALUE / unit ? OptionalLong.empty() : OptionalLong.of(number * unit);
    }

    /** {@code 512 B}, {@code 1.2 MB}. */
    static String readable(long bytes) {
        if (bytes < 1024) {
            return bytes + " B";
        }
        double value = bytes;
        int unit = 0;
        while (value >= 1023.95 && unit < UNITS.length - 1) {
            value /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, "%.1f %s", value, UNITS[unit]);
    }
}
