package io.nvmredis.engine.protocol;

import static io.nvmredis.engine.protocol.ReplyShape.CONVERTED;
import static io.nvmredis.engine.protocol.ReplyShape.DECIMAL;
import static io.nvmredis.engine.protocol.ReplyShape.MAP;
import static io.nvmredis.engine.protocol.ReplyShape.PLAIN;
import static io.nvmredis.engine.protocol.ReplyShape.PUSHES;
import static io.nvmredis.engine.protocol.ReplyShape.SET;
import static io.nvmredis.engine.protocol.ReplyShape.TEXT;
import static io.nvmredis.engine.protocol.ReplyShape.fields;
import static io.nvmredis.engine.protocol.ReplyShape.list;
import static io.nvmredis.engine.protocol.ReplyShape.map;
import static io.nvmredis.engine.protocol.ReplyShape.tuple;

import io.nvmredis.engine.catalog.CommandSpec;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The shape of each command's reply, as Redis 7.0 has it. A command that is not here has a reply that is plain. */
public final class ReplyShapes {
    private static final ReplyShape SCORED = new ReplyShape.Pairs(PLAIN, DECIMAL);
    private static final ReplyShape MEMBER_AND_SCORE = tuple(PLAIN, DECIMAL);
    private static final ReplyShape POPPED_MANY = tuple(PLAIN, list(MEMBER_AND_SCORE));
    /** An element of GEOSEARCH with its coordinates, which come last, or an element of GEOPOS. */
    private static final ReplyShape POSITION = list(DECIMAL);

    private static final ReplyShape LOCATED = list(list(POSITION));

    private static final ReplyShape SEARCH = fields(Map.of("spec", MAP));

    private static final ReplyShape KEY_SPEC =
            fields(Map.of("flags", SET, "begin_search", SEARCH, "find_keys", SEARCH));

    private static final ReplyShape COMMAND_INFO = commandInfo(commandInfo(PLAIN));

    /** Number of arguments that are within one another in the documentation of a command, at most. */
    private static final int ARGUMENT_DEPTH = 5;

    private static final ReplyShape MEMORY_STATS = fields(Map.of(
            "dataset.percentage", DECIMAL,
            "peak.percentage", DECIMAL,
            "allocator-fragmentation.ratio", DECIMAL,
            "allocator-rss.ratio", DECIMAL,
            "rss-overhead.ratio", DECIMAL,
            "fragmentation", DECIMAL));

    /** XINFO STREAM in its full form, which has groups, and these have consumers. */
    private static final ReplyShape FULL_STREAM =
            fields(Map.of("groups", list(fields(Map.of("consumers", list(MAP))))));

    /** By the command's name. */
    private static final Map<String, ReplyShape> SHAPES = new HashMap<>();

    /** By the command's name and its subcommand. */
    private static final Map<String, Map<String, ReplyShape>> SHAPES_OF_SUBCOMMANDS = new HashMap<>();

    /** By the name of a command whose reply has another shape if one of its words is an option. */
    private static final Map<String, Option> OPTIONS = new HashMap<>();

    private record Option(String word, ReplyShape shape) {}

    static {
        put(MAP, "config get", "hello", "hgetall", "xinfo stream");
        put(fields(Map.of("flags", SET)), "client trackinginfo");
        put(fields(Map.of("flags", SET, "selectors", list(MAP))), "acl getuser");
        put(list(fields(Map.of("age-seconds", DECIMAL))), "acl log");
        put(list(MAP), "xinfo consumers", "xinfo groups");
        put(map(fields(Map.of("histogram_usec", MAP))), "latency histogram");
        put(MEMORY_STATS, "memory stats");
        put(list(fields(Map.of("functions", list(fields(Map.of("flags", SET)))))), "function list");
        put(fields(Map.of("running_script", MAP, "engines", map(MAP))), "function stats");
        put(list(COMMAND_INFO), "command", "command info");
        put(map(documentation(map(documentation(PLAIN)))), "command docs");
        put(list(tuple(PLAIN, SET)), "command getkeysandflags");
        put(SET, "sdiff", "sinter", "smembers", "sunion", "spop");
        put(DECIMAL, "zincrby", "zscore");
        put(list(DECIMAL), "zmscore");
        put(tuple(PLAIN, PLAIN, DECIMAL), "bzpopmax", "bzpopmin");
        put(POPPED_MANY, "bzmpop", "zmpop");
        put(list(POSITION), "geopos");
        put(new ReplyShape.Entries(), "xread", "xreadgroup");
        put(TEXT, "client info", "client list", "cluster info", "cluster nodes", "info", "latency doctor", "lolwut");
        put(TEXT, "latency graph", "memory doctor", "memory malloc-stats");
        put(PUSHES, "psubscribe", "punsubscribe", "ssubscribe", "subscribe", "sunsubscribe", "unsubscribe");
        put(CONVERTED, "eval", "eval_ro", "evalsha", "evalsha_ro", "exec", "fcall", "fcall_ro");
        put(CONVERTED, "debug protocol");
        for (String command : List.of("zdiff", "zinter", "zrandmember", "zrange", "zrangebyscore", "zrevrange")) {
            putOption(command, "withscores", SCORED);
        }
        putOption("zrevrangebyscore", "withscores", SCORED);
        putOption("zunion", "withscores", SCORED);
        putOption("hrandfield", "withvalues", new ReplyShape.Pairs(PLAIN, PLAIN));
        putOption("zadd", "incr", DECIMAL);
        putOption("lcs", "idx", MAP);
        for (String command : List.of("georadius", "georadius_ro", "georadiusbymember", "georadiusbymember_ro")) {
            putOption(command, "withcoord", LOCATED);
        }
        putOption("geosearch", "withcoord", LOCATED);
    }

    private ReplyShapes() {}

    private static ReplyShape commandInfo(ReplyShape subcommand) {
        return tuple(
                PLAIN,
                PLAIN,
                SET,
                PLAIN,
                PLAIN,
                PLAIN,
                SET,
                SET,
                new ReplyShape.Elements('~', KEY_SPEC),
                new ReplyShape.ListOrEmptySet(subcommand));
    }

    private static ReplyShape documentation(ReplyShape subcommands) {
        ReplyShape argument = fields(Map.of("flags", SET));
        for (int i = 1; i < ARGUMENT_DEPTH; i++) {
            argument = fields(Map.of("flags", SET, "arguments", list(argument)));
        }
        return fields(Map.of("doc_flags", SET, "arguments", list(argument), "subcommands", subcommands));
    }

    private static void put(ReplyShape shape, String... commands) {
        for (String command : commands) {
            int blank = command.indexOf(' ');
            if (blank < 0) {
                SHAPES.put(command, shape);
            } else {
                SHAPES_OF_SUBCOMMANDS
                        .computeIfAbsent(command.substring(0, blank), name -> new HashMap<>())
                        .put(command.substring(blank + 1), shape);
            }
        }
    }

    private static void putOption(String command, String option, ReplyShape shape) {
        OPTIONS.put(command, new Option(option, shape));
    }

    /** Returns the shape of the reply to a command. */
    public static ReplyShape of(CommandSpec spec, List<byte[]> words) {
        String name = spec.name();
        Option option = OPTIONS.get(name);
        if (option != null) {
            return has(option.word(), words, name.charAt(0) == 'z' ? endOfKeys(spec, words) : 2)
                    ? option.shape()
                    : PLAIN;
        }
        if (name.startsWith("zpop")) {
            return words.size() == 2 ? MEMBER_AND_SCORE : SCORED;
        }
        Map<String, ReplyShape> ofSubcommands = words.size() == 1 ? null : SHAPES_OF_SUBCOMMANDS.get(name);
        return ofSubcommands == null
                ? SHAPES.getOrDefault(name, PLAIN)
                : ofSubcommand(ofSubcommands.getOrDefault(word(words, 1), PLAIN), name, words);
    }

    private static ReplyShape ofSubcommand(ReplyShape usual, String name, List<byte[]> words) {
        return name.equals("xinfo") && words.size() > 3 && word(words, 1).equals("stream") ? FULL_STREAM : usual;
    }

    /** Tells whether a word from this index on is the option. */
    private static boolean has(String option, List<byte[]> words, int from) {
        for (int i = from; i < words.size(); i++) {
            if (words.get(i).length == option.length() && word(words, i).equals(option)) {
                return true;
            }
        }
        return false;
    }

    /** The index after the keys, one of which may be called as an option is. */
    private static int endOfKeys(CommandSpec spec, List<byte[]> words) {
        if (spec.firstKey() > 0) {
            return spec.firstKey() + 1;
        }
        try {
            return Math.addExact(2, Integer.parseInt(word(words, 1)));
        } catch (NumberFormatException | ArithmeticException e) {
            // The reply is an error.
            return words.size();
        }
    }

    private static String word(List<byte[]> words, int index) {
        return new String(words.get(index), StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
    }
}
