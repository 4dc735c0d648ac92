package io.nvmredis.it;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** Rules for users, right and wrong, and commands to try them with, at random. */
final class RandomRules {
    private static final List<String> WORDS = AclIT.lines("""
            on
            off
            nopass
            resetpass
            reset
            allkeys
            resetkeys
            allchannels
            resetchannels
            allcommands
            nocommands
            clearselectors
            sanitize-payload
            skip-sanitize-payload
            >pw
            <pw
            >pw2
            <nope
            #xx
            !zz
            ~*
            ~a*
            ~x?
            ~[ab]
            %R~r*
            %W~w*
            %RW~b
            %WR~b
            %rw~*
            %R~*
            %R
            %q
            %RR~a
            %X~a
            %~q
            &*
            &c*
            &c
            &
            ~
            +
            -
            +@
            -@all
            +@all
            -@bogus
            +bogus
            +get|x
            +get|x|y
            -get|x
            +config|get|x
            +config|
            +config|bogus
            +select|0
            +select|1
            +debug|object
            (+get ~x*)
            (
            (~a
            +get
            b)
            ()
            (+@read %R~a)
            (on)
            ("+get" "")
            ( +get "x)
            ON
            +GET
            +@READ
            +CONFIG|GET
            bogus
            ~a b
            +|x
            +@read|x""");

    private static final List<String> CATEGORIES = List.of(
            "keyspace",
            "read",
            "write",
            "set",
            "sortedset",
            "list",
            "hash",
            "string",
            "bitmap",
            "hyperloglog",
            "geo",
            "stream",
            "pubsub",
            "admin",
            "fast",
            "slow",
            "blocking",
            "dangerous",
            "connection",
            "transaction",
            "scripting");

    /** Commands, in which K is any key. */
    private static final List<String> COMMANDS = AclIT.lines("""
            GET K
            SET K v
            SET K v GET
            MGET K K
            DEL K
            RENAME K K
            COPY K K
            LPOP K
            SORT K BY n* GET #
            SORT K STORE K
            EVAL x 1 K
            EVAL x 0
            EVAL x 9 K
            FCALL f 2 K K
            ZUNIONSTORE K 2 K K
            ZUNION 2 K K
            XREAD STREAMS K 0
            XREADGROUP GROUP g c STREAMS K K > >
            BITFIELD K GET u8 0
            BITFIELD K SET u8 0 1
            GEORADIUS K 1 1 1 km STORE K
            MIGRATE h 1 "" 0 1 KEYS K K
            MIGRATE h 1 K 0 1
            PUBLISH c m
            SPUBLISH cc m
            SUBSCRIBE c d
            SSUBSCRIBE c
            PSUBSCRIBE c*
            PSUBSCRIBE c
            UNSUBSCRIBE q
            CONFIG GET x
            config set x y
            CONFIG
            CLIENT LIST
            SELECT 0
            SELECT 2
            OBJECT ENCODING K
            MEMORY USAGE K
            XGROUP CREATE K g 0
            XINFO STREAM K
            AUTH x
            HELLO
            RESET
            ACL WHOAMI
            DEBUG OBJECT K
            EXISTS K
            STRLEN K
            EXPIRE K 1
            GETEX K
            LMPOP 1 K LEFT
            BLMPOP 0 1 K LEFT
            SINTERCARD 1 K
            PFCOUNT K K
            PFMERGE K K
            BITOP NOT K K
            LMOVE K K LEFT LEFT
            WATCH K
            RESTORE K 0 x
            ZRANGESTORE K K 0 1
            SMOVE K K m
            BLPOP K K 0
            BOGUS x
            GET
            ZINTERCARD x K
            COMMAND COUNT
            FUNCTION LIST
            SORT_RO K GET p
            SCAN 0
            FLUSHALL""");

    private static final List<String> KEYS = List.of("a", "ab", "x1", "r1", "w1", "b", "zz", "x");
    private static final List<String> USERS = List.of("u1", "u2", "u3");

    private final Random random;

    RandomRules(Random random) {
        this.random = random;
    }

    private String one(List<String> of) {
        return of.get(random.nextInt(of.size()));
    }

    String user() {
        return one(USERS);
    }

    String[] setUser(String user) {
        List<String> words = new ArrayList<>(List.of("ACL", "SETUSER", user));
        int count = 1 + random.nextInt(6);
        for (int i = 0; i < count; i++) {
            words.add(rule());
        }
        return words.toArray(new String[0]);
    }

    private String rule() {
        String sign = random.nextBoolean() ? "+" : "-";
        return switch (random.nextInt(4)) {
            case 0 -> sign + "@" + one(CATEGORIES);
            case 1, 2 -> sign + commandName();
            default -> one(WORDS);
        };
    }

    private String commandName() {
        String[] words = AclIT.words(one(COMMANDS));
        List<String> containers = List.of("config", "client", "object", "memory", "xgroup", "xinfo", "acl", "function");
        String name = words[0].toLowerCase(Locale.ROOT);
        return containers.contains(name) && words.length > 1 && random.nextBoolean() ? name + "|" + words[1] : name;
    }

    String[] dryRun(String user) {
        List<String> words = new ArrayList<>(List.of("ACL", "DRYRUN", user));
        Arrays.stream(AclIT.words(one(COMMANDS)))
                .map(word -> word.equals("K") ? one(KEYS) : word)
                .forEach(words::add);
        return words.toArray(new String[0]);
    }
}
