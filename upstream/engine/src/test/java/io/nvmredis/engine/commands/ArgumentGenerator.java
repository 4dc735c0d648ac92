package io.nvmredis.engine.commands;

import io.nvmredis.engine.TestClient;
import io.nvmredis.spi.testkit.DumpedValues;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Supplier;

/** Random commands of {@link DataCommands}, with arguments right and wrong, on few enough keys that they meet. */
public final class ArgumentGenerator {
    private static final String[] INTEGERS = {
        "0",
        "1",
        "-1",
        "2",
        "3",
        "-2",
        "5",
        "10",
        "100",
        "-100",
        "9223372036854775807",
        "-9223372036854775808",
        "9223372036854775808",
        "x",
        "",
        "1.5",
        "01",
        "+1",
        " 1",
        "-0"
    };
    private static final String[] SCORES = {
        "0",
        "1",
        "-1",
        "2.5",
        "0.1",
        "0.3",
        "1e20",
        "1e-7",
        "inf",
        "-inf",
        "+inf",
        "Infinity",
        "nan",
        "x",
        "",
        "1e400",
        "1e-400",
        "0x10",
        "17e0",
        " 1",
        "3.0",
        "1700000000.123",
        "123456789012345678",
        "1e16",
        "1e17",
        ".5",
        "5.",
        "1d",
        "1_0"
    };
    private static final String[] RIGHT_SCORES = {"1", "2", "0.1", "5", "3.7", "inf", "-1e-7"};
    private static final String[] BOUNDS = {
        "-inf", "+inf", "inf", "(1", "1", "(0.1", "2", "(", "-5", "5", "x", "(x", "", "(inf", "nan", " 1", "1 ", "0",
        "-0", "(-inf"
    };
    private static final String[] LEXICAL = {
        "-", "+", "[a", "(a", "[b", "(c", "[", "(", "a", "", "[zz", "-x", "+x", "[e"
    };
    private static final String[] MEMBERS = {"a", "b", "c", "d", "e", "1", "2", "3", "10", "", "\u0000\u00ff", "foo"};
    private static final String[] NUMBERS = {
        "0",
        "1",
        "1.5",
        "0.1",
        "-0.25",
        "1e2",
        "3.0",
        "10.50",
        "1e-20",
        "123456789.123456789",
        "1e300",
        "inf",
        "-inf",
        "nan",
        "x",
        "",
        "5e3",
        "0x10",
        "1e5000",
        ".1",
        "5.",
        "-0",
        "1e20",
        "99999999999999999999"
    };
    private static final String[] IDS = {
        "0",
        "0-0",
        "1-1",
        "1-2",
        "2-1",
        "3",
        "5-*",
        "0-*",
        "1-*",
        "x",
        "-",
        "+",
        "1-1-1",
        "18446744073709551615-18446744073709551615",
        "18446744073709551616",
        "-1",
        "1-",
        "",
        "9-9",
        "10-1",
        "12",
        "01-1"
    };
    private static final String[] ENDS = {
        "-",
        "+",
        "0",
        "1",
        "1-1",
        "(1-1",
        "(1",
        "5",
        "(5-0",
        "x",
        "(",
        "",
        "(-",
        "(+",
        "(18446744073709551615-18446744073709551615",
        "(0-0",
        "2-1",
        "3",
        "99"
    };
    private static final String[] KEYS = {
        "z1", "z2", "z3", "g1", "g2", "t1", "t2", "l1", "l2", "s1", "n1", "h1", "x1", "none", "none2"
    };

    private final Random random;
    private final List<Supplier<String[]>> makers = new ArrayList<>();

    public ArgumentGenerator(Random random) {
        this.random = random;
        sortedSets();
        sortedSetRanges();
        numbers();
        strings();
        bits();
        places();
        streams();
        lists();
        others();
    }

    public String[] next() {
        return makers.get(random.nextInt(makers.size())).get();
    }

    private void sortedSets() {
        add(
                "ZADD",
                () -> words(
                        key("z"),
                        options("NX", "XX", "GT", "LT", "CH", "INCR"),
                        repeat(0, 3, () -> words(score(), member()))));
        add("ZADD", () -> words(key("z"), options("NX", "XX", "GT", "LT", "CH", "INCR"), pick(RIGHT_SCORES), member()));
        add("ZADD", () -> words(key("z"), repeat(1, 4, () -> words(pick(RIGHT_SCORES), member()))));
        add("ZADD", () -> words(key("z"), repeat(1, 4, () -> words(pick(RIGHT_SCORES), member()))));
        add("ZINCRBY", () -> words(key("z"), score(), member()));
        add("ZREM", () -> words(key("z"), repeat(1, 2, this::oneMember)));
        add("ZCARD", () -> words(key("z")));
        add("ZSCORE", () -> words(key("z"), member()));
        add("ZMSCORE", () -> words(key("z"), repeat(1, 3, this::oneMember)));
        add("ZRANK", () -> words(key("z"), member()));
        add("ZREVRANK", () -> words(key("z"), member()));
        add("ZPOPMIN", () -> words(key("z"), repeat(0, 2, this::oneInteger)));
        add("ZPOPMAX", () -> words(key("z"), repeat(0, 2, this::oneInteger)));
        add("ZRANDMEMBER", () -> words(pick("none", "s1"), repeat(0, 2, this::oneInteger)));
        for (String name : List.of("ZUNION", "ZINTER", "ZDIFF")) {
            add(name, () -> words(counted(), combining()));
            add(name, () -> words(counted(), "WITHSCORES"));
            add(name + "STORE", () -> words(key("z"), counted(), combining()));
            add(name + "STORE", () -> words(key("z"), counted()));
        }
        add("ZINTERCARD", () -> words(counted(), combining()));
    }

    private Object counted() {
        String[] keys = repeat(1, 3, () -> words(key("zt")));
        return words(random.nextInt(7) == 0 ? integer() : "" + keys.length, keys);
    }

    private Object combining() {
        return repeat(0, 2, () -> switch (random.nextInt(8)) {
            case 0, 1 -> words("WEIGHTS", repeat(1, 3, () -> words(score())));
            case 2 -> words("limit", integer());
            case 3 -> words("WITHSCORES");
            case 4 -> words("AGGREGATE");
            default -> words("aggregate", pick("SUM", "min", "MAX", "x"));
        });
    }

    private void sortedSetRanges() {
        add("ZADD", () -> words("zl", "0", member(), "0", member()));
        add("ZCOUNT", () -> words(key("z"), pick(BOUNDS), pick(BOUNDS)));
        add("ZLEXCOUNT", () -> words("zl", pick(LEXICAL), pick(LEXICAL)));
        add("ZRANGE", () -> words(pick(key("z"), "zl"), end(), end(), ranging()));
        add("ZRANGE", () -> words(pick(key("z"), "zl"), pick("0", "1", "-2"), pick("-1", "2", "0"), ranging()));
        add("ZRANGESTORE", () -> words(key("z"), key("z"), end(), end(), ranging()));
        add("ZRANGESTORE", () -> words(key("z"), key("z"), pick("0", "1", "-2"), pick("-1", "2", "0"), ranging()));
        add("ZRANGEBYSCORE", () -> words(key("z"), pick(BOUNDS), pick(BOUNDS), ranging()));
        add("ZREVRANGEBYSCORE", () -> words(key("z"), pick(BOUNDS), pick(BOUNDS), ranging()));
        add("ZRANGEBYLEX", () -> words("zl", pick(LEXICAL), pick(LEXICAL), ranging()));
        add("ZREVRANGEBYLEX", () -> words("zl", pick(LEXICAL), pick(LEXICAL), ranging()));
        add("ZREVRANGE", () -> words(key("z"), integer(), integer(), ranging()));
        add("ZREMRANGEBYSCORE", () -> words(key("z"), pick(BOUNDS), pick(BOUNDS)));
        add("ZREMRANGEBYRANK", () -> words(key("z"), integer(), integer()));
        add("ZREMRANGEBYLEX", () -> words("zl", pick(LEXICAL), pick(LEXICAL)));
    }

    private String end() {
        return pick(integer(), pick(BOUNDS), pick(LEXICAL), "0", "-1");
    }

    private Object ranging() {
        return repeat(0, 2, () -> switch (random.nextInt(9)) {
            case 0, 1 -> words("rev");
            case 2, 3 -> words("BYSCORE");
            case 4 -> words("BYLEX");
            case 5 -> words("WITHSCORES");
            case 6 -> words("LIMIT", "1", pick("2", "-1"));
            case 7 -> words("limit", integer(), integer());
            default -> words("LIMIT", "1");
        });
    }

    private void numbers() {
        add("INCR", () -> words(key("n")));
        add("DECR", () -> words(key("ns")));
        add("INCRBY", () -> words(key("n"), integer()));
        add("DECRBY", () -> words(key("n"), integer()));
        add("INCRBYFLOAT", () -> words(key("n"), pick(NUMBERS)));
        add("SET", () -> words(key("n"), pick(pick(NUMBERS), integer())));
        add("HINCRBY", () -> words("h1", member(), integer()));
        add("HINCRBYFLOAT", () -> words("h1", member(), pick(NUMBERS)));
        add("HSET", () -> words("h1", member(), pick(pick(NUMBERS), integer())));
        add("HSET", () -> words(key("h"), repeat(2, 4, this::oneMember)));
        add("HMSET", () -> words(key("h"), repeat(2, 4, this::oneMember)));
        add("HSTRLEN", () -> words(key("h"), member()));
    }

    private void strings() {
        String[] offsets = {"0", "1", "7", "8", "100", "-1", "x", "4294967296", "1000", ""};
        add(
                "SETRANGE",
                () -> words(
                        key("sn"),
                        pick("0", "1", "5", "20", "-1", "x", "536870912", "9223372036854775807", ""),
                        pick("", "x", "\u00fe\u0000abc")));
        add("SETBIT", () -> words(key("sn"), pick(offsets), pick("0", "1", "2", "x", "-1")));
        add("GETBIT", () -> words(key("sn"), pick(pick(offsets), "4294967295")));
        add("MSET", () -> words((Object) repeat(2, 4, () -> words(pick("s1", "n1", "none2", "v")))));
        add("MSETNX", () -> words((Object) repeat(2, 4, () -> words(pick("none", "none2", "n1")))));
        add("TYPE", () -> words(pick(KEYS)));
        add("DEL", () -> words(pick(KEYS)));
    }

    private void places() {
        add("GEOADD", () -> words(key("g"), options("NX", "XX", "CH"), repeat(0, 3, () -> words(place(), member()))));
        add("GEOADD", () -> words(key("g"), repeat(1, 5, () -> words(rightPlace(), member()))));
        add("GEOADD", () -> words(key("g"), repeat(1, 5, () -> words(rightPlace(), member()))));
        add("GEOADD", () -> words(key("g"), repeat(1, 5, this::oneMember)));
        add("GEOPOS", () -> words(key("gz"), repeat(0, 3, this::oneMember)));
        add("GEOHASH", () -> words(key("gz"), repeat(0, 3, this::oneMember)));
        add("GEODIST", () -> words(key("gz"), member(), member(), options("km", "M", "ft", "MI", "x")));
        for (String form : List.of("", "_RO")) {
            String[] around = words(form.isEmpty() ? "STORE" : "WITHDIST", form.isEmpty() ? "z1" : "ASC");
            add("GEORADIUS" + form, () -> words(key("gz"), place(), distance(), unit(), found("STORE z2")));
            add("GEORADIUS" + form, () -> words(key("g"), rightPlace(), distance(), "km", found()));
            add("GEORADIUS" + form, () -> words(key("g"), rightPlace(), distance(), "km", around));
            add("GEORADIUSBYMEMBER" + form, () -> words(key("gz"), member(), distance(), unit(), found("STOREDIST")));
            add("GEORADIUSBYMEMBER" + form, () -> words(key("g"), member(), distance(), "mi", around));
        }
        add("GEOSEARCH", () -> words(key("g"), centre(), extent(), found()));
        add("GEOSEARCH", () -> words(key("g"), "FROMLONLAT", rightPlace(), extent(), found("STOREDIST")));
        add("GEOSEARCH", () -> words(key("gz"), repeat(2, 4, () -> random.nextBoolean() ? centre() : extent())));
        add("GEOSEARCHSTORE", () -> words(pick(KEYS), key("g"), centre(), extent(), options("DESC", "COUNT 1", "x")));
        add("GEOSEARCHSTORE", () -> words(key("z"), key("g"), extent(), centre(), found()));
    }

    private String[] place() {
        return words(
                pick("0", "180", "-180", "181", "inf", "x", "-0", "1e300"), pick("0", "85.05112878", "-85.06", "nan"));
    }

    private String[] rightPlace() {
        double size = Math.pow(10, -random.nextInt(5));
        return words("" + size * 180 * (2 * random.nextDouble() - 1), "" + size * 85 * (2 * random.nextDouble() - 1));
    }

    private String distance() {
        return pick("0", "-1", "x", "", "0.001", "1", "100", "500", "2000", "5000", "12000", "100000");
    }

    private String unit() {
        return pick("m", "km", "KM", "ft", "Mi", "x");
    }

    private String[] found(String... more) {
        String[] all =
                words("ASC DESC WITHCOORD WITHDIST WITHHASH ANY x".split(" ", -1), "COUNT 1", "COUNT 2 ANY", more);
        return repeat(0, 3, () -> pick(all).split(" ", -1));
    }

    private String[] centre() {
        return random.nextInt(3) == 0 ? words("FROMMEMBER", member()) : words("fromlonlat", rightPlace());
    }

    private String[] extent() {
        return random.nextBoolean()
                ? words("BYRADIUS", distance(), unit())
                : words("bybox", distance(), distance(), pick("km", "KM", "x", "m"));
    }

    private void bits() {
        String[] operations = {"and", "OR", "xor", "NOT", "not", "x"};
        add("BITCOUNT", () -> words(key("sn"), repeat(0, 2, this::oneInteger), options("BIT", "byte")));
        add("BITCOUNT", () -> words(key("sn"), integer(), integer(), options("BIT", "BYTE", "x")));
        add("BITPOS", () -> words(key("sn"), pick("0", "1"), repeat(0, 2, this::oneInteger), options("bit", "BYTE")));
        add("BITPOS", () -> words(key("sn"), pick("0", "1", "2", "x", "-1"), integer(), integer()));
        add("BITOP", () -> words(pick(operations), pick(KEYS), repeat(1, 3, () -> words(key("sn")))));
        add("BITOP", () -> words(pick("AND", "OR", "XOR"), key("sn"), key("sn"), key("sn")));
        add("BITFIELD", () -> words(key("sn"), repeat(0, 4, this::fieldOperation)));
        add("BITFIELD", () -> words(pick("s1", "n1"), repeat(1, 4, this::rightFieldOperation)));
        add("BITFIELD_RO", () -> words(key("sn"), repeat(0, 2, this::rightFieldOperation)));
        add("BITFIELD_RO", () -> words(key("sn"), "GET", fieldType(), fieldOffset()));
    }

    private String[] fieldOperation() {
        return switch (random.nextInt(5)) {
            case 0 -> words("OVERFLOW", pick("WRAP", "sat", "FAIL", "x"));
            case 1 ->
                words("get", pick(fieldType(), "u64", "i65", "i0", "8", "", "u", "I8"), pick("0", "#1", "x", "-1"));
            case 2 ->
                words("SET", fieldType(), pick("#", "", "#x", "#-1", "4294967296", "#9223372036854775807"), integer());
            case 3 -> words("incrby", fieldType(), fieldOffset());
            default -> rightFieldOperation();
        };
    }

    private String[] rightFieldOperation() {
        return switch (random.nextInt(4)) {
            case 0 -> words("GET", fieldType(), fieldOffset());
            case 1 -> words("SET", fieldType(), fieldOffset(), fieldNumber());
            case 2 -> words("INCRBY", fieldType(), fieldOffset(), fieldNumber());
            default -> words("OVERFLOW", pick("WRAP", "SAT", "FAIL"));
        };
    }

    private String fieldType() {
        int bits = random.nextInt(3) == 0 ? random.nextInt(4) + 60 : random.nextInt(20) + 1;
        return pick("u", "i") + bits;
    }

    private String fieldOffset() {
        return pick("", "", "#") + random.nextInt(random.nextInt(3) == 0 ? 300 : 20);
    }

    private String fieldNumber() {
        return switch (random.nextInt(3)) {
            case 0 -> "" + random.nextLong();
            case 1 -> "" + (random.nextLong() >> random.nextInt(64));
            default -> pick("0", "1", "-1", "255", "9223372036854775807", "-9223372036854775808");
        };
    }

    private void streams() {
        add("XADD", () -> words("x1", trimming(), pick(IDS), repeat(0, 4, this::oneMember), "a"));
        add("XADD", () -> words("x1", trimming(), pick("5-*", "0-*", "1-*", "9-9"), "a", "1"));
        add("XADD", () -> words(key("x"), pick("1-1", "1-2", "2-1", "3", "4-*"), "a", "1", "a", "2"));
        add("XTRIM", () -> words(key("x"), trimming(), "MAXLEN", "5"));
        add("XTRIM", () -> words(key("x"), threshold()));
        add("XLEN", () -> words(key("x")));
        add(
                "XSETID",
                () -> words("x1", pick(IDS), options("ENTRIESADDED", "5", "x", "-1", "MAXDELETEDID", "9-9", "1-1")));
        groups();
        add("XDEL", () -> words(key("x"), repeat(1, 2, () -> words(pick(IDS)))));
        for (String name : List.of("XRANGE", "XREVRANGE")) {
            add(
                    name,
                    () -> words(
                            key("x"), pick(ENDS), pick(ENDS), options("COUNT 1", "COUNT", "x", "COUNT -1", "COUNT 0")));
            add(name, () -> words("x1", name.equals("XRANGE") ? "- +".split(" ", -1) : "+ -".split(" ", -1)));
        }
    }

    private void groups() {
        String[] subcommands = {"CREATE", "SETID", "DESTROY", "CREATECONSUMER", "DELCONSUMER", "HELP", "x"};
        add(
                "XGROUP",
                () -> words(
                        pick(subcommands),
                        key("x"),
                        pick("g", "h", ""),
                        options("$", "0", "5-5", "c", "MKSTREAM", "ENTRIESREAD", "-1", "-2", "7")));
        add("XGROUP", () -> words("CREATE", "x1", pick("g", "h"), pick("0", "$", "-", "1-1")));
        add(
                "XREADGROUP",
                () -> words(
                        "GROUP",
                        pick("g", "h"),
                        "c",
                        options("NOACK", "COUNT", "1", "x", "-1", "GROUP"),
                        pick("STREAMS", "x"),
                        key("x"),
                        pick(">", "0", "$", "-", "1-1", "x")));
        add("XACK", () -> words(key("x"), pick("g", "h"), repeat(1, 3, () -> words(pick(IDS)))));
        add(
                "XPENDING",
                () -> words(
                        key("x"),
                        pick("g", "h"),
                        options("IDLE", "0", "x"),
                        pick(ENDS),
                        pick(ENDS),
                        options("10", "-1", "x", "c")));
        add("XPENDING", () -> words(key("x"), pick("g", "h")));
        String[] claims = {
            "IDLE", "TIME", "0", "5", "x", "RETRYCOUNT", "3", "-1", "FORCE", "JUSTID", "LASTID", "1-1", "COUNT"
        };
        add(
                "XCLAIM",
                () -> words(
                        key("x"),
                        pick("g", "h"),
                        "c",
                        pick("0", "-5", "x"),
                        repeat(1, 2, () -> words(pick(IDS))),
                        options(claims)));
        add(
                "XAUTOCLAIM",
                () -> words(
                        key("x"),
                        pick("g", "h"),
                        "c",
                        pick("0", "-5", "x"),
                        pick("0", "(1-1", "-", "x"),
                        options(claims)));
        add(
                "XINFO",
                () -> words(
                        pick("STREAM", "GROUPS", "CONSUMERS", "HELP", "x"),
                        key("x"),
                        options("FULL", "COUNT", "0", "x", "g")));
    }

    private Object trimming() {
        return repeat(0, 2, () -> switch (random.nextInt(4)) {
            case 0 -> words("NOMKSTREAM");
            case 1 -> words("LIMIT", pick("0", "1", "10", "x", "-1"));
            default -> threshold();
        });
    }

    private String[] threshold() {
        return words(
                pick("MAXLEN", "maxlen", "MINID"),
                options("~", "="),
                pick("0", "1", "2", "3", "100", "-1", "x", "1-2", "5-5"));
    }

    private void lists() {
        add("RPUSH", () -> words(key("l"), repeat(1, 3, () -> words(pick("1", "2", "3", "10", "x", "a", "1.5", "")))));
        add("LPOP", () -> words(key("l"), repeat(0, 2, this::oneInteger)));
        add("RPOP", () -> words(key("l"), repeat(0, 2, this::oneInteger)));
        add(
                "LPOS",
                () -> words(
                        key("l"),
                        pick("1", "2", "a", "x"),
                        repeat(0, 2, () -> words(pick("RANK", "count", "MAXLEN", "x"), integer()))));
        add("LREM", () -> words(key("l"), integer(), pick("1", "2", "a")));
        add("LTRIM", () -> words(key("l"), integer(), integer()));
        add("LTRIM", () -> words(key("l"), pick("0", "1", "-3"), pick("-1", "3")));
        add("LINDEX", () -> words(key("l"), integer()));
        add("LRANGE", () -> words(key("l"), integer(), integer()));
        add("LSET", () -> words(key("l"), integer(), member()));
        add("LINSERT", () -> words(key("l"), pick("BEFORE", "after", "x"), pick("1", "2", "a", "x"), member()));
    }

    private void others() {
        add("SADD", () -> words(key("t"), repeat(1, 3, () -> words(pick("1", "2", "3", "10", "a", "b")))));
        add("SPOP", () -> words(key("t"), pick("0", "-1", "x", "100", ""), repeat(0, 1, this::oneInteger)));
        add("SRANDMEMBER", () -> words(pick("none", "s1"), repeat(0, 2, this::oneInteger)));
        add("SET", () -> words("w_" + pick("1", "2", "3", "a"), pick("5", "1", "30", "x", "0.5")));
        add("HSET", () -> words("h_" + pick("1", "2", "3", "a"), "f", pick("5", "1", "30", "x")));
        add("DEL", () -> words("w_" + pick("1", "2", "3"), "h_1"));
        add(
                "SORT",
                () -> words(
                        key("lzt"),
                        options(
                                "ALPHA",
                                "DESC",
                                "asc",
                                "LIMIT 0 2",
                                "LIMIT 1 5",
                                "LIMIT -1 -1",
                                "LIMIT x 1",
                                "BY w_*",
                                "BY h_*->f",
                                "GET #",
                                "GET w_*",
                                "get h_*->f",
                                "GET const",
                                "STORE l2",
                                "STORE z2",
                                "GET w_*->",
                                "BY",
                                "x")));
        add("SORT", () -> words(key("lz"), "BY", "nosort", options("DESC", "LIMIT 0 2", "GET #", "STORE l2")));
        add("HRANDFIELD", () -> words(pick("none", "s1"), repeat(0, 2, this::oneInteger), options("WITHVALUES")));
        add("HRANDFIELD", () -> words("h1", integer(), options("WITHVALUES", "x")));
        add("RENAMENX", () -> words(pick(KEYS), pick(KEYS)));
        List<String> dumped =
                DumpedValues.all().values().stream().map(TestClient::text).toList();
        String[] ofRestore = {"REPLACE", "REPLACE", "ABSTTL", "IDLETIME 5", "FREQ 3", "FREQ 256", "IDLETIME", "x"};
        Supplier<String> payload = () -> pick("x", dumped.get(random.nextInt(dumped.size())));
        // Deadlines are not compared: the clocks differ.
        String[] times = {"0", "0", "-1", "x"};
        add("RESTORE", () -> words(pick(KEYS), pick(times), payload.get(), options(ofRestore)));
        add("RESTORE", () -> words(pick(KEYS), "1", payload.get(), "ABSTTL", "REPLACE"));
        add("SWAPDB", () -> words(pick("0", "1", "x", "16", "-1", integer()), pick("0", "1", "2", "y", "", integer())));
        String[] ofLcs = {"IDX", "LEN", "MINMATCHLEN 2", "WITHMATCHLEN", "minmatchlen", "x", "MINMATCHLEN -1"};
        add("SET", () -> words(key("sn"), subsequence()));
        add("LCS", () -> words(key("sn"), key("sn"), options(ofLcs)));
        add("LCS", () -> words("s1", "n1", options("IDX", "IDX", "WITHMATCHLEN", "MINMATCHLEN 2")));
        add("SORT_RO", () -> words(key("lz"), options("ALPHA", "DESC", "LIMIT 0 2", "STORE l2", "BY w_*", "GET #")));
        add("OBJECT", () -> words(pick("FREQ", "ENCODING", "x", "refcount"), pick("none", "l1", "h1", "z1")));
        add("MEMORY", () -> words("USAGE", "never", repeat(0, 2, () -> words(pick("SAMPLES", "5", "-1", "x")))));
        add("PING", () -> words((Object) repeat(0, 2, this::oneMember)));
    }

    private String subsequence() {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(12); i > 0; i--) {
            text.append(pick("a", "b", "c", "1"));
        }
        return text.toString();
    }

    private void add(String name, Supplier<String[]> arguments) {
        makers.add(() -> words(random.nextInt(4) == 0 ? name.toLowerCase(Locale.ROOT) : name, arguments.get()));
    }

    /** One after the other: words, and arrays of words. */
    private static String[] words(Object... parts) {
        List<String> words = new ArrayList<>();
        for (Object part : parts) {
            if (part instanceof String[] several) {
                words.addAll(List.of(several));
            } else {
                words.add((String) part);
            }
        }
        return words.toArray(new String[0]);
    }

    private String[] repeat(int min, int max, Supplier<String[]> maker) {
        List<String> words = new ArrayList<>();
        for (int count = min + random.nextInt(max - min + 1); count > 0; count--) {
            words.addAll(List.of(maker.get()));
        }
        return words.toArray(new String[0]);
    }

    private String[] options(String... choices) {
        return repeat(0, 2, () -> pick(choices).split(" ", -1));
    }

    private String pick(String... choices) {
        return choices[random.nextInt(choices.length)];
    }

    /** A key of one of these types, and now and then of another. */
    private String key(String types) {
        String key = pick(KEYS);
        while (random.nextInt(8) != 0 && types.indexOf(key.charAt(0)) < 0) {
            key = pick(KEYS);
        }
        return key;
    }

    private String member() {
        return pick(MEMBERS);
    }

    private String[] oneMember() {
        return words(member());
    }

    private String integer() {
        return pick(INTEGERS);
    }

    private String[] oneInteger() {
        return words(integer());
    }

    private String score() {
        return pick(SCORES);
    }
}
