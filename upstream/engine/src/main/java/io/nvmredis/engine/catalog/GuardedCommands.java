package io.nvmredis.engine.catalog;

import java.util.Set;

/** Commands that {@code CommandGuard} may refuse when they run by themselves. */
public final class GuardedCommands {
    private static final Set<String> NAMES = Set.of(
            "mget",
            "sunion",
            "sinter",
            "sdiff",
            "zunion",
            "zinter",
            "zdiff",
            "sintercard",
            "zintercard",
            "xread",
            "xreadgroup",
            "xclaim",
            "xgroup",
            "hmget",
            "hrandfield",
            "srandmember",
            "zrandmember",
            "lpush",
            "rpush",
            "lpushx",
            "rpushx",
            "linsert",
            "lset",
            "sadd",
            "hset",
            "hmset",
            "hsetnx",
            "hincrby",
            "hincrbyfloat",
            "geoadd",
            "zadd",
            "zincrby",
            "xadd",
            "smove",
            "rpoplpush",
            "brpoplpush",
            "lmove",
            "blmove",
            "sunionstore",
            "sinterstore",
            "sdiffstore",
            "zunionstore",
            "zinterstore",
            "zdiffstore");

    private GuardedCommands() {}

    public static boolean contain(String command) {
        return NAMES.contains(command) || ArgumentRules.commands().contains(command);
    }
}
