package io.nvmredis.engine.catalog;

import io.nvmredis.engine.bytes.Words;
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
    private static final Map<String, Map<String, Integer>> SUBCOMMANDS = Map.ofEntries(
            Map.entry(
                    "acl",
                    parse(
                            "cat -2, deluser -3, dryrun -4, genpass -2, getuser 3, help 2, list 2, load 2, log -2, save 2,"
                                    + " setuser -3, users 2, whoami 2")),
            Map.entry(
                    "client",
                    parse(
                            "caching 3, getname 2, getredir 2, help 2, id 2, info 2, kill -3, list -2, no-evict 3, no-touch 3, pause -3,"
                                    + " reply 3, setname 3, tracking -3, trackinginfo 2, unblock -3, unpause 2")),
            Map.entry(
                    "cluster",
                    parse(
                            "addslots -3, addslotsrange -4, bumpepoch 2, count-failure-reports 3, countkeysinslot 3, delslots -3,"
                                    + " delslotsrange -4, failover -2, flushslots 2, forget 3, getkeysinslot 4, help 2, info 2,"
                                    + " keyslot 3, links 2, meet -4, myid 2, nodes 2, replicas 3, replicate 3, reset -2,"
                                    + " saveconfig 2, set-config-epoch 3, setslot -4, shards 2, slaves 3, slots 2")),
            Map.entry("command", parse("count 2, docs -2, getkeys -4, getkeysandflags -4, help 2, info -2, list -2")),
            Map.entry("config", parse("get -3, help 2, resetstat 2, rewrite 2, set -4")),
            Map.entry(
                    "function",
                    parse("delete 3, dump 2, flush -2, help 2, kill 2, list -2, load -3, restore -3, stats 2")),
            Map.entry("latency", parse("doctor 2, graph 3, help 2, histogram -2, history 3, latest 2, reset -2")),
            Map.entry("memory", parse("doctor 2, help 2, malloc-stats 2, purge 2, stats 2, usage -3")),
            Map.entry("module", parse("help 2, list 2, load -3, loadex -3, unload 3")),
            Map.entry("object", parse("encoding 3, freq 3, help 2, idletime 3, refcount 3")),
            Map.entry("pubsub", parse("channels -2, help 2, numpat 2, numsub -2, shardchannels -2, shardnumsub -2")),
            Map.entry("script", parse("debug 3, exists -3, flush -2, help 2, kill 2, load 3")),
            Map.entry("slowlog", parse("get -2, help 2, len 2, reset 2")),
            Map.entry("xgroup", parse("create -5, createconsumer 5, delconsumer 5, destroy 4, help 2, setid -5")),
            Map.entry("xinfo", parse("consumers 4, groups 3, help 2, stream -3")));

    private Arity() {}

    private static Map<String, Integer> parse(String list) {
        Map<String, Integer> arities = new HashMap<>();
        for (String each : list.split(", *", -1)) {
            String[] words = each.split(" ", -1);
            arities.put(words[0], Integer.parseInt(words[1]));
        }
        return arities;
    }

    static boolean hasSubcommands(String command) {
        return SUBCOMMANDS.containsKey(command);
    }

    /** Returns the arity of a subcommand, which counts both words; null if the command has no such subcommand. */
    public static @Nullable Integer ofSubcommand(String command, String subcommand) {
        Map<String, Integer> subcommands = SUBCOMMANDS.get(command);
        return subcommands == null ? null : subcommands.get(subcommand);
    }

    /** Returns the error for a wrong number of words or an unknown subcommand; null if nothing is wrong. */
    public static @Nullable String fault(CommandSpec spec, List<byte[]> command) {
        if (!spec.admits(command.size()) || hasSurplus(spec, command)) {
            return ErrorReplies.wrongNumber(spec.name());
        }
        if (command.size() == 1 || !spec.hasSubcommands()) {
            return null;
        }
        Map<String, Integer> subcommands = SUBCOMMANDS.get(spec.name());
        return subcommands == null ? null : fault(spec, command, subcommands);
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
