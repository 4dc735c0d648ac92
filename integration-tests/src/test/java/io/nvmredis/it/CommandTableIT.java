package io.nvmredis.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.it.kit.Requirement;
import io.nvmredis.it.kit.RespClient;
import io.nvmredis.it.kit.RunningServer;
import io.nvmredis.it.kit.TestDirectory;
import io.nvmredis.spi.testkit.RealRedis;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** COMMAND says of every command that is served what redis-server 7.0 says. */
class CommandTableIT {
    /** Commands of later releases, which 7.0 does not know. */
    private static final Set<String> LATER = Set.of(
            "hexpire",
            "hexpireat",
            "hexpiretime",
            "hpersist",
            "hpexpire",
            "hpexpireat",
            "hpexpiretime",
            "hpttl",
            "httl",
            "waitaof");

    /** A subcommand of Redis 7.2. */
    private static final String LATER_SUBCOMMAND = "client|no-touch";

    /** Commands with an option of a later release, WITHSCORE, so that they may have more words than in 7.0. */
    private static final Set<String> LONGER = Set.of("zrank", "zrevrank");

    private static final int ARITY = 1;
    private static final int KEYS = 8;
    private static final int SUBCOMMANDS = 9;

    @RegisterExtension
    static final RunningServer SERVER = new RunningServer();

    @RegisterExtension
    private final TestDirectory directory = TestDirectory.onDisk();

    private RespClient ours;
    private RespClient theirs;

    @BeforeEach
    void connect() throws Exception {
        Requirement.requireRedis();
        RealRedis redis = directory.redis(directory.path("redis"));
        ours = new RespClient(SERVER.port());
        theirs = new RespClient(redis.port());
    }

    @AfterEach
    void disconnect() throws Exception {
        ours.close();
        theirs.close();
    }

    private static List<?> list(Object reply) {
        assertThat(reply).isInstanceOf(List.class);
        return (List<?>) reply;
    }

    private static Map<String, Object> map(Object reply) {
        Map<String, Object> map = new HashMap<>();
        List<?> elements = list(reply);
        for (int i = 0; i < elements.size(); i += 2) {
            map.put((String) elements.get(i), elements.get(i + 1));
        }
        return map;
    }

    /** Describes a command, whatever the order of flags and subcommands, and without the remarks on keys. */
    private static String description(Object command) {
        List<?> fields = list(command);
        List<Object> told = new ArrayList<>(fields.subList(0, SUBCOMMANDS));
        for (int unordered : new int[] {2, 6, 7}) {
            told.set(unordered, new TreeSet<>(list(fields.get(unordered))));
        }
        List<Object> keys = new ArrayList<>();
        for (Object key : list(fields.get(KEYS))) {
            Map<String, Object> spec = map(key);
            spec.remove("notes");
            keys.add(
                    new TreeSet<>(spec.entrySet().stream().map(Object::toString).toList()));
        }
        told.set(KEYS, keys);
        TreeSet<String> subcommands = new TreeSet<>();
        for (Object subcommand : list(fields.get(SUBCOMMANDS))) {
            if (!list(subcommand).get(0).equals(LATER_SUBCOMMAND)) {
                subcommands.add(description(subcommand));
            }
        }
        return told + " " + subcommands;
    }

    private static Map<String, List<?>> commands(RespClient client) throws IOException {
        Map<String, List<?>> commands = new HashMap<>();
        for (Object command : list(client.call("COMMAND"))) {
            commands.put((String) list(command).get(0), list(command));
        }
        return commands;
    }

    @Test
    void shouldDescribeEveryCommandAsRedisDoes() throws Exception {
        Map<String, List<?>> redis = commands(theirs);
        Map<String, List<?>> served = commands(ours);
        assertThat(served.size()).isGreaterThan(200);
        assertThat(ours.call("COMMAND", "COUNT")).isEqualTo((long) served.size());
        SoftAssertions all = new SoftAssertions();
        served.forEach((name, command) -> {
            if (LATER.contains(name)) {
                all.assertThat(redis).doesNotContainKey(name);
                return;
            }
            List<Object> expected = new ArrayList<>(redis.get(name));
            if (LONGER.contains(name)) {
                expected.set(ARITY, -3L);
            }
            all.assertThat(description(command)).as(name).isEqualTo(description(expected));
        });
        all.assertAll();
    }

    @Test
    void shouldExplainEveryCommandAsRedisDoesInItsOwnWords() throws Exception {
        Map<String, Object> redis = map(theirs.call("COMMAND", "DOCS"));
        SoftAssertions all = new SoftAssertions();
        map(ours.call("COMMAND", "DOCS")).forEach((name, documentation) -> {
            if (!LATER.contains(name)) {
                compare(all, name, documentation, redis.get(name));
            }
        });
        all.assertAll();
    }

    private static void compare(SoftAssertions all, String name, Object ours, Object theirs) {
        Map<String, Object> explained = map(ours);
        Map<String, Object> expected = map(theirs);
        expected.remove("history");
        all.assertThat(explained.keySet()).as(name).isEqualTo(expected.keySet());
        for (String field : List.of("since", "group", "doc_flags", "deprecated_since", "arguments")) {
            all.assertThat(explained.get(field)).as(name + ' ' + field).isEqualTo(expected.get(field));
        }
        all.assertThat(explained.get("summary")).as(name).isNotEqualTo(expected.get("summary"));
        if (expected.containsKey("subcommands")) {
            Map<String, Object> subcommands = map(expected.get("subcommands"));
            map(explained.get("subcommands")).forEach((each, documentation) -> {
                if (!each.equals(LATER_SUBCOMMAND)) {
                    compare(all, each, documentation, subcommands.get(each));
                }
            });
        }
    }

    /** The replies of which nothing may differ, in both protocols. */
    @Test
    void shouldReplyInTheKindsOfRedis() throws Exception {
        List<String> commands = List.of(
                "COMMAND INFO get mset client|list nosuch client| xread zunionstore georadius object|encoding spublish",
                "COMMAND INFO cluster|addslots blpop publish ping quit auth command|info",
                "COMMAND DOCS nosuch",
                "COMMAND LIST FILTERBY MODULE json",
                "COMMAND LIST FILTERBY PATTERN client|L*",
                "COMMAND LIST FILTERBY PATTERN GET",
                "COMMAND LIST FILTERBY ACLCAT nosuch",
                "COMMAND LIST FILTERBY ACLCAT",
                "COMMAND LIST FILTERBY NONE x",
                "COMMAND LIST x",
                "COMMAND NONE",
                "COMMAND COUNT x",
                "COMMAND GETKEYS",
                "COMMAND GETKEYS get",
                "COMMAND GETKEYS nosuch a b",
                "COMMAND GETKEYS get a b",
                "COMMAND GETKEYS object nosuch k",
                "COMMAND GETKEYS client|list x",
                "COMMAND GETKEYS ping x y",
                "COMMAND GETKEYS spublish a b");
        SoftAssertions all = new SoftAssertions();
        for (String protocol : List.of("2", "3")) {
            ours.call("HELLO", protocol);
            theirs.call("HELLO", protocol);
            for (String command : commands) {
                String[] words = command.split(" ", -1);
                all.assertThat(ours.callExactly(words)).as(command).isEqualTo(theirs.callExactly(words));
            }
            // The remarks on a command are in other words than those of Redis.
            for (String command : List.of("COMMAND DOCS set sort xgroup substr", "COMMAND INFO set memory")) {
                all.assertThat(kinds(ours.callExactly(command.split(" ", -1))))
                        .as(command)
                        .isEqualTo(kinds(theirs.callExactly(command.split(" ", -1))));
            }
        }
        all.assertAll();
    }

    /** Counts the brackets of each kind in a reply that has other texts and another order than the other. */
    private static Map<Character, Long> kinds(String reply) {
        Map<Character, Long> kinds = new HashMap<>();
        String told = reply.replaceAll("\"history\", ~?\\[(\\[[^\\]]*\\](, )?)*\\](, )?", "")
                .replaceAll("\"[^\"]*\"", "");
        for (int i = 0; i < told.length(); i++) {
            char each = told.charAt(i);
            if ("[]%~".indexOf(each) >= 0) {
                kinds.merge(each, 1L, Long::sum);
            }
        }
        return kinds;
    }

    @Test
    void shouldFindTheKeysThatRedisFinds() throws Exception {
        List<String> commands = new ArrayList<>(List.of(
                "set a b get",
                "set get b get",
                "getex a ex 1",
                "bitfield a get u8 0 get u8 1",
                "bitfield a overflow fail set u8 0 1",
                "bitfield a",
                "object encoding k",
                "xgroup create k g $",
                "xinfo stream k",
                "memory usage k",
                "eval x 0",
                "eval x 2 a b c",
                "eval x 9 a b c",
                "eval x -1 a",
                "evalsha x nonsense a",
                "zunionstore d 2x a b",
                "zunionstore d +1 a",
                "zinterstore d 2 a",
                "zdiff 1 a b",
                "sintercard 0 a",
                "bzmpop 0 2 a b min",
                "xread streams a",
                "xread streams a b 0",
                "xread block 1 a b c",
                "xreadgroup group streams c streams a 0",
                "sort a by w_* get # store b store c",
                "sort a limit store 1 get store x",
                "sort a store",
                "sort_ro a by w_* limit 0 1 get store x",
                "georadius k 1 2 3 m store",
                "georadius k 1 2 3 m store a storedist b",
                "georadiusbymember k m 3 m count 1 store a",
                "georadius_ro k 1 2 3 m store",
                "smove a b c",
                "bitop and d a b",
                "lcs a b len",
                "mset a 1 b",
                "msetnx a 1 b 2",
                "blpop a b 0",
                "pfmerge a",
                "watch a b",
                "copy a b"));
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<String> names = new ArrayList<>(commands(ours).keySet());
        names.removeAll(LATER);
        names.removeAll(LONGER);
        names.sort(null);
        List<String> words = List.of("0", "1", "2", "3", "a", "b", "store", "get", "streams", "keys", "limit", "x");
        for (int i = 0; i < 3_000; i++) {
            StringBuilder command = new StringBuilder(names.get(random.nextInt(names.size())));
            for (int left = random.nextInt(9); left >= 0; left--) {
                command.append(' ').append(words.get(random.nextInt(words.size())));
            }
            commands.add(command.toString());
        }
        SoftAssertions all = new SoftAssertions();
        Set<String> found = new HashSet<>();
        ours.call("HELLO", "3");
        theirs.call("HELLO", "3");
        for (String command : commands) {
            for (String subcommand : List.of("GETKEYS", "GETKEYSANDFLAGS")) {
                String[] call = ("COMMAND " + subcommand + ' ' + command).split(" ", -1);
                String reply = ours.callExactly(call);
                all.assertThat(reply).as(command + " seed " + seed).isEqualTo(theirs.callExactly(call));
                found.add(reply);
            }
        }
        all.assertAll();
        assertThat(found.size()).isGreaterThan(100);
    }
}
