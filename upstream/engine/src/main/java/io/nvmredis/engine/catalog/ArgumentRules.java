package io.nvmredis.engine.catalog;

import com.github.fppt.jedismock.datastructures.Slice;
import io.nvmredis.engine.bytes.Numbers;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Rules for the numbers in the words of some of upstream's commands: where they stand, and how large they may be. They
 * are checked before upstream's operation sees them, because it makes arrays of the length that they say, and takes +1
 * for one. This engine's own commands check their numbers themselves.
 */
public final class ArgumentRules {
    private static final String NO_KEYS = "ERR numkeys should be greater than 0";
    private static final String TOO_MANY_KEYS = "ERR Number of keys can't be greater than number of args";

    private static final String NO_FIELDS = "ERR Parameter `numFields` should be greater than 0";

    private static final Map<String, Rule> RULES = Map.of(
            "hexpire", ArgumentRules::faultOfFieldCount,
            "hexpireat", ArgumentRules::faultOfFieldCount,
            "hexpiretime", ArgumentRules::faultOfFieldCount,
            "hpersist", ArgumentRules::faultOfFieldCount,
            "hpexpire", ArgumentRules::faultOfFieldCount,
            "hpexpireat", ArgumentRules::faultOfFieldCount,
            "hpexpiretime", ArgumentRules::faultOfFieldCount,
            "hpttl", ArgumentRules::faultOfFieldCount,
            "httl", ArgumentRules::faultOfFieldCount,
            "sintercard", ArgumentRules::faultOfKeyCount);

    private ArgumentRules() {}

    /** Says what is wrong with the words after a command's name, or returns null. */
    @FunctionalInterface
    private interface Rule {
        @Nullable
        String fault(List<Slice> parameters);
    }

    /** Returns the names of the commands that have rules. */
    static Set<String> commands() {
        return RULES.keySet();
    }

    /** Returns what is wrong with the words after a command's name, or null. */
    public static @Nullable String fault(String command, List<Slice> parameters) {
        Rule rule = RULES.get(command);
        return rule == null ? null : rule.fault(parameters);
    }

    /** Checks a number of keys that stands before the keys. */
    private static @Nullable String faultOfKeyCount(List<Slice> parameters) {
        long keys = Numbers.parse(parameters.get(0));
        if (keys < 1) {
            return NO_KEYS;
        }
        return keys > parameters.size() - 1 ? TOO_MANY_KEYS : null;
    }

    /** Checks a number of fields after FIELDS. A word that is no number to Redis may be a number to upstream. */
    private static @Nullable String faultOfFieldCount(List<Slice> parameters) {
        Arguments arguments = new Arguments(parameters);
        int at = 1;
        while (at < arguments.count() && !arguments.is(at, "fields")) {
            at++;
        }
        boolean hasCount = at + 1 < arguments.count();
        return hasCount && Numbers.parseAny(arguments.bytes(at + 1)).isEmpty() ? NO_FIELDS : null;
    }
}
