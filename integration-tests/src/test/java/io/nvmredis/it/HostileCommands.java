package io.nvmredis.it;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Random commands of every name with hostile words: numbers at the edges of their types, sizes that a heap hardly holds,
 * words of other commands, patterns that take long, bytes that mean something elsewhere.
 *
 * <p>None of them reaches the database that it did not begin in, ends the server by right, or has it not reply.
 */
final class HostileCommands {
    private static final String[] NAMES = """
            append auth bgrewriteaof bgsave blpop brpop brpoplpush bzmpop bzpopmax bzpopmin cluster command config-get copy dbsize
            debug decr decrby del discard echo eval evalsha exec exists expire expireat expiretime flushdb get getbit getdel
            getex getrange getset hdel hello hexists hexpire hexpireat hexpiretime hget hgetall hincrby hincrbyfloat hkeys hlen
            hmget hmset hpersist hpexpire hpexpireat hpexpiretime hpttl hscan hset hsetnx hstrlen httl hvals incr incrby
            incrbyfloat info keys lastsave lindex linsert llen lpop lpos lpush lpushx lrange lrem lset ltrim mget mset msetnx
            multi persist pexpire pexpireat pexpiretime pfadd pfcount pfmerge ping psetex psubscribe pttl publish pubsub
            punsubscribe randomkey rename rpop rpoplpush rpush rpushx sadd save scan scard script sdiff sdiffstore set setbit
            setex setnx setrange sinter sintercard sinterstore sismember smembers smismember smove sort spop srandmember srem
            sscan strlen subscribe substr sunion sunionstore time ttl type unlink unsubscribe unwatch watch xadd xdel xlen xrange
            xread xrevrange xtrim zadd zcard zcount zdiff zdiffstore zincrby zinter zintercard zinterstore zlexcount zmpop
            zmscore zpopmax zpopmin zrange zrangebylex zrangebyscore zrangestore zrank zrem zremrangebylex zremrangebyrank
            zremrangebyscore zrevrange zrevrangebylex zrevrangebyscore zrevrank zscan zscore zunion zunionstore
            xack xautoclaim xclaim xgroup xinfo xpending xreadgroup xsetid
            lmove blmove lmpop blmpop hrandfield zrandmember bitcount bitop bitpos bitfield object dump restore lcs geoadd
            bitfield_ro geopos geodist geohash geosearch geosearchstore georadius georadius_ro georadiusbymember renamenx sort_ro
            georadiusbymember_ro memory spublish touch
            """.split("\\s+");

    private static final String[] NUMBERS = {
        "0",
        "1",
        "-1",
        "2",
        "10",
        "100000000",
        "-100000000",
        "2147483647",
        "2147483648",
        "-2147483648",
        "4294967295",
        "4294967296",
        "9223372036854775807",
        "-9223372036854775808",
        "9223372036854775808",
        "18446744073709551615",
        "1e308",
        "-1e308",
        "inf",
        "-inf",
        "nan",
        "0.1",
        "1e-308",
        " 1",
        "1 ",
        "+1",
        "0x10",
        "",
        "536870911",
        "500000000"
    };

    private static final String[] WORDS = {
        "COUNT",
        "LIMIT",
        "MATCH",
        "STORE",
        "WITHSCORES",
        "WITHVALUES",
        "BLOCK",
        "STREAMS",
        "MIN",
        "MAX",
        "EX",
        "PX",
        "EXAT",
        "FIELDS",
        "GET",
        "BY",
        "KEEPTTL",
        "ALPHA",
        "WEIGHTS",
        "AGGREGATE",
        "SUM",
        "BYSCORE",
        "BYLEX",
        "REV",
        "NX",
        "XX",
        "GT",
        "LT",
        "CH",
        "INCR",
        "MAXLEN",
        "MINID",
        "NOMKSTREAM",
        "*",
        "$",
        "~",
        "=",
        "-",
        "+",
        "(1",
        "[a",
        "LOAD",
        "EXISTS",
        "CHANNELS",
        "NUMSUB",
        "DESC",
        "ASC",
        "BEFORE",
        "AFTER",
        "LEFT",
        "RIGHT",
        "RANK",
        "MAXLEN",
        "REPLACE",
        "TYPE",
        "FULL",
        "#",
        "AUTH",
        "default",
        "SETNAME"
    };

    private final Random random;
    private final int largestWord;

    HostileCommands(Random random, int largestWord) {
        this.random = random;
        this.largestWord = largestWord;
    }

    List<String> next() {
        List<String> command = new ArrayList<>(List.of(pick(NAMES).split("-", -1)));
        int count = random.nextInt(random.nextInt(20) == 0 ? 200 : 8);
        for (int i = 0; i < count; i++) {
            command.add(i == 0 && random.nextInt(3) > 0 ? key() : word());
        }
        return command;
    }

    private String word() {
        return switch (random.nextInt(12)) {
            case 0, 1, 2 -> pick(NUMBERS);
            case 3, 4, 5 -> key();
            case 6, 7 -> pick(WORDS);
            case 8 -> "a*".repeat(random.nextInt(40)) + pick("b", "[", "[^", "\\", "?", "[a-", "]");
            case 9 -> random.nextInt(10) == 0 ? "x".repeat(1 + random.nextInt(largestWord)) : "v" + random.nextInt(100);
            case 10 -> bytes();
            default ->
                pick(
                        "return 1",
                        "return redis.call('get', 'k1')",
                        "\u00ac\u00ed\u0000\u0005sr",
                        "%s%n",
                        "a".repeat(100));
        };
    }

    private String bytes() {
        StringBuilder bytes = new StringBuilder();
        for (int i = random.nextInt(40); i > 0; i--) {
            bytes.append((char) random.nextInt(256));
        }
        return bytes.toString();
    }

    private String key() {
        return "k" + random.nextInt(30);
    }

    private String pick(String... choices) {
        return choices[random.nextInt(choices.length)];
    }
}
