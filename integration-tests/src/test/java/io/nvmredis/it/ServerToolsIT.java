package io.nvmredis.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nvmredis.it.kit.Requirement;
import io.nvmredis.it.kit.RespClient;
import io.nvmredis.it.kit.ServerProcess;
import io.nvmredis.it.kit.TestDirectory;
import io.nvmredis.spi.testkit.RealRedis;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What tools ask a server about itself is answered as redis-server 7.0 answers it. */
class ServerToolsIT {
    @RegisterExtension
    private final TestDirectory directory = TestDirectory.onDisk();

    private ServerProcess server;
    private RespClient ours;
    private RespClient theirs;

    @BeforeEach
    void start() throws Exception {
        Requirement.requireRedis();
        RealRedis redis = directory.redis(directory.path("redis"));
        server = directory.server().with("--persistence", "none").start();
        ours = server.connect();
        theirs = new RespClient(redis.port());
    }

    @AfterEach
    void stop() throws Exception {
        ours.close();
        theirs.close();
        server.close();
    }

    private void both(String... words) throws IOException {
        ours.call(words);
        theirs.call(words);
    }

    private void bothLines(String... commands) throws IOException {
        for (String command : commands) {
            both(command.split(" ", -1));
        }
    }

    private void use(String protocol) throws IOException {
        both("HELLO", protocol);
        bothLines("CONFIG RESETSTAT", "SLOWLOG RESET");
    }

    @ParameterizedTest
    @ValueSource(strings = {"2", "3"})
    void shouldKeepSlowCommandsAsRedisDoes(String protocol) throws Exception {
        use(protocol);
        both("CLIENT", "SETNAME", "tester");
        both("CONFIG", "SET", "slowlog-log-slower-than", "0", "slowlog-max-len", "100");
        bothLines(
                "SET key value",
                "get a b",
                "NOSUCH",
                "CONFIG SET requirepass secret",
                "AUTH secret",
                "AUTH default wrong",
                "HELLO " + protocol + " AUTH default secret SETNAME other",
                "CONFIG SET maxmemory-samples 5 requirepass again",
                "RPUSH list a",
                "MULTI",
                "INCR list",
                "INCR counter",
                "EXEC",
                "BLPOP none 0.01",
                "BLPOP list 1",
                "CLIENT ID x",
                "SUBSCRIBE channel");
        if (protocol.equals("2")) {
            both("UNSUBSCRIBE");
        }
        both("EVAL", "redis.call('set', KEYS[1], 1) return redis.pcall('incr')", "1", "k");
        both(("SET big " + "x".repeat(300)).split(" ", -1));
        both(("MSET" + " word".repeat(60)).split(" ", -1));
        both("CONFIG", "SET", "slowlog-log-slower-than", "-1");
        both("GET", "unseen");
        String kept = entries(ours.callExactly("SLOWLOG", "GET", "-1"));
        assertThat(kept).contains("(redacted)").doesNotContain("secret").doesNotContain("again");
        assertThat(kept).isEqualTo(entries(theirs.callExactly("SLOWLOG", "GET", "-1")));
        SoftAssertions all = new SoftAssertions();
        for (String command : List.of(
                "SLOWLOG LEN",
                "SLOWLOG GET 0",
                "SLOWLOG GET x",
                "SLOWLOG GET -2",
                "SLOWLOG GET 1 2",
                "SLOWLOG NONE",
                "SLOWLOG",
                "SLOWLOG RESET",
                "SLOWLOG LEN",
                "CONFIG GET slowlog-max-len",
                "CONFIG SET slowlog-log-slower-than -2",
                "CONFIG SET slowlog-max-len x")) {
            String[] words = command.split(" ", -1);
            all.assertThat(ours.callExactly(words)).as(command).isEqualTo(theirs.callExactly(words));
        }
        all.assertAll();
    }

    /** Replaces ids, times and ports, in which any two servers differ. */
    private static String entries(String log) {
        return log.replaceAll("\\[\\d+, \\d{10}, \\d+, ", "[ID, TIME, MICROS, ")
                .replaceAll("127\\.0\\.0\\.1:\\d+", "ADDRESS");
    }

    @ParameterizedTest
    @ValueSource(strings = {"2", "3"})
    void shouldCountCommandsAndErrorsAsRedisDoes(String protocol) throws Exception {
        use(protocol);
        bothLines(
                "RPUSH l a",
                "INCR l",
                "GET",
                "NOSUCH",
                "OBJECT NOSUCH",
                "OBJECT",
                "OBJECT ENCODING l x",
                "OBJECT ENCODING l",
                "MULTI",
                "GET l",
                "INCR n",
                "EXEC",
                "MULTI",
                "GET",
                "EXEC",
                "EXEC",
                "BLPOP none 0.01",
                "CLIENT KILL TYPE none",
                "EVALSHA 1234567890123456789012345678901234567890 0",
                "SCRIPT LOAD x+");
        both("EVAL", "return redis.call('incr', KEYS[1])", "1", "l");
        both("EVAL", "return redis.pcall('incr', KEYS[1])", "1", "l");
        both("EVAL", "redis.pcall('incr', KEYS[1]) return {err='MINE alone'}", "1", "l");
        both("EVAL", "return redis.call('nosuch')", "0");
        String ourTimes = ours.callExactly("LATENCY", "HISTOGRAM", "incr", "nosuch");
        String theirTimes = theirs.callExactly("LATENCY", "HISTOGRAM", "incr", "nosuch");
        assertThat(beginning(ourTimes)).isEqualTo(beginning(theirTimes));
        assertThat(ours.callExactly("LATENCY", "HISTOGRAM", "nosuch"))
                .isEqualTo(theirs.callExactly("LATENCY", "HISTOGRAM", "nosuch"));
        both("HELLO", "2");
        Set<String> counted = counts(ours.call("INFO", "commandstats"));
        assertThat(counted.size()).isGreaterThan(10);
        assertThat(counted).isEqualTo(counts(theirs.call("INFO", "commandstats")));
        assertThat(counts(ours.call("INFO", "errorstats"))).isEqualTo(counts(theirs.call("INFO", "errorstats")));
        assertThat(counts(ours.call("INFO", "latencystats")).size())
                .isEqualTo(counts(theirs.call("INFO", "latencystats")).size());
    }

    /** Returns a reply up to the first time in it. */
    private static String beginning(String histograms) {
        assertThat(histograms).contains("\"histogram_usec\", ");
        return histograms.replaceAll("(\"histogram_usec\", %?\\[).*", "$1");
    }

    /** Returns the lines of a section of INFO without the times. */
    private static Set<String> counts(Object section) {
        Set<String> counts = new TreeSet<>();
        for (String line : ((String) section).split("\r\n", -1)) {
            counts.add(line.replaceAll("usec=\\d+,usec_per_call=[\\d.]+,", "").replaceAll("(p[\\d.]+)=[\\d.]+", "$1"));
        }
        return counts;
    }

    @Test
    void shouldShowTheSectionsThatRedisShows() throws Exception {
        SoftAssertions all = new SoftAssertions();
        for (String asked : List.of(
                "INFO",
                "INFO default",
                "INFO all",
                "INFO everything",
                "INFO server nosuch clients",
                "INFO COMMANDSTATS default",
                "INFO commandstats keyspace cpu",
                "INFO modules",
                "INFO nosuch")) {
            String[] words = asked.split(" ", -1);
            all.assertThat(sections(ours.call(words))).as(asked).isEqualTo(sections(theirs.call(words)));
        }
        all.assertAll();
        assertThat((String) ours.call("INFO", "cpu")).contains("used_cpu_user:");
    }

    private static List<String> sections(Object info) {
        return Arrays.stream(((String) info).split("\r\n", -1))
                .filter(line -> line.startsWith("#"))
                .toList();
    }

    @Test
    void shouldNoteSlowMoments() throws Exception {
        assertThat(ours.call("LATENCY", "LATEST")).isEqualTo(List.of());
        assertThat((String) ours.call("LATENCY", "DOCTOR")).contains("latency-monitor-threshold");
        ours.call("CONFIG", "SET", "latency-monitor-threshold", "5");
        String script = "local till = redis.call('TIME') local now repeat now = redis.call('TIME')"
                + " until (now[1] - till[1]) * 1000000 + now[2] - till[2] > 20000";
        ours.call("EVAL", script, "0");
        List<?> latest = (List<?>) ((List<?>) ours.call("LATENCY", "LATEST")).get(0);
        assertThat(latest.get(0)).isEqualTo("command");
        assertThat((Long) latest.get(2)).isBetween(20L, 60_000L);
        assertThat((List<?>) ours.call("LATENCY", "HISTORY", "command")).isNotEmpty();
        assertThat((String) ours.call("LATENCY", "GRAPH", "command")).startsWith("command - high ");
        assertThat((String) ours.call("LATENCY", "DOCTOR")).contains("command");
        assertThat((Long) ours.call("LATENCY", "RESET", "command", "nosuch")).isEqualTo(1);
        assertThat(ours.call("LATENCY", "HISTORY", "command")).isEqualTo(List.of());
    }

    @Test
    void shouldReplyAsRedisDoes() throws Exception {
        List<String> commands = new ArrayList<>(List.of(
                "ACL WHOAMI",
                "ACL LIST",
                "ACL USERS",
                "ACL GETUSER default",
                "ACL GETUSER bob",
                "ACL CAT",
                "ACL CAT nosuch",
                "ACL CAT a b",
                "ACL GENPASS 0",
                "ACL GENPASS 4097",
                "ACL GENPASS x",
                "ACL GENPASS 1 2",
                "ACL DRYRUN default get a",
                "ACL DRYRUN default get",
                "ACL DRYRUN default nosuch",
                "ACL DRYRUN bob get a",
                "ACL DELUSER default",
                "ACL DELUSER bob",
                "ACL NOSUCH",
                "ACL",
                "MODULE LIST",
                "MODULE LOAD /x",
                "MODULE LOADEX /x",
                "MODULE UNLOAD x",
                "MODULE NOSUCH",
                "ROLE",
                "ROLE x",
                "FAILOVER",
                "FAILOVER ABORT",
                "FAILOVER TO x",
                "FAILOVER TO x 1",
                "FAILOVER TO x y",
                "FAILOVER TIMEOUT 0",
                "FAILOVER ABORT TO x 1",
                "READONLY",
                "READWRITE",
                "ASKING",
                "LATENCY LATEST",
                "LATENCY RESET",
                "LATENCY RESET nosuch",
                "LATENCY HISTORY nosuch",
                "LATENCY GRAPH nosuch",
                "LATENCY NOSUCH",
                "LATENCY HISTORY",
                "CONFIG GET latency-tracking",
                "CONFIG SET latency-tracking-info-percentiles 101",
                "PUBSUB NOSUCH",
                "CLUSTER NOSUCH",
                "CLUSTER INFO",
                "CLUSTER MEET x",
                "SCRIPT NOSUCH",
                "SCRIPT LOAD",
                "CONFIG SET requirepass secret",
                "ACL LIST",
                "ACL GETUSER default",
                "CONFIG SET requirepass "));
        SoftAssertions all = new SoftAssertions();
        for (String protocol : List.of("2", "3")) {
            use(protocol);
            for (String command : commands) {
                String[] words = command.split(" ", -1);
                all.assertThat(ours.callExactly(words)).as(command).isEqualTo(theirs.callExactly(words));
            }
        }
        all.assertAll();
    }

    @Test
    void shouldListTheCommandsOfEachCategory() throws Exception {
        List<?> served = (List<?>) ours.call("COMMAND", "LIST", "FILTERBY", "PATTERN", "*");
        SoftAssertions all = new SoftAssertions();
        for (Object category : (List<?>) theirs.call("ACL", "CAT")) {
            Set<Object> expected = new TreeSet<>((List<?>) theirs.call("ACL", "CAT", (String) category));
            expected.retainAll(served);
            Set<Object> listed = new TreeSet<>((List<?>) ours.call("ACL", "CAT", (String) category));
            listed.retainAll((List<?>) theirs.call("COMMAND", "LIST", "FILTERBY", "PATTERN", "*"));
            all.assertThat(listed).as((String) category).isEqualTo(expected).isNotEmpty();
        }
        all.assertAll();
    }

    @Test
    void shouldMakePasswords() throws Exception {
        assertThat((String) ours.call("ACL", "GENPASS")).matches("[0-9a-f]{64}");
        assertThat((String) ours.call("ACL", "GENPASS", "5")).matches("[0-9a-f]{2}");
    }

    @Test
    void shouldDrawAndTellTheVersion() throws Exception {
        assertThat((String) ours.call("LOLWUT")).matches("(?s).*[/\\\\]{40}\n.*\nRedis ver\\. 7\\.0\\.\\d+\n");
    }

    @Test
    void shouldLeaveKeysIdleForAClientThatDoesNotTouch() throws Exception {
        ours.call("SET", "key", "value");
        assertThat(ours.call("CLIENT", "NO-TOUCH", "ON")).isEqualTo("OK");
        await().until(() -> {
            ours.call("GET", "key");
            return (Long) ours.call("OBJECT", "IDLETIME", "key") >= 2;
        });
        assertThat(ours.call("TOUCH", "key")).isEqualTo(1L);
        assertThat((Long) ours.call("OBJECT", "IDLETIME", "key")).isLessThan(2);
        assertThat(ours.callExactly("CLIENT", "NO-TOUCH", "maybe")).contains("syntax error");
    }
}
