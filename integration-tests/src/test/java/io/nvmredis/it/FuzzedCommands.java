package io.nvmredis.it;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Random commands that two servers answer alike if both are right: every command whose reply does not depend on chance or
 * on the time, with words as they should be and, now and then, as they should not.
 *
 * <p>Made from one line for each form of a command. A word in braces stands for a random one of its kind, see {@link
 * #word}; {@code [a|b c|]} for one of its alternatives; {@code {e}+} for one to three.
 */
final class FuzzedCommands {
    /** How a reply is to be compared, by the sign in front of a form. */
    enum Comparison {
        EXACT,
        /** The elements of an array have no order. */
        UNORDERED,
        /** Pairs of words have no order. */
        UNORDERED_PAIRS,
        /** A number of seconds or milliseconds that goes by. */
        TIME
    }

    /** A command, and how its replies are compared. */
    record Command(List<String> words, Comparison comparison) {}

    private static final String FORMS = """
            append {s} {v}
            decr {n}
            decrby {n} {i}
            get {s}
            getbit {s} {i}
            getdel {s}
            getex {s} [|PERSIST|EX 1000|PX 1000000|EXAT {sec}|PXAT {ms}]
            getrange {s} {i} {i}
            getset {s} {v}
            incr {n}
            incrby {n} {i}
            incrbyfloat {n} {d}
            mget {k}+
            mset {s} {v} {n} {i}
            msetnx {s} {v} {s} {v}
            psetex {s} 1000000 {v}
            set {s} {v} [||||NX|XX|GET|KEEPTTL|EX 1000|PX 1000000|PXAT {ms}|NX GET|XX GET EX 100|XX KEEPTTL]
            set {n} {i}
            setbit {s} {u} [0|1]
            setex {s} 1000 {v}
            setnx {s} {v}
            setrange {s} {u} {v}
            strlen {s}
            bitcount {s} [|0 -1|{i} {i}]
            bitcount {s} {i} {i} [BIT|BYTE]
            bitpos {s} [0|1] [|{i}|{i} {i}|{i} {i} BIT]
            bitop [AND|OR|XOR] {s} {s} {s}
            bitop NOT {s} {s}
            bitfield {s} [SET u8 {u} {i}|INCRBY i5 #{u} {i}|GET u3 {u}] [|OVERFLOW SAT|OVERFLOW FAIL] [|INCRBY u2 {u} 3|SET i62 #1 {i}]
            bitfield_ro {s} [|GET u8 {u}|GET i5 #{u} GET u63 0]
            substr {s} {i} {i}
            copy {k} {k} [|REPLACE|DB 1 REPLACE]
            del {k}+
            unlink {k}+
            exists {k}+
            expire {k} [1000|2000|-1] [||NX|XX]
            expire {k} {sooner} [GT|LT]
            expireat {k} [{sec}|1] [||NX|XX|GT|LT]
            pexpire {k} 1000000 [||NX|XX]
            pexpire {k} {sooner}000 [GT|LT]
            pexpireat {k} {ms} [|||NX|XX|GT|LT]
            persist {k}
            rename {k} {k}
            renamenx {k} {k}
            swapdb [0|1] [0|1|2]
            move {k} [1|2]
            type {k}
            ≈ttl {k}
            ≈pttl {k}
            ≈expiretime {k}
            ≈pexpiretime {k}
            ~keys [*|s*|?0|[a-m]*|none]
            dbsize
            touch {k}+
            select [0|0|0|1]
            sort {l} [|BY w_*|BY nosort] [|LIMIT 0 2|LIMIT 1 -1] [|GET #|GET w_*|GET # GET w_*] [|DESC|ASC] ALPHA [||STORE {l}]
            sort {z} [|LIMIT 0 2] [|DESC] ALPHA [||STORE {l}]
            sort_ro {l} [|BY nosort] [|LIMIT 0 2] [|DESC] ALPHA
            lcs {s} {s} [|LEN|IDX] [|MINMATCHLEN 2] [|WITHMATCHLEN]
            object [freq|refcount] {l}
            memory usage none
            sort {t} ALPHA [|DESC] [|LIMIT 0 3] [||STORE {l}]
            sort {l} [|DESC]
            lpush {l} {e}+
            lpushx {l} {e}+
            rpush {l} {e}+
            rpushx {l} {e}+
            lpop {l} [|2|0|100]
            rpop {l} [|2|0|100]
            lindex {l} {i}
            linsert {l} [BEFORE|AFTER] {e} {e}
            llen {l}
            lpos {l} {e} [|RANK {i}] [|COUNT {u}] [|MAXLEN {u}]
            lrange {l} {i} {i}
            lrem {l} {i} {e}
            lset {l} {i} {e}
            ltrim {l} {i} {i}
            rpoplpush {l} {l}
            blpop {l} {l} 0.01
            brpop {l} 0.01
            brpoplpush {l} {l} 0.01
            sadd {t} {e}+
            srem {t} {e}+
            scard {t}
            sismember {t} {e}
            smismember {t} {e}+
            ~smembers {t}
            smove {t} {t} {e}
            ~sdiff {t}+
            ~sinter {t}+
            ~sunion {t}+
            sdiffstore {t} {t}+
            sinterstore {t} {t}+
            sunionstore {t} {t}+
            sintercard 2 {t} {t} [|LIMIT {u}]
            hset {h} {f} {v}
            hset {h} {f} {v} {f} {v}
            hmset {h} {f} {v} {f} {v}
            hsetnx {h} {f} {v}
            hget {h} {f}
            hmget {h} {f}+
            hdel {h} {f}+
            hexists {h} {f}
            hlen {h}
            hstrlen {h} {f}
            :hgetall {h}
            ~hkeys {h}
            ~hvals {h}
            hincrby {h} n {i}
            hincrbyfloat {h} n {d}
            zadd {z} [||||NX|XX|GT|LT|CH|XX CH|GT CH|NX CH] {d} {e}
            zadd {z} {d} {e} {d} {e}
            zadd {z} [|NX|XX|GT] INCR {d} {e}
            zadd {y} 0 {e} 0 {e} 0 {e}
            zcard {z}
            zcount {z} {b} {b}
            zdiff 2 {z} {z} [|WITHSCORES]
            zdiffstore {z} 2 {z} {z}
            zincrby {z} {d} {e}
            zinter 2 {z} {z} [|WEIGHTS 2 3] [|AGGREGATE MIN] [|WITHSCORES]
            zintercard 2 {z} {z} [|LIMIT {u}]
            zinterstore {z} 2 {z} {t} [|WEIGHTS 2 0.5] [|AGGREGATE MAX]
            zlexcount [{y}|{z}] {x} {x}
            zmscore {z} {e}+
            zpopmax {z} [|2|0]
            zpopmin {z} [|2|0]
            bzpopmin {z} {z} 0.01
            bzpopmax {z} 0.01
            zmpop 2 {z} {z} [MIN|MAX] [|COUNT 2]
            bzmpop 0.01 1 {z} [MIN|MAX] [|COUNT 2]
            zrange {z} {i} {i} [|REV] [|WITHSCORES]
            zrange {z} {b} {b} BYSCORE [|LIMIT 0 2|LIMIT 1 -1] [|WITHSCORES]
            zrange {z} {b} {b} BYSCORE REV
            zrange [{y}|{z}] {x} {x} BYLEX [|REV] [|LIMIT 0 2]
            zrangebylex [{y}|{z}] {x} {x} [|LIMIT 1 2]
            zrangebyscore {z} {b} {b} [|WITHSCORES] [|LIMIT 1 2]
            zrangestore {z} {z} {i} {i} [|REV]
            zrangestore {z} {z} {b} {b} BYSCORE [|LIMIT 0 1]
            zrank {z} {e}
            zrem {z} {e}+
            zremrangebylex [{y}|{z}] {x} {x}
            zremrangebyrank {z} {i} {i}
            zremrangebyscore {z} {b} {b}
            zrevrange {z} {i} {i} [|WITHSCORES]
            zrevrangebylex [{y}|{z}] {x} {x}
            zrevrangebyscore {z} {b} {b} [|WITHSCORES]
            zrevrank {z} {e}
            zscore {z} {e}
            geoadd {g} [|||NX|XX|CH] {place} {e}
            geoadd {g} {place} {e} {place} {e} {place} {e}
            geopos {g} {e}+
            geohash {g} {e}+
            geodist {g} {e} {e} [|m|km|ft|mi]
            geosearch {g} FROMLONLAT {place} BYRADIUS {far} km [|ASC|DESC] [|WITHCOORD] [|WITHDIST] [|WITHHASH]
            geosearch {g} FROMMEMBER {e} BYBOX {far} {far} km [|COUNT 2|COUNT 1 ANY] [|DESC]
            geosearchstore {g} {g} FROMLONLAT {place} BYBOX {far} {far} mi [|COUNT 2]
            georadius {g} {place} {far} km [|STORE {g}|ASC|COUNT 2 WITHDIST]
            georadius_ro {g} {place} {far} km [|WITHCOORD]
            georadiusbymember {g} {e} {far} ft [|STORE {g}|DESC]
            georadiusbymember_ro {g} {e} {far} mi [|WITHDIST]
            blmove {l} {l} [LEFT|RIGHT] [LEFT|RIGHT] 0.01
            blmpop 0.01 2 {l} {l} [LEFT|RIGHT] [|COUNT 2]
            lmove {l} {l} [LEFT|RIGHT] [LEFT|RIGHT]
            lmpop 2 {l} {l} [LEFT|RIGHT] [|COUNT 2]
            ~spop {t} 100
            ~srandmember {t} 100
            ~zrandmember {z} 100 WITHSCORES
            ~zrandmember {z} 100
            ~hrandfield {h} 100 WITHVALUES
            ~hrandfield {h} 100
            ~hscan {h} 0 COUNT 1000
            ~sscan {t} 0 [|MATCH e*] COUNT 1000
            ~zscan {z} 0 [|MATCH e*] COUNT 1000
            watch [{s}|{n}|{l}|{t}|{h}|{z}|{r}]
            unwatch
            publish c {v}
            pubsub [channels|numpat|numsub c|numsub]
            client [getname|setname {v}|trackinginfo|getredir|no-evict on|no-evict off|unblock 99999|kill id 99999|list type replica]
            config set [slowlog-max-len {i}|slowlog-max-len {u} tcp-keepalive {i}|maxmemory-policy {v}|lazyfree-lazy-expire yes]
            zunion 2 {z} {z} [|WEIGHTS 2 3] [|AGGREGATE MAX] [|WITHSCORES]
            zunionstore {z} 2 {z} {z} [|WEIGHTS 1 -1] [|AGGREGATE MIN]
            xadd {r} [|NOMKSTREAM] [||MAXLEN 3|MAXLEN = 2|MAXLEN ~ 100|MINID {id}] {id} {f} {v}
            xadd {r} {id} {f} {v} {f} {v}
            xack {r} {grp} {id} {id}
            xautoclaim {r} {grp} {c} [0|1000000] [0|{id}|({id}] [|COUNT 1] [|JUSTID]
            xclaim {r} {grp} {c} [0|1000000] {id} {id} [|FORCE|RETRYCOUNT 4|IDLE 5000|TIME 1600000000000|FORCE JUSTID|LASTID {id}]
            xgroup create {r} {grp} [0|$|{id}] [|MKSTREAM|MKSTREAM|ENTRIESREAD 2]
            xgroup create {r} {grp} 0 MKSTREAM
            xgroup [setid {r} {grp} 0|setid {r} {grp} $ ENTRIESREAD 1|destroy {r} {grp}|help]
            xgroup [createconsumer|delconsumer] {r} {grp} {c}
            xinfo [groups {r}|stream {r}|help]
            xpending {r} {grp}
            xreadgroup GROUP {grp} {c} [|COUNT 1|COUNT 2|NOACK|BLOCK 10] STREAMS {r} [>|>|0|{id}]
            xreadgroup GROUP {grp} {c} STREAMS {r} {r} [> >|0 >]
            xsetid {r} [99-0|{id}] [|ENTRIESADDED 50|MAXDELETEDID {id}]
            xdel {r} {id} {id}
            xlen {r}
            xrange {r} [-|{id}|({id}] [+|{id}|({id}] [|COUNT 2|COUNT 0]
            xrevrange {r} [+|{id}|({id}] [-|{id}|({id}] [|COUNT 2]
            xread [|COUNT 2] STREAMS {r} [0|{id}|$]
            xread STREAMS {r} {r} 0 {id}
            xread BLOCK 10 STREAMS {r} [$|{id}]
            xtrim {r} [MAXLEN {u}|MAXLEN = 2|MINID {id}|MAXLEN ~ 100 LIMIT 10]
            pfadd {p} {e}+
            pfcount {p}+
            pfmerge {p} {p} {p}
            flushdb
            echo {v}
            ping [|{v}]
            """;

    private final Random random;
    private final List<String> forms = FORMS.lines().toList();

    FuzzedCommands(Random random) {
        this.random = random;
    }

    /** Most are as they should be; of the others a word has been changed, left out, moved or put in. */
    Command next() {
        String form = pick(forms);
        Comparison comparison = switch (form.charAt(0)) {
            case '~' -> Comparison.UNORDERED;
            case ':' -> Comparison.UNORDERED_PAIRS;
            case '≈' -> Comparison.TIME;
            default -> Comparison.EXACT;
        };
        List<String> words = expand(comparison == Comparison.EXACT ? form : form.substring(1));
        if (words.get(0).equals("flushdb") && random.nextInt(10) > 0) {
            return next();
        }
        if (random.nextInt(6) == 0) {
            spoil(words);
        }
        if (mayWaitForever(words) || isChance(words)) {
            return next();
        }
        return new Command(words, comparison);
    }

    /** Whether its time to wait has been spoilt. */
    private static boolean mayWaitForever(List<String> words) {
        return switch (words.get(0)) {
            case "blpop", "brpop", "brpoplpush", "blmove", "bzpopmin", "bzpopmax" ->
                !words.get(words.size() - 1).equals("0.01");
            case "blmpop", "bzmpop" -> words.size() < 2 || !words.get(1).equals("0.01");
            case "xread", "xreadgroup" -> {
                int block = words.indexOf("BLOCK");
                yield block >= 0
                        && (block + 1 == words.size() || !words.get(block + 1).equals("10"));
            }
            default -> false;
        };
    }

    /** Whether so much is no longer asked for that there is one answer. */
    private static boolean isChance(List<String> words) {
        return switch (words.get(0)) {
            case "spop", "srandmember", "zrandmember", "hrandfield" ->
                words.size() < 3 || !words.get(2).equals("100");
            case "hscan", "sscan", "zscan" -> {
                int count = words.lastIndexOf("COUNT");
                yield count < 0
                        || count + 1 == words.size()
                        || !words.get(count + 1).equals("1000")
                        || !words.get(2).equals("0");
            }
            // Some milliseconds may have passed on one of the two servers.
            case "xclaim", "xautoclaim" ->
                words.size() > 4 && !words.get(4).equals("0") && !words.get(4).equals("1000000");
            // What has been set is forgotten by the server that is started again, and not by the other.
            case "config" -> words.size() < 2 || !words.get(1).equals("set");
            default -> false;
        };
    }

    private void spoil(List<String> words) {
        int at = random.nextInt(words.size());
        if (at == 0) {
            words.add(odd());
            return;
        }
        switch (random.nextInt(4)) {
            case 0 -> words.remove(at);
            case 1 -> words.add(at, odd());
            case 2 -> words.set(at, words.get(random.nextInt(words.size())));
            default -> words.set(at, odd());
        }
    }

    private String odd() {
        return pick(Arrays.asList(
                "",
                "x",
                "0",
                "-1",
                "1",
                "abc",
                "1.5",
                "nan",
                "inf",
                "-inf",
                "9223372036854775807",
                "-9223372036854775808",
                "9223372036854775808",
                "1e400",
                " 1",
                "1 ",
                "+1",
                "01",
                "COUNT",
                "LIMIT",
                "WITHSCORES",
                "NX",
                "XX",
                "GT",
                "GET",
                "EX",
                "STORE",
                "BY",
                "REV",
                "MAXLEN",
                "*",
                "-",
                "+",
                "$",
                "(1",
                "[a",
                "\u00ff\u0000",
                key("k")));
    }

    private List<String> expand(String form) {
        List<String> words = new ArrayList<>();
        int at = 0;
        while (at < form.length()) {
            boolean isChoice = form.charAt(at) == '[' && form.indexOf('|', at) > 0;
            int end = isChoice ? endOfChoice(form, at) + 1 : endOfWord(form, at);
            String part = form.substring(at, end);
            if (isChoice) {
                String chosen =
                        pick(Arrays.asList(part.substring(1, part.length() - 1).split("\\|", -1)));
                if (!chosen.isEmpty()) {
                    words.addAll(expand(chosen));
                }
            } else if (part.equals("{place}")) {
                // Hardly two are as far from anything: what is as far comes in an order that Redis leaves to its sort.
                words.add("" + (random.nextInt(360_000) - 180_000) / 1000.0);
                words.add("" + (random.nextInt(170_000) - 85_000) / 1000.0);
            } else if (part.endsWith("}+")) {
                for (int i = random.nextInt(3); i >= 0; i--) {
                    words.add(fill(part.substring(0, part.length() - 1)));
                }
            } else {
                words.add(fill(part));
            }
            at = end + 1;
        }
        return words;
    }

    private static int endOfWord(String form, int at) {
        int end = form.indexOf(' ', at);
        return end < 0 ? form.length() : end;
    }

    /** The bracket that is followed by a space or nothing. */
    private static int endOfChoice(String form, int at) {
        int end = form.indexOf(']', at);
        while (end + 1 < form.length() && form.charAt(end + 1) != ' ') {
            end = form.indexOf(']', end + 1);
        }
        return end;
    }

    private String fill(String part) {
        int open = part.indexOf('{');
        int close = part.indexOf('}');
        return open < 0 || close < open
                ? part
                : part.substring(0, open) + word(part.substring(open + 1, close)) + part.substring(close + 1);
    }

    private String word(String kind) {
        return switch (kind) {
            case "k" -> key(pick(List.of("s", "n", "l", "t", "h", "z", "y", "r", "p", "g")));
            // A HyperLogLog under another name would be told by nothing in the command: see KnownDifferences.
            case "s", "n", "l", "t", "h", "z", "y", "r", "p", "g" -> random.nextInt(15) == 0 ? word("k") : key(kind);
            case "v" -> value();
            case "e" -> random.nextInt(10) == 0 ? value() : "e" + random.nextInt(6);
            case "f" -> "f" + random.nextInt(4);
            case "i" -> pick(List.of("0", "1", "-1", "2", "-2", "3", "5", "-100", "100"));
            case "u" -> pick(List.of("0", "1", "2", "3", "7", "20"));
            case "d" ->
                pick(List.of(
                        "1", "2", "-1", "0.1", "inf", "-inf", "1e300", "3.25", "-0.0", "9007199254740993", "1.5e-7"));
            case "far" -> pick(List.of("0", "1", "100", "700", "3000", "9000", "30000"));
            case "b" -> pick(List.of("-inf", "+inf", "1", "(1", "0.1", "(2", "3", "-1"));
            case "x" -> pick(List.of("-", "+", "[e1", "(e2", "[e4", "(e0"));
            case "id" -> pick(List.of("1-1", "2-1", "2-5", "3", "5-0", "7-7", "9-1", "11-1", "0-1"));
            case "grp" -> "group" + random.nextInt(2);
            case "c" -> "consumer" + random.nextInt(2);
            // What two servers reckon from now is compared: it must not be about the same as before.
            case "sooner" -> "" + (1001 + random.nextInt(100_000));
            case "sec" -> "4102444800";
            case "ms" -> "4102444800123";
            default -> throw new IllegalArgumentException(kind);
        };
    }

    private String value() {
        return switch (random.nextInt(10)) {
            case 0 -> "";
            case 1 -> "long".repeat(20 + random.nextInt(30));
            case 2 -> "\u0000\r\n\u00ff\u00ac\u00ed" + random.nextInt(3);
            case 3, 4 -> "" + (random.nextInt(41) - 20);
            default -> "v" + random.nextInt(6);
        };
    }

    private String key(String type) {
        return type + random.nextInt(3);
    }

    private String pick(List<String> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}
