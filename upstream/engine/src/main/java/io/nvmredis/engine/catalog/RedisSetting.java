package io.nvmredis.engine.catalog;

import io.nvmredis.spi.support.SettingValues;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Setting of Redis 7.0. It knows which values CONFIG SET takes, and refuses others in Redis's words.
 *
 * @param name the name that Redis prefers
 * @param oldName another name of the same setting; null if there is none
 * @param kind the kind of its values
 * @param min the lowest number or size
 * @param max the highest number or size
 * @param words the words that a value is made of
 * @param initial the value in force until the setting is set
 */
public record RedisSetting(
        String name, @Nullable String oldName, Kind kind, long min, long max, List<String> words, String initial) {
    private static final int MAX_TEXT_LENGTH = 4 << 10;
    private static final int MAX_ADJUSTMENT = 2000;

    /** Kind of the values of a setting. */
    public enum Kind {
        FLAG,
        NUMBER,
        MEMORY,
        /** A size, or a percentage of something. */
        SHARE,
        /** One of the setting's words. */
        WORDS,
        /** Several of the setting's words. */
        SET,
        TEXT,
        HOSTNAME,
        PERCENTILES,
        ADJUSTMENTS,
        /** A value that only the part of the server that uses it can check. */
        OTHER,
        IMMUTABLE,
        PROTECTED
    }

    /** Error of a value that the setting does not take. */
    public static final class Fault extends Exception {
        private static final long serialVersionUID = 1;

        public Fault(String message) {
            super(message, null, false, false);
        }
    }

    /** Reads one line of the list of settings. */
    static RedisSetting parse(String line) {
        String[] columns = line.split("\t", -1);
        String[] names = columns[0].split(",", -1);
        String[] type = columns[1].split(" ", -1);
        Kind kind = switch (type[0]) {
            case "memory%" -> Kind.SHARE;
            case "limits", "events" -> Kind.OTHER;
            default -> Kind.valueOf(type[0].toUpperCase(Locale.ROOT));
        };
        boolean isBounded = type.length == 3;
        return new RedisSetting(
                names[0],
                names.length > 1 ? names[1] : null,
                kind,
                isBounded ? Long.parseLong(type[1]) : 0,
                isBounded ? Long.parseLong(type[2]) : Long.MAX_VALUE,
                type.length == 2 ? List.of(type[1].split("\\|", -1)) : List.of(),
                columns[2]);
    }

    /**
     * Returns the value as CONFIG GET shows it.
     *
     * @throws Fault if the setting does not take it
     */
    public String canonical(String value) throws Fault {
        return switch (kind) {
            case FLAG -> flag(value);
            case NUMBER -> number(value);
            case MEMORY -> size(value, "argument must be a memory value");
            case SHARE ->
                value.matches("\\d{1,3}%") ? value : size(value, "argument must be a memory or percent value");
            case WORDS -> word(value);
            case SET -> set(value);
            case HOSTNAME -> hostname(value);
            case PERCENTILES -> percentiles(value);
            case ADJUSTMENTS -> adjustments(value);
            default -> text(value);
        };
    }

    private static String flag(String value) throws Fault {
        String word = SettingValues.choice(value, SettingValues.YES_OR_NO);
        if (word == null) {
            throw new Fault("argument must be 'yes' or 'no'");
        }
        return word;
    }

    private String number(String value) throws Fault {
        OptionalLong number = SettingValues.number(value);
        if (number.isEmpty()) {
            throw new Fault("argument couldn't be parsed into an integer");
        }
        return Long.toString(bounded(number.getAsLong()));
    }

    private long bounded(long number) throws Fault {
        if (number < min || number > max) {
            throw new Fault("argument must be between " + min + " and " + max + " inclusive");
        }
        return number;
    }

    private String size(String value, String fault) throws Fault {
        if (value.isEmpty()) {
            // As in Redis, an empty word is the size 0.
            return Long.toString(bounded(0));
        }
        BigInteger bytes = SettingValues.anySize(value);
        if (bytes == null) {
            throw new Fault(fault);
        }
        return Long.toString(bounded(bytes.bitLength() > 63 ? Long.MIN_VALUE : bytes.longValue()));
    }

    private Fault noSuchWord() {
        return new Fault("argument(s) must be one of the following: " + String.join(", ", words));
    }

    private String word(String value) throws Fault {
        String word = SettingValues.choice(value, words);
        if (word == null) {
            throw noSuchWord();
        }
        return word;
    }

    private String set(String value) throws Fault {
        List<String> given = new ArrayList<>();
        for (String each : value.split(" ", -1)) {
            given.add(word(each));
        }
        List<String> ordered = new ArrayList<>(words);
        ordered.retainAll(given);
        return String.join(" ", ordered);
    }

    private static String hostname(String value) throws Fault {
        if (value.length() > 255) {
            throw new Fault("Hostnames must be less than 256 characters");
        }
        if (!value.matches("[A-Za-z0-9.-]*")) {
            throw new Fault("Hostnames may only contain alphanumeric characters, hyphens or dots");
        }
        return value;
    }

    private static List<String> split(String value) {
        return value.isBlank()
                ? Collections.emptyList()
                : Arrays.asList(value.strip().split(" +", -1));
    }

    private static String percentiles(String value) throws Fault {
        for (String each : split(value)) {
            if (!each.matches("\\d{1,3}(\\.\\d{1,15})?")) {
                throw new Fault("Invalid latency-tracking-info-percentiles parameters");
            }
            if (Double.parseDouble(each) > 100) {
                throw new Fault("latency-tracking-info-percentiles parameters should sit between [0.0,100.0]");
            }
        }
        return String.join(" ", split(value));
    }

    private static String adjustments(String value) throws Fault {
        List<String> given = split(value);
        if (given.size() != 3) {
            throw new Fault("wrong number of arguments");
        }
        for (String each : given) {
            if (!each.matches("-?\\d{1,4}") || Math.abs(Integer.parseInt(each)) > MAX_ADJUSTMENT) {
                throw new Fault("Invalid oom-score-adj-values, elements must be between -2000 and 2000.");
            }
        }
        return String.join(" ", given);
    }

    private static String text(String value) throws Fault {
        if (value.length() > MAX_TEXT_LENGTH) {
            throw new Fault("argument is longer than " + MAX_TEXT_LENGTH + " characters");
        }
        return value;
    }
}
