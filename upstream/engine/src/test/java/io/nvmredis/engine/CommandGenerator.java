package io.nvmredis.engine;

import io.nvmredis.spi.testkit.DumpedValues;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Random commands, on few enough keys that they meet. */
public final class CommandGenerator {
    private static final List<String> DUMPED =
            DumpedValues.all().values().stream().map(TestClient::text).toList();

    private final Random random;
    private final Map<String, Supplier<String[]>> writing = new TreeMap<>();
    private final List<Supplier<String[]>> reading = new ArrayList<>();

    public CommandGenerator(Random random) {
        this.random = random;
        strings();
        keys();
        lists();
        sets();
        hashes();
        sortedSets();
        places();
        streams();
        others();
        readers();
    }

    /** The writing commands that it knows how to make. */
    Map<String, Supplier<String[]>> writing() {
        return writing;
    }

    public String[] next() {
        if (random.nextInt(10) == 0) {
            return reading.get(random.nextInt(reading.size())).get();
        }
        return write();
    }

    String[] write() {
        List<Supplier<String[]>> all = new ArrayList<>(writing.values());
        return all.get(random.nextInt(all.size())).get();
    }

    private void strings() {
        add("append", () -> words("append", string(), value()));
        add("decr", () -> words("decr", number()));
        add("decrby", () -> words("decrby", number(), small()));
        add("getdel", () -> words("getdel", string()));
        add("getex", () -> words("getex", string(), pick("PERSIST", "EX 5", "PX 700", "PXAT " + (now() + 900))));
        add("getset", () -> words("getset", string(), value()));
        add("incr", () -> words("incr", number()));
        add("incrby", () -> words("incrby", number(), small()));
        add("incrbyfloat", () -> words("incrbyfloat", number(), pick("1.5", "-0.25", "3")));
        add("mset", () -> words("mset", string(), value(), string(), value()));
        add("msetnx", () -> words("msetnx", string(), value(), string(), value()));
        add("psetex", () -> words("psetex", string(), "900", value()));
        add(
                "set",
                () -> words("set", string(), value(), pick("", "", "", "EX 2", "PX 500", "KEEPTTL", "NX", "XX GET")));
        add("setbit", () -> words("setbit", bits(), "" + random.nextInt(300), pick("0", "1")));
        add("setex", () -> words("setex", string(), "1", value()));
        add("setnx", () -> words("setnx", string(), value()));
        add("setrange", () -> words("setrange", string(), "" + random.nextInt(120), value()));
        add("bitop", () -> words("bitop", pick("AND", "OR", "XOR"), bits(), bits(), string()));
        add("bitfield", () -> words("bitfield", bits(), pick("SET", "INCRBY"), fieldType(), offset(), small()));
        add("pfadd", () -> words("pfadd", log(), value(), value()));
        add("pfmerge", () -> words("pfmerge", log(), log(), log()));
    }

    private void keys() {
        add("copy", () -> words("copy", pair(), pick("", "REPLACE", "DB 1 REPLACE")));
        add("del", () -> words("del", any(), any()));
        add("unlink", () -> words("unlink", any()));
        add("expire", () -> words("expire", any(), pick("1", "2", "0", "-1"), pick("", "NX", "XX", "GT", "LT")));
        add("expireat", () -> words("expireat", any(), "" + (now() / 1000 + random.nextInt(4) - 1)));
        add("pexpire", () -> words("pexpire", any(), "" + (1 + random.nextInt(1500))));
        add("pexpireat", () -> words("pexpireat", any(), "" + (now() + random.nextInt(1500))));
        add("persist", () -> words("persist", any()));
        add("rename", () -> words("rename", pair()));
        add("renamenx", () -> words("renamenx", pair()));
        add("migrate", () -> words("migrate", "127.0.0.1", "1", any(), "0", "100", pick("", "COPY", "KEYS")));
        add("restore", () -> restore("restore"));
        add("restore-asking", () -> restore("restore-asking"));
        add("swapdb", () -> words("swapdb", pick("0", "1"), pick("0", "1", "2", "99")));
        add("move", () -> words("move", any(), pick("0", "1", "2")));
        add("flushdb", () -> random.nextInt(20) == 0 ? words("flushdb") : write());
        add("flushall", () -> random.nextInt(20) == 0 ? words("flushall") : write());
    }

    /** A RESTORE of any value that Redis has dumped, with a deadline or without. */
    private String[] restore(String command) {
        String payload = DUMPED.get(random.nextInt(DUMPED.size()));
        return words(
                command, any(), pick("0", "0", "700", "-1"), VALUE + payload, pick("", "REPLACE", "REPLACE ABSTTL"));
    }

    private void lists() {
        add("lpush", () -> words("lpush", list(), element(), element()));
        add("lpushx", () -> words("lpushx", list(), element()));
        add("rpush", () -> words("rpush", list(), element(), element(), element()));
        add("rpushx", () -> words("rpushx", list(), element()));
        add("lpop", () -> words("lpop", list(), pick("", "2")));
        add("rpop", () -> words("rpop", list(), pick("", "2")));
        add("blpop", () -> words("blpop", list(), list(), "0.001"));
        add("brpop", () -> words("brpop", list(), "0.001"));
        add("brpoplpush", () -> words("brpoplpush", list(), list(), "0.001"));
        add("rpoplpush", () -> words("rpoplpush", list(), list()));
        add("linsert", () -> words("linsert", list(), pick("BEFORE", "AFTER"), element(), element()));
        add("lrem", () -> words("lrem", list(), pick("0", "1", "-1", "-2"), element()));
        add("lset", () -> words("lset", list(), pick("0", "1", "-1", "3"), element()));
        add("ltrim", () -> words("ltrim", list(), pick("0", "1", "-3", "2"), pick("-1", "4", "-2", "0")));
        add(
                "sort",
                () -> words(
                        "sort",
                        pick(list(), set(), sortedSet()),
                        pick("LIMIT 0 0", "", "DESC"),
                        "ALPHA",
                        "STORE",
                        list()));
    }

    private void sets() {
        add("sadd", () -> words("sadd", set(), element(), element()));
        add("srem", () -> words("srem", set(), element(), element()));
        add("spop", () -> words("spop", set(), pick("", "2")));
        add("smove", () -> words("smove", set(), set(), "e" + random.nextInt(6)));
        add("sdiffstore", () -> words("sdiffstore", set(), set(), set()));
        add("sinterstore", () -> words("sinterstore", set(), set(), set()));
        add("sunionstore", () -> words("sunionstore", set(), set(), set()));
    }

    private void hashes() {
        add("hset", () -> words("hset", hash(), field(), value(), field(), value()));
        add("hmset", () -> words("hmset", hash(), field(), value()));
        add("hsetnx", () -> words("hsetnx", hash(), field(), value()));
        add("hdel", () -> words("hdel", hash(), field(), field()));
        add("hincrby", () -> words("hincrby", hash(), "n", small()));
        add("hincrbyfloat", () -> words("hincrbyfloat", hash(), "n", "0.5"));
        add("hexpire", () -> words("hexpire", hash(), pick("1", "2", "0"), "FIELDS", "1", field()));
        add(
                "hpexpire",
                () -> words(
                        "hpexpire", hash(), "" + random.nextInt(1500), pick("", "NX", "GT"), "FIELDS", "1", field()));
        add(
                "hexpireat",
                () -> words("hexpireat", hash(), "" + (now() / 1000 + random.nextInt(3)), "FIELDS", "1", field()));
        add(
                "hpexpireat",
                () -> words(
                        "hpexpireat",
                        hash(),
                        "" + (now() + random.nextInt(1500) - 100),
                        "FIELDS",
                        "2",
                        field(),
                        field()));
        add("hpersist", () -> words("hpersist", hash(), "FIELDS", "1", field()));
    }

    private void sortedSets() {
        add("zadd", () -> words("zadd", sortedSet(), pick("", "", "NX", "XX CH", "GT", "INCR"), score(), element()));
        add("zincrby", () -> words("zincrby", sortedSet(), score(), element()));
        add("zrem", () -> words("zrem", sortedSet(), element(), element()));
        add("zpopmin", () -> words("zpopmin", sortedSet(), pick("", "2")));
        add("zpopmax", () -> words("zpopmax", sortedSet()));
        add("zmpop", () -> words("zmpop", "2", sortedSet(), sortedSet(), "MIN", "COUNT", "2"));
        add("bzpopmin", () -> words("bzpopmin", sortedSet(), "0.001"));
        add("bzpopmax", () -> words("bzpopmax", sortedSet(), "0.001"));
        add("bzmpop", () -> words("bzmpop", "0.001", "1", sortedSet(), "MAX"));
        add("zdiffstore", () -> words("zdiffstore", sortedSet(), "2", sortedSet(), sortedSet()));
        add("zinterstore", () -> words("zinterstore", sortedSet(), "2", sortedSet(), set(), "WEIGHTS", "2", "3"));
        add("zunionstore", () -> words("zunionstore", sortedSet(), "2", sortedSet(), sortedSet(), "AGGREGATE", "MAX"));
        add("zrangestore", () -> words("zrangestore", sortedSet(), sortedSet(), "0", "-1"));
        add("zremrangebyrank", () -> words("zremrangebyrank", sortedSet(), "0", pick("0", "1", "-2")));
        add("zremrangebyscore", () -> words("zremrangebyscore", sortedSet(), "-1", score()));
        add("zremrangebylex", () -> words("zremrangebylex", sortedSet(), "[e1", "[e3"));
    }

    private void places() {
        add("geoadd", () -> words("geoadd", sortedSet(), pick("", "NX", "XX CH"), place(), element()));
        add(
                "georadius",
                () -> words("georadius", sortedSet(), place(), "900 km", pick("STORE", "STOREDIST"), sortedSet()));
        add("georadiusbymember", () -> words("georadiusbymember", sortedSet(), element(), "900 km STORE", sortedSet()));
        add(
                "geosearchstore",
                () -> words("geosearchstore", sortedSet(), sortedSet(), "FROMLONLAT", place(), "BYBOX 3000 900 km"));
    }

    private String place() {
        return (random.nextInt(360) - 180) + " " + (random.nextInt(170) - 85);
    }

    private void streams() {
        add(
                "xadd",
                () -> words(
                        "xadd", stream(), pick("", "", "MAXLEN 3", "MAXLEN 0", "NOMKSTREAM"), "0-*", field(), value()));
        add("xdel", () -> words("xdel", stream(), "0-" + (1 + random.nextInt(6)), "0-" + (1 + random.nextInt(20))));
        add("xtrim", () -> words("xtrim", stream(), pick("MAXLEN 2", "MAXLEN 0", "MINID 0-" + random.nextInt(30))));
        add(
                "xsetid",
                () -> words(
                        "xsetid", stream(), entryId(), pick("", "ENTRIESADDED 40 MAXDELETEDID 0-3", "ENTRIESADDED 9")));
        groups();
    }

    private void groups() {
        add("xgroup", () -> words("xgroup", groupChange()));
        add(
                "xreadgroup",
                () -> words(
                        "xreadgroup GROUP",
                        group(),
                        consumer(),
                        pick("", "COUNT 2", "NOACK", "BLOCK 1"),
                        "STREAMS",
                        stream(),
                        pick(">", ">", "0")));
        add("xack", () -> words("xack", stream(), group(), entryId(), entryId()));
        add(
                "xclaim",
                () -> words(
                        "xclaim",
                        stream(),
                        group(),
                        consumer(),
                        "0",
                        entryId(),
                        entryId(),
                        pick("", "FORCE", "JUSTID", "IDLE 500", "RETRYCOUNT 7", "FORCE LASTID " + entryId())));
        add(
                "xautoclaim",
                () -> words("xautoclaim", stream(), group(), consumer(), "0 0", pick("", "COUNT 1", "JUSTID")));
    }

    private String groupChange() {
        String place = " " + stream() + " " + group() + " ";
        return switch (random.nextInt(8)) {
            case 0, 1 -> "CREATE" + place + pick("0", "$", entryId()) + pick("", " ENTRIESREAD 3");
            case 2, 3 -> "CREATE" + place + "0 MKSTREAM";
            case 4 -> "SETID" + place + pick("0", "$", entryId()) + pick("", " ENTRIESREAD 3");
            case 5 -> "DESTROY" + place.stripTrailing();
            case 6 -> "CREATECONSUMER" + place + consumer();
            default -> "DELCONSUMER" + place + consumer();
        };
    }

    private String entryId() {
        return "0-" + (1 + random.nextInt(20));
    }

    private String group() {
        return "g" + random.nextInt(2);
    }

    private String consumer() {
        return "c" + random.nextInt(3);
    }

    private void others() {
        add("eval", () -> words("eval", VALUE + script(), "0"));
        add("blmove", () -> words("blmove", list(), list(), pick("LEFT", "RIGHT"), pick("LEFT", "RIGHT"), "0.001"));
        add("lmove", () -> words("lmove", list(), list(), pick("LEFT", "RIGHT"), pick("LEFT", "RIGHT")));
        add("lmpop", () -> words("lmpop", "2", list(), list(), pick("LEFT", "RIGHT"), "COUNT", "2"));
        add("blmpop", () -> words("blmpop", "0.001", "1", list(), pick("LEFT", "RIGHT")));
        add("fcall", () -> words("fcall", "none", "0"));
        add("evalsha", () -> words("evalsha", "0000000000000000000000000000000000000000", "0"));
    }

    /** A command that reads one field of a hash. */
    public String[] fieldReading() {
        return words(pick("hget", "hexists", "hstrlen"), hash(), field());
    }

    private void readers() {
        for (String command : new String[] {"get", "type", "ttl", "exists", "strlen"}) {
            reading.add(() -> words(command, any()));
        }
        reading.add(() -> words("keys", "*"));
        reading.add(() -> words("dbsize"));
        reading.add(() -> words("getbit", bits(), "7"));
        reading.add(() -> words("hgetall", hash()));
        reading.add(() -> words("hlen", hash()));
        reading.add(this::fieldReading);
        reading.add(() -> words("lrange", list(), "0", "-1"));
        reading.add(() -> words("smembers", set()));
        reading.add(() -> words("zrange", sortedSet(), "0", "-1"));
        reading.add(() -> words("xrange", stream(), "-", "+"));
        reading.add(() -> words("pfcount", log()));
        reading.add(() -> words("select", pick("0", "0", "1", "2", "99")));
    }

    /** A script of two or three writes, which may fail between them. */
    private String script() {
        StringBuilder script = new StringBuilder();
        for (int i = 0; i < 2 + random.nextInt(2); i++) {
            String[] command = write();
            while (command[0].startsWith("eval")) {
                command = write();
            }
            script.append("redis.pcall(");
            for (int word = 0; word < command.length; word++) {
                script.append(word == 0 ? "" : ",").append(quoted(command[word]));
            }
            script.append(") ");
        }
        return script + (random.nextInt(5) == 0 ? "error('stop')" : "return 1");
    }

    private static String quoted(String word) {
        StringBuilder quoted = new StringBuilder("'");
        for (int i = 0; i < word.length(); i++) {
            quoted.append('\\').append(String.format(Locale.ROOT, "%03d", (int) word.charAt(i)));
        }
        return quoted.append('\'').toString();
    }

    private void add(String name, Supplier<String[]> maker) {
        writing.put(name, maker);
    }

    /** A word may hold several, or be empty and then is none. A value keeps its spaces. */
    private String[] words(String... parts) {
        List<String> words = new ArrayList<>();
        for (String part : parts) {
            if (part.startsWith(VALUE)) {
                words.add(part.substring(1));
            } else if (!part.isEmpty()) {
                words.addAll(Arrays.asList(part.split(" ", -1)));
            }
        }
        return words.toArray(new String[0]);
    }

    private static final String VALUE = "\u0001";

    private String value() {
        return switch (random.nextInt(8)) {
            case 0 -> VALUE;
            case 1 -> VALUE + "long".repeat(20 + random.nextInt(30)) + random.nextInt(100);
            case 2 -> VALUE + "\u0000\r\n\u00ff\u00ac\u00ed" + random.nextInt(3);
            default -> VALUE + "v" + random.nextInt(6);
        };
    }

    private String element() {
        return random.nextInt(12) == 0 ? value() : "e" + random.nextInt(6);
    }

    private String field() {
        return "f" + random.nextInt(4);
    }

    private String small() {
        return "" + (random.nextInt(9) - 4);
    }

    private String score() {
        return pick("1", "2", "-1", "0.1", "inf", "1e300", "3.25", "-0.0", "9007199254740993");
    }

    private String string() {
        return key("s");
    }

    private String number() {
        return random.nextInt(8) == 0 ? any() : "n" + random.nextInt(2);
    }

    private String bits() {
        return key("b");
    }

    private String fieldType() {
        return pick("u1", "i8", "u16", "i64", "u63", "OVERFLOW");
    }

    private String offset() {
        return pick("", "#") + random.nextInt(80);
    }

    private String log() {
        return key("p");
    }

    private String list() {
        return key("l");
    }

    private String set() {
        return key("t");
    }

    private String hash() {
        return key("h");
    }

    private String sortedSet() {
        return key("z");
    }

    private String stream() {
        return key("x");
    }

    private String key(String type) {
        return random.nextInt(20) == 0 ? any() : type + random.nextInt(3);
    }

    /** Two keys, most often of one type. */
    private String pair() {
        String type = pick(TYPES);
        return key(type) + " " + key(type);
    }

    private static final String[] TYPES = {"s", "n", "b", "p", "l", "t", "h", "z", "x"};

    private String any() {
        return pick(TYPES) + random.nextInt(3);
    }

    private String pick(String... choices) {
        return choices[random.nextInt(choices.length)];
    }

    private long now;

    long now() {
        return now;
    }

    /** What deadlines are made from. */
    public void now(long millis) {
        now = millis;
    }
}
