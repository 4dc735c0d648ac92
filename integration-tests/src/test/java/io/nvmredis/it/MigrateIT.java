package io.nvmredis.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.it.kit.Requirement;
import io.nvmredis.it.kit.RespClient;
import io.nvmredis.it.kit.RespClient.RespError;
import io.nvmredis.it.kit.ServerProcess;
import io.nvmredis.it.kit.TestDirectory;
import io.nvmredis.spi.testkit.RealRedis;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** MIGRATE between this server and redis-server 7.0, in both directions, and what becomes of keys when it fails. */
class MigrateIT {
    private static final String HOST = "127.0.0.1";
    private static final byte[] OK = "+OK\r\n".getBytes(StandardCharsets.US_ASCII);

    @RegisterExtension
    private final TestDirectory directory = TestDirectory.inMemory();

    @BeforeEach
    void requireRedis() {
        Requirement.requireRedis();
    }

    private static void fill(RespClient client) throws IOException {
        client.call("FLUSHALL");
        client.call("SET", "s", "v");
        client.call("SET", "t", "1", "PX", "1000000");
        client.call("RPUSH", "l", "a", "1", "x".repeat(500));
        client.call("HSET", "h", "f", "v");
        client.call("SADD", "e", "1", "2");
        client.call("ZADD", "z", "1.5", "a");
        client.call("XADD", "x", "1-1", "f", "v");
        client.call("XGROUP", "CREATE", "x", "g", "0");
        client.call("XREADGROUP", "GROUP", "g", "c", "STREAMS", "x", ">");
    }

    /** Commands of MIGRATE behind host and port, each after the other. */
    private static final List<String> RUNS = List.of(
            "none|0|1000",
            "s|0|1000",
            "s|0|1000",
            "t|3|1000",
            "l|0|1000|COPY",
            "l|0|1000",
            "l|0|1000|REPLACE|COPY",
            "|0|1000|KEYS|h|none|e|z",
            "x|0|1000|COPY|REPLACE",
            "l|99|1000",
            "l|0|1000|AUTH|secret",
            "l|0|1000|AUTH2|me|secret|REPLACE",
            "l|0|1000|KEYS|x",
            "l|x|1000",
            "l|0|x",
            "l|0|1000|AUTH",
            "l|0|1000|AUTH2|me",
            "l|0|1000|FORCE",
            "|0|1000|KEYS",
            "x|0|-1|REPLACE");

    /** Migrates from one server to the other; returns the replies, and the keys that stay. */
    private static List<String> migrated(RespClient from, RespClient to, int port) throws IOException {
        fill(from);
        to.call("FLUSHALL");
        List<String> seen = new ArrayList<>();
        for (String run : RUNS) {
            List<String> command = new ArrayList<>(List.of("MIGRATE", HOST, Integer.toString(port)));
            command.addAll(List.of(run.split("\\|", -1)));
            seen.add(run + ": " + from.callExactly(command.toArray(new String[0])));
            seen.add(DataDump.scan(from) + " and " + DataDump.scan(to));
        }
        to.call("SELECT", "3");
        seen.add(String.valueOf(to.call("GET", "t")));
        assertThat((Long) to.call("PTTL", "t")).isBetween(900_000L, 1_000_000L);
        to.call("SELECT", "0");
        return seen;
    }

    @Test
    void shouldMigrateAsRedisDoes() throws Exception {
        try (RealRedis redis = directory.redis(directory.path("redis"));
                RealRedis other = directory.redis(directory.path("other"));
                RespClient there = new RespClient(redis.port());
                RespClient third = new RespClient(other.port());
                ServerProcess server = directory.server().domain("emulated").start();
                RespClient here = server.connect()) {
            List<String> expected = migrated(there, third, other.port());
            assertThat(expected.toString()).contains("NOKEY").contains("BUSYKEY");
            DataDump values = DataDump.of(other.port());
            assertThat(migrated(here, third, other.port())).isEqualTo(expected);
            assertThat(migrated(there, here, server.port())).isEqualTo(expected);
            assertThat(values.keys().keySet())
                    .isEqualTo(DataDump.of(other.port()).keys().keySet());
            fill(here);
            DataDump before = DataDump.of(server.port());
            there.call("FLUSHALL");
            assertThat(here.call(
                            "MIGRATE", HOST, "" + redis.port(), "", "0", "1000", "KEYS", "s", "l", "h", "e", "z", "x"))
                    .isEqualTo("OK");
            here.call("DEL", "t");
            before.keys().remove("0/t");
            DataDump.of(redis.port()).assertSameAs(before, "migrated to Redis");
            assertThat(here.call("DBSIZE")).isEqualTo(0L);
            assertThat(there.call(
                            "MIGRATE", HOST, "" + server.port(), "", "0", "1000", "KEYS", "s", "l", "h", "e", "z", "x"))
                    .isEqualTo("OK");
            DataDump.of(server.port()).assertSameAs(before, "migrated back");
        }
    }

    @Test
    void shouldMigrateToAnotherOfTheseServersAndKeepThatOverAKill() throws Exception {
        ServerProcess.Builder first = directory.server(directory.path("first")).with("--persistence", "aof");
        ServerProcess.Builder second =
                directory.server(directory.path("second")).with("--requirepass", "secret");
        second.domain("emulated");
        try (ServerProcess from = first.start();
                ServerProcess to = second.start();
                RespClient here = from.connect();
                RespClient there = to.connect()) {
            there.call("AUTH", "secret");
            fill(here);
            String port = "" + to.port();
            assertThat(here.call("MIGRATE", HOST, port, "s", "0", "1000"))
                    .isEqualTo(
                            new RespError("ERR Target instance replied with error: NOAUTH Authentication required."));
            assertThat(here.call("EXISTS", "s")).isEqualTo(1L);
            assertThat(here.call("MIGRATE", HOST, port, "s", "0", "1000", "AUTH", "secret"))
                    .isEqualTo("OK");
            assertThat(here.call("MIGRATE", HOST, port, "l", "0", "1000", "AUTH2", "default", "secret"))
                    .isEqualTo("OK");
            assertThat(from.said() + to.said()).doesNotContain("secret");
            from.kill();
            to.kill();
        }
        try (ServerProcess from = first.start();
                ServerProcess to = second.start();
                RespClient here = from.connect();
                RespClient there = to.connect()) {
            there.call("AUTH", "secret");
            assertThat(here.call("EXISTS", "s", "l", "h")).isEqualTo(1L);
            assertThat(there.call("EXISTS", "s", "l", "h")).isEqualTo(2L);
        }
    }

    @Test
    void shouldKeepTheKeyWhereTheOtherServerIsNotReached() throws Exception {
        try (ServerProcess server = directory.server().domain("emulated").start();
                RealRedis redis = directory.redis(directory.path("redis"));
                ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                RespClient here = server.connect();
                RespClient there = new RespClient(redis.port())) {
            here.call("SET", "k", "v");
            there.call("SET", "k", "v");
            for (String port : List.of("1", "abc", "70000", "" + silent.getLocalPort())) {
                assertThat(here.call("MIGRATE", HOST, port, "k", "0", "300"))
                        .as(port)
                        .isEqualTo(there.call("MIGRATE", HOST, port, "k", "0", "300"));
                assertThat(here.call("GET", "k")).as(port).isEqualTo("v");
            }
        }
    }

    /** Waits for the one command, answers its SELECT and its RESTORE with OK, and ends. */
    private static void answer(ServerSocket target, Runnable before) {
        try (Socket accepted = target.accept()) {
            assertThat(accepted.getInputStream().read()).isPositive();
            before.run();
            accepted.getOutputStream().write(OK);
            accepted.getOutputStream().write(OK);
            accepted.getOutputStream().flush();
            accepted.getInputStream().readAllBytes();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Object whileOthersRun(RespClient client, ServerSocket target, Runnable meanwhile) throws Exception {
        client.send("MIGRATE", HOST, "" + target.getLocalPort(), "k", "0", "20000");
        client.flush();
        answerAndEnd(target, meanwhile);
        return client.receive();
    }

    private static void answerAndEnd(ServerSocket target, Runnable meanwhile) throws Exception {
        Thread answering = new Thread(() -> answer(target, meanwhile));
        answering.start();
        answering.join();
    }

    private static Runnable command(RespClient client, String... words) {
        return () -> {
            try {
                assertThat(client.call(words)).isNotInstanceOf(RespError.class);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        };
    }

    @Test
    void shouldServeOthersMeanwhileAndNotDeleteWhatTheyChange() throws Exception {
        try (ServerProcess server = directory.server().domain("emulated").start();
                ServerSocket target = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                RespClient client = server.connect();
                RespClient other = server.connect()) {
            other.call("SET", "k", "v");
            assertThat(whileOthersRun(client, target, command(other, "GET", "k")))
                    .isEqualTo("OK");
            assertThat(other.call("EXISTS", "k")).isEqualTo(0L);
            for (String change : List.of("APPEND k w", "SET k v", "PEXPIRE k 1000000", "DEL k", "FLUSHALL")) {
                other.call("SET", "k", "v");
                Object reply = whileOthersRun(client, target, command(other, change.split(" ", -1)));
                assertThat(String.valueOf(reply)).as(change).contains("has changed here");
                assertThat(other.call("EXISTS", "k")).as(change).isEqualTo(change.matches("DEL k|FLUSHALL") ? 0L : 1L);
            }
        }
    }
}
