package io.nvmredis.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.it.kit.Requirement;
import io.nvmredis.it.kit.RespClient;
import io.nvmredis.it.kit.RespClient.RespError;
import io.nvmredis.it.kit.ServerProcess;
import io.nvmredis.it.kit.TestDirectory;
import io.nvmredis.spi.testkit.RealRedis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A server that is started with a file as redis.conf, and writes to it. */
class ConfigFileIT {
    private static final List<String> SHARED = List.of(
            "requirepass", "slowlog-max-len", "notify-keyspace-events", "latency-tracking-info-percentiles", "hz");

    /** A character here is a byte: the last two are one character in UTF-8. */
    private static final String PASSWORD = "a \"b\" \\\u00c3\u00bc";

    @RegisterExtension
    private final TestDirectory directory = TestDirectory.onDisk();

    private Path write(String name, String... lines) throws IOException {
        return Files.write(directory.path(name), List.of(lines));
    }

    private ServerProcess.Builder server(Path file) {
        return directory.server().configured(file);
    }

    private static String get(RespClient client, String name) throws IOException {
        List<?> found = (List<?>) client.call("CONFIG", "GET", name);
        return found.isEmpty() ? "(none)" : (String) found.get(1);
    }

    @Test
    void shouldStartWithAFile() throws Exception {
        write("more-b.conf", "maxclients 7", "slowlog-max-len 8");
        write("more-a.conf", "maxclients 6");
        Path file = write(
                "nvm-redis.conf",
                "# made for this test",
                "persistence rdb",
                "save 900 1",
                "save 300 10",
                "include " + directory.path("more-*.conf"),
                "client-output-buffer-limit pubsub 1mb 1mb 10",
                "activedefrag no",
                "maxmemory 5mb");
        try (ServerProcess server = server(file).with("--maxmemory", "6mb").start();
                RespClient client = server.connect()) {
            assertThat(get(client, "save")).isEqualTo("900 1 300 10");
            assertThat(get(client, "maxclients")).isEqualTo("7");
            assertThat(get(client, "slowlog-max-len")).isEqualTo("8");
            assertThat(get(client, "maxmemory")).isEqualTo(Integer.toString(6 << 20));
            assertThat(get(client, "client-output-buffer-limit")).endsWith("pubsub 1048576 1048576 10");
            assertThat((String) client.call("INFO", "server")).contains("config_file:" + file + "\r\n");
            assertThat(server.stderr())
                    .filteredOn(line -> line.contains(file + ":7: activedefrag changes nothing here"))
                    .hasSize(1);
        }
    }

    @Test
    void shouldTellEveryFaultAndTouchNothing() throws Exception {
        Path file = write("c.conf", "maxclients many", "requirepass 'hidden", "nvm-domian msync");
        ServerProcess.Exit exit = server(file).run();
        assertThat(exit.status()).isEqualTo(2);
        assertThat(exit.err())
                .hasSize(3)
                .anyMatch(line -> line.contains(file + ":1: maxclients 'many'"))
                .anyMatch(line -> line.contains(file + ":2: a quote is not closed"))
                .anyMatch(line -> line.contains(file + ":3: there is no setting 'nvm-domian'; did you mean nvm-domain"))
                .noneMatch(line -> line.contains("hidden"));
        assertThat(directory.data()).doesNotExist();
    }

    @Test
    void shouldWriteWhatIsInForceAndStartWithItAgain() throws Exception {
        Path file =
                write("c.conf", "# keep me", "slowlog-max-len 5", "", "hz 20 ", "lua-time-limit 50", "maxclients 100");
        try (ServerProcess server =
                        server(file).with("--maxmemory-clients", "64mb").start();
                RespClient client = server.connect()) {
            assertThat(client.call("CONFIG", "REWRITE")).isEqualTo("OK");
            assertThat(Files.readString(file))
                    .contains("\nhz 20 \n", "\nlua-time-limit 50\n", "maxmemory-clients 64mb");
            assertThat(client.call(
                            "CONFIG",
                            "SET",
                            "slowlog-max-len",
                            "6",
                            "busy-reply-threshold",
                            "60",
                            "requirepass",
                            PASSWORD,
                            "notify-keyspace-events",
                            "KEA",
                            "maxclients",
                            "101",
                            "latency-tracking-info-percentiles",
                            "50 99",
                            "active-expire-effort",
                            "2"))
                    .isEqualTo("OK");
            assertThat(client.call("CONFIG", "REWRITE")).isEqualTo("OK");
            assertThat(Files.readAllLines(file))
                    .startsWith(
                            "# keep me", "slowlog-max-len 6", "", "hz 20 ", "busy-reply-threshold 60", "maxclients 101")
                    .containsOnlyOnce("# Generated by CONFIG REWRITE")
                    .contains("notify-keyspace-events AKE", "latency-tracking-info-percentiles 50 99")
                    .contains("active-expire-effort 2");
            String before = Files.readString(file);
            assertThat(client.call("CONFIG", "REWRITE")).isEqualTo("OK");
            assertThat(Files.readString(file)).isEqualTo(before);
            assertThat(String.join("\n", server.stderr())).doesNotContain("a \"b\"");
        }
        Map<String, String> again = new TreeMap<>();
        try (ServerProcess server =
                        server(file).without("--port").without("--dir").start();
                RespClient client = server.connect()) {
            assertThat(client.call("PING")).isInstanceOf(RespError.class);
            assertThat(client.call("AUTH", PASSWORD)).isEqualTo("OK");
            assertThat(get(client, "lua-time-limit")).isEqualTo("60");
            for (String name : SHARED) {
                again.put(name, get(client, name));
            }
        }
        Requirement.requireRedis();
        try (RealRedis redis = directory.redis(
                        directory.path("redis"), "--include", redisFile(file).toString());
                RespClient client = new RespClient(redis.port())) {
            assertThat(client.call("AUTH", PASSWORD)).isEqualTo("OK");
            for (String name : SHARED) {
                assertThat(get(client, name)).as(name).isEqualTo(again.get(name));
            }
        }
    }

    /** The lines that Redis knows as well, without place and port. */
    private Path redisFile(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file).stream()
                .filter(line -> SHARED.stream().anyMatch(name -> line.startsWith(name + " ")))
                .toList();
        assertThat(lines).hasSize(SHARED.size());
        return Files.write(directory.path("shared.conf"), lines);
    }

    @Test
    void shouldSayWhyItDoesNotWrite() throws Exception {
        Path file = write("c.conf", "hz 20");
        try (ServerProcess server = server(file).start();
                RespClient client = server.connect()) {
            Files.writeString(file, "prot 1\n");
            assertThat(client.call("CONFIG", "REWRITE"))
                    .asString()
                    .contains("ERR Rewriting config file: ", file + ":1: there is no setting 'prot'");
            assertThat(Files.readString(file)).isEqualTo("prot 1\n");
            Files.delete(file);
            assertThat(client.call("CONFIG", "REWRITE")).asString().contains("ERR Rewriting config file: ");
            assertThat(file).doesNotExist();
        }
    }

    @Test
    void shouldAnswerAsRedisDoes() throws Exception {
        Requirement.requireRedis();
        try (ServerProcess server = directory.server().start();
                RespClient own = server.connect();
                RealRedis redis = directory.redis(directory.path("redis"));
                RespClient real = new RespClient(redis.port())) {
            for (String[] command : new String[][] {
                {"CONFIG", "REWRITE"},
                {"CONFIG", "REWRITE", "x"},
                {"CONFIG", "GET", "slowlog-max*", "SLOWLOG-max-len", "nothing"},
                {"CONFIG", "SET", "slowlog-max-len", "7", "bogus", "1"},
                {"CONFIG", "SET", "slowlog-max-len", "7", "hz", "x"},
                {"CONFIG", "GET", "slowlog-max-len"},
                {"CONFIG", "GET", "hz"},
                {"CONFIG", "SET", "slowlog-max-len", "7", "SLOWLOG-max-len", "8"},
                {"CONFIG", "SET", "slowlog-max-len", "7", "latency-tracking", "maybe"},
                {"CONFIG", "SET", "slowlog-max-len"},
                {"CONFIG", "SET", "slowlog-max-len", "7", "hz"},
                {"CONFIG", "SET", "slowlog-max-len", "7", "port", "70000"},
                {"CONFIG", "SET", "notify-keyspace-events", "KEq"},
                {"CONFIG", "SET", "slowlog-max-len", "9", "daemonize", "yes"},
                {"CONFIG", "GET", "slowlog-max-len"},
                {"CONFIG", "RESETSTAT"},
                {"CONFIG", "RESETSTAT", "x"}
            }) {
                assertThat(own.callExactly(command))
                        .as(String.join(" ", command))
                        .isEqualTo(real.callExactly(command));
            }
        }
    }
}
