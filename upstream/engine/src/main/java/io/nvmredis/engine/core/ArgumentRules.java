package io.nvmredis.engine.core;

import com.github.fppt.jedismock.datastructures.Slice;
import io.nvmredis.engine.bytes.Numbers;
import io.nvmredis.engine.catalog.Arguments;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What numbers stand where in the words of commands of upstream's, and how far they may go, checked before its operation
 * sees them: it makes arrays of the length that they say, and takes +1 for one. Commands of ours read their numbers themselves.
 */
final class ArgumentRules {
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

    /** Says what is wrong with the words after a command's name, or null. */
    @FunctionalInterface
    private interface Rule {
        @Nullable
        String fault(List<Slice> parameters);
    }

    /** The commands that there are rules for. */
    static Set<String> commands() {
        return RULES.keySet();
    }

    /** What is wrong with the words of a command that stand after its name, or null. */
    static @Nullable String fault(String command, List<Slice> parameters) {
        Rule rule = RULES.get(command);
        return rule == null ? null : rule.fault(parameters);
    }

    /** The keys follow the number of them. */
    private static @Nullable String faultOfKeyCount(List<Slice> parameters) {
        long keys = Numbers.parse(parameters.get(0));
        if (keys < 1) {
            return NO_KEYS;
        }
        return keys > parameters.size() - 1 ? TOO_MANY_KEYS : null;
    }

    /** The number of fields follows FIELDS. What is no number to Redis may be one to upstream. */
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
