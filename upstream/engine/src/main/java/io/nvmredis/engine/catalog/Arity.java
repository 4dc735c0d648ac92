package io.nvmredis.engine.catalog;

import io.nvmredis.engine.bytes.Words;
import io.nvmredis.engine.catalog.CommandSpec.Trait;
import io.nvmredis.engine.errors.ErrorReplies;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Checks how many words a command has and, for a command with subcommands, its second word. This check comes before any
 * other, so that a command that could not run in a transaction spoils the transaction.
 */
public final class Arity {
    /** Beginning of the error for an unknown subcommand. */
    public static final String UNKNOWN_SUBCOMMAND = "ERR unknown subcommand";

    /** Arity by command and by its second word, as in {@link CommandSpec#arity}; it counts both words. */
    private static final Map<String, Map<String, Integer>> SUBCOMMANDS = Map.of(
            "client",
            parse(
                    "caching 3, getname 2, getredir 2, help 2, id 2, info 2, kill -3, list -2, no-evict 3, no-touch 3, pause -3, reply 3,"
                            + " setname 3, tracking -3, trackinginfo 2, unblock -3, unpause 2"),
            "command",
            parse("count 2, docs -2, info -2, list -2"),
            "config",
            parse("get -3, help 2, resetstat 2, rewrite 2, set -4"),
            "memory",
            parse("doctor 2, help 2, malloc-stats 2, purge 2, stats 2, usage -3"),
            "object",
            parse("encoding 3, freq 3, help 2, idletime 3, refcount 3"),
            "pubsub",
            parse("channels -2, numpat 2, numsub -2, shardchannels -2, shardnumsub -2"),
            "xgroup",
            parse("create -5, createconsumer 5, delconsumer 5, destroy 4, help 2, setid -5"),
            "xinfo",
            parse("consumers 4, groups 3, help 2, stream -3"));

    private Arity() {}

    private static Map<String, Integer> parse(String list) {
        Map<String, Integer> arities = new HashMap<>();
        for (String each : list.split(", *", -1)) {
            String[] words = each.split(" ", -1);
            arities.put(words[0], Integer.parseInt(words[1]));
        }
        return arities;
    }

    /** Returns the error for a wrong number of words or an unknown subcommand; null if nothing is wrong. */
    public static @Nullable String fault(CommandSpec spec, List<byte[]> command) {
        if (!spec.admits(command.size()) || hasSurplus(spec, command)) {
            return ErrorReplies.wrongNumber(spec.name());
        }
        if (command.size() == 1 || !mayHaveSubcommands(spec)) {
            return null;
        }
        Map<String, Integer> subcommands = SUBCOMMANDS.get(spec.name());
        return subcommands == null ? null : fault(spec, command, subcommands);
    }

    private static boolean mayHaveSubcommands(CommandSpec spec) {
        return spec.has(Trait.ADMIN) || (spec.arity() == -2 && spec.firstKey() == 0);
    }

    /** Tells whether ZRANK or ZREVRANK has too many words. WITHSCORE may be the fourth, though Redis 7.0 lacks it. */
    private static boolean hasSurplus(CommandSpec spec, List<byte[]> command) {
        return command.size() > 3
                && spec.arity() == -3
                && (spec.name().equals("zrank") || spec.name().equals("zrevrank"))
                && !(command.size() == 4 && Words.equalsIgnoreCase(command.get(3), "withscore"));
    }

    private static @Nullable String fault(CommandSpec spec, List<byte[]> command, Map<String, Integer> subcommands) {
        String word = Words.excerpt(command.get(1));
        String name = word.toLowerCase(Locale.ROOT);
        Integer arity =
                command.get(1).length == word.getBytes(StandardCharsets.UTF_8).length ? subcommands.get(name) : null;
        if (arity == null) {
            return UNKNOWN_SUBCOMMAND + " '" + word + "'. Try " + spec.name().toUpperCase(Locale.ROOT) + " HELP.";
        }
        return CommandSpec.admits(arity, command.size()) ? null : ErrorReplies.wrongNumber(spec.name() + "|" + name);
    }
}
