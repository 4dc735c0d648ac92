package io.nvmredis.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.it.kit.Requirement;
import io.nvmredis.it.kit.RespClient;
import io.nvmredis.it.kit.ServerProcess;
import io.nvmredis.it.kit.TestDirectory;
import io.nvmredis.spi.testkit.RealRedis;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** MONITOR, line by line as redis-server 7.0, but for the times and the ports of the clients. */
class MonitorIT {
    /** Last command of each run: its line is the last one. */
    private static final String END = "the end";

    private static final String[] SCRIPT = {
        "EVAL",
        "redis.call('SET', KEYS[1], ARGV[1]) return redis.pcall('LPUSH', KEYS[1], 'x')",
        "1",
        "k",
        "\u00e9\n\"\\"
    };

    private static final List<String[]> COMMANDS = List.of(
            words("SET k v"),
            new String[] {"sEt", "k", "\0\t\r\n\u0007\b\"\\\u007f\u00ff ~"},
            new String[] {"SET", "", ""},
            words("GET k"),
            words("NOSUCH a"),
            words("GET"),
            words("LPUSH k a"),
            words("MULTI"),
            words("INCR n"),
            words("LPUSH n a"),
            words("MONITOR"),
            words("EXEC"),
            words("MULTI"),
            SCRIPT,
            words("GET k"),
            words("EXEC"),
            words("MULTI"),
            words("NOSUCH"),
            words("EXEC"),
            words("EXEC"),
            words("MULTI"),
            words("DISCARD"),
            SCRIPT,
            new String[] {"EVAL", "redis.call('SELECT', 3) return redis.call('GET', 'k')", "0"},
            new String[] {"EVAL", "return redis.pcall('MONITOR')", "0"},
            words("EVALSHA 0000000000000000000000000000000000000000 0"),
            new String[] {"SCRIPT", "LOAD", "return 1"},
            words("SELECT 2"),
            words("SET k w"),
            words("SWAPDB 2 3"),
            words("SELECT 0"),
            words("AUTH secret"),
            words("AUTH me secret"),
            words("AUTH"),
            words("HELLO 3 AUTH default secret SETNAME auth"),
            words("HELLO 2 AUTH me secret"),
            words("HELLO 2"),
            words("CONFIG GET save"),
            words("CONFIG SET notify-keyspace-events g"),
            words("CLIENT SETNAME me"),
            words("CLIENT ID"),
            words("CLIENT LIST"),
            words("CLIENT KILL ID 123456"),
            words("CLIENT NO-EVICT off"),
            words("SAVE"),
            words("DEBUG SLEEP 0"),
            words("BLPOP none 0.02"),
            words("LASTSAVE"),
            words("INFO server"),
            words("WATCH k"),
            words("UNWATCH"),
            words("PUBLISH a b"),
            words("OBJECT ENCODING k"),
            words("DUMP none"),
            words("RESTORE r 0 x"),
            words("MIGRATE 127.0.0.1 1 none 0 100 AUTH secret"),
            words("MIGRATE 127.0.0.1 1 k 0 100 AUTH2 me secret"),
            words("MIGRATE 127.0.0.1 1 k 0 x"),
            words("FLUSHALL"),
            words("RESET"));

    @RegisterExtension
    private final TestDirectory directory = TestDirectory.inMemory();

    private static String[] words(String line) {
        return line.split(" ", -1);
    }

    /** Receives lines up to the one of {@link #END}, without times and ports. */
    private static List<String> lines(RespClient monitor) throws IOException {
        List<String> lines = new ArrayList<>();
        do {
            lines.add(String.valueOf(monitor.receive())
                    .replaceFirst("^[0-9]{10}\\.[0-9]{6} ", "TIME ")
                    .replaceFirst("127\\.0\\.0\\.1:[0-9]+", "ADDRESS"));
        } while (!lines.get(lines.size() - 1).contains(END));
        return lines;
    }

    private static List<String> monitored(int port, List<String[]> commands) throws IOException {
        try (RespClient monitor = new RespClient(port);
                RespClient client = new RespClient(port)) {
            client.call("FLUSHALL");
            assertThat(monitor.call("MONITOR")).isEqualTo("OK");
            for (String[] command : commands) {
                client.call(command);
            }
            client.call("ECHO", END);
            return lines(monitor);
        }
    }

    @Test
    void shouldShowWhatRedisShows() throws Exception {
        Requirement.requireRedis();
        try (RealRedis redis = directory.redis(directory.path("redis"));
                ServerProcess server = directory.server().domain("emulated").start()) {
            List<String> expected = monitored(redis.port(), COMMANDS);
            assertThat(monitored(server.port(), COMMANDS)).isEqualTo(expected);
            assertThat(expected).hasSizeGreaterThan(COMMANDS.size() / 2);
            assertThat(expected.toString())
                    .contains("TIME [0 ADDRESS] \"EXEC\"")
                    .contains("[0 lua]")
                    .doesNotContain("secret");
        }
    }

    @Test
    void shouldShowTheTimeAndTheAddressOfTheClient() throws Exception {
        try (ServerProcess server = directory.server().domain("emulated").start();
                RespClient monitor = server.connect();
                RespClient client = server.connect()) {
            monitor.call("MONITOR");
            String list = String.valueOf(client.call("CLIENT", "LIST"));
            assertThat(list).containsOnlyOnce("flags=O ").contains("cmd=monitor");
            String address = list.replaceAll("(?s).* addr=([0-9.:]+) .*cmd=client.*", "$1");
            client.call("PING");
            String line = (String) monitor.receive();
            assertThat(line).contains(" [0 " + address + "] \"PING\"");
            Instant time = Instant.ofEpochSecond(Long.parseLong(line.substring(0, 10)));
            assertThat(Duration.between(time, Instant.now()).abs()).isLessThan(Duration.ofMinutes(1));
        }
    }

    @Test
    void shouldRefuseTheMonitorWhatRedisRefuses() throws Exception {
        Requirement.requireRedis();
        try (RealRedis redis = directory.redis(directory.path("redis"));
                ServerProcess server = directory.server().domain("emulated").start();
                RespClient here = server.connect();
                RespClient there = new RespClient(redis.port())) {
            assertThat(here.call("MONITOR")).isEqualTo(there.call("MONITOR"));
            for (String command : List.of("GET k", "SET k v", "DBSIZE", "PUBLISH a b", "EVAL x 0", "PFCOUNT k")) {
                assertThat(here.call(words(command))).as(command).isEqualTo(there.call(words(command)));
            }
            // A second MONITOR has no reply, and RESET ends it.
            here.send("MONITOR");
            there.send("MONITOR");
            assertThat(here.call("RESET")).isEqualTo("RESET").isEqualTo(there.call("RESET"));
            assertThat(here.call("SET", "k", "v")).isEqualTo("OK").isEqualTo(there.call("SET", "k", "v"));
            assertThat(here.call("GET", "k")).isEqualTo("v");
        }
    }

    @Test
    void shouldShowTheSameLinesInResp3() throws Exception {
        try (ServerProcess server = directory.server().domain("emulated").start();
                RespClient monitor = server.connect();
                RespClient client = server.connect()) {
            monitor.call("HELLO", "3");
            assertThat(monitor.call("MONITOR")).isEqualTo("OK");
            client.call("PING", "x");
            assertThat((String) monitor.receive()).endsWith("] \"PING\" \"x\"");
        }
    }

    @Test
    void shouldPartWithAMonitorThatTakesNothing() throws Exception {
        try (ServerProcess server =
                        directory.server().domain("emulated").jvm("-Xmx96m").start();
                RespClient monitor = server.connect();
                RespClient client = server.connect()) {
            assertThat(client.call("CONFIG", "SET", "client-output-buffer-limit", "pubsub 1mb 0 0"))
                    .isEqualTo("OK");
            monitor.call("MONITOR");
            String word = "\u0001".repeat(50_000);
            Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> {
                client.call("ECHO", word);
                return !String.valueOf(client.call("CLIENT", "LIST")).contains("flags=O");
            });
            assertThat(client.call("PING")).isEqualTo("PONG");
            assertThat(server.said()).doesNotContain("OutOfMemory");
        }
    }
}
