package io.nvmredis.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.nvmredis.engine.context.Limits;
import io.nvmredis.spi.errors.ConfigurationException;
import java.io.EOFException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NvmRedisServerTest {
    private static final String ENDLESS_SCRIPT = "while true do end";

    @TempDir
    Path directory;

    private NvmRedisServer.Builder builder() {
        return NvmRedisServer.builder().port(0).dir(directory).persistence("none");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "3"})
    void shouldAnswerWhileManyWaitAndAScriptDoesNotEnd(String ioThreads) throws Exception {
        List<RawClient> waiting = new ArrayList<>();
        try (NvmRedisServer server =
                        builder().setting("io-threads", ioThreads).build().start();
                RawClient scripting = new RawClient(server.port());
                RawClient other = new RawClient(server.port())) {
            for (int i = 0; i < 200; i++) {
                waiting.add(new RawClient(server.port()).send("BLPOP", "list", "0"));
            }
            await().until(() -> other.call("INFO", "clients").contains("blocked_clients:200"));
            assertThat(other.call("PING")).endsWith("PONG");
            assertThat(other.call("CONFIG", "SET", "lua-time-limit", "50")).isEqualTo("+OK");

            scripting.send("EVAL", ENDLESS_SCRIPT, "0");
            await().untilAsserted(() -> assertThat(other.call("PING")).startsWith("-BUSY"));
            try (RawClient late = new RawClient(server.port())) {
                assertThat(late.call("PING")).startsWith("-BUSY");
                assertThat(late.call("SCRIPT", "KILL")).isEqualTo("+OK");
                assertThat(late.call("PING")).endsWith("PONG");
            }
            assertThat(scripting.reply()).startsWith("-");

            for (int i = 0; i < 200; i++) {
                assertThat(other.call("RPUSH", "list", "x")).startsWith(":");
            }
            for (RawClient client : waiting) {
                assertThat(client.reply()).isEqualTo("[list x]");
                client.close();
            }
        }
    }

    /** It writes what is watched when somebody has had the time to watch it. */
    @Test
    void shouldLetThroughWhatATransactionConsistsOfWhileAScriptRuns() throws Exception {
        String script = "local begin = redis.call('time')[1] repeat until redis.call('time')[1] - begin > 3"
                + " redis.call('set', 'watched', 'x')";
        try (NvmRedisServer server = builder().build().start();
                RawClient scripting = new RawClient(server.port());
                RawClient queueing = new RawClient(server.port());
                RawClient watching = new RawClient(server.port());
                RawClient fickle = new RawClient(server.port());
                RawClient leaving = new RawClient(server.port())) {
            assertThat(queueing.call("CONFIG", "SET", "lua-time-limit", "50")).isEqualTo("+OK");
            assertThat(queueing.call("WATCH", "watched")).isEqualTo("+OK");
            assertThat(queueing.call("MULTI")).isEqualTo("+OK");

            scripting.send("EVAL", script, "0");
            await().untilAsserted(() -> assertThat(fickle.call("PING")).startsWith("-BUSY"));
            assertThat(queueing.call("UNWATCH")).isEqualTo("+QUEUED");
            assertThat(queueing.call("SET", "a", "1")).startsWith("-BUSY");
            assertThat(queueing.call("WATCH", "a")).isEqualTo("-ERR WATCH inside MULTI is not allowed");
            assertThat(queueing.call("DISCARD")).isEqualTo("+OK");
            assertThat(queueing.call("DISCARD")).isEqualTo("-ERR DISCARD without MULTI");
            assertThat(fickle.call("WATCH", "watched")).isEqualTo("+OK");
            assertThat(fickle.call("UNWATCH")).isEqualTo("+OK");
            assertThat(fickle.call("HELLO", "x")).isEqualTo("-ERR Protocol version is not an integer or out of range");
            assertThat(leaving.call("QUIT")).isEqualTo("+OK");
            assertThat(leaving.isClosedByServer()).isTrue();
            assertThat(watching.call("WATCH", "watched")).isEqualTo("+OK");
            assertThat(watching.call("MULTI")).isEqualTo("+OK");
            assertThat(watching.call("PING")).startsWith("-BUSY");
            assertThat(watching.call("DISCARD")).isEqualTo("+OK");
            assertThat(watching.call("WATCH", "watched")).isEqualTo("+OK");
            assertThat(watching.call("MULTI")).isEqualTo("+OK");

            assertThat(scripting.reply()).isEqualTo("(nil)");
            assertThat(watching.call("EXEC")).isEqualTo("(nil)");
            for (RawClient unmoved : List.of(queueing, fickle)) {
                assertThat(unmoved.call("MULTI")).isEqualTo("+OK");
                assertThat(unmoved.call("EXEC")).isEqualTo("[]");
            }
        }
    }

    private static long workersThatRun() {
        return Thread.getAllStackTraces().entrySet().stream()
                .filter(thread -> thread.getKey().getName().startsWith("nvm-redis-worker"))
                .filter(thread -> List.of(thread.getValue()).stream()
                        .anyMatch(frame -> frame.getMethodName().equals("executeOnWorker")))
                .count();
    }

    @Test
    void shouldAnswerWithinTheTimeLimitOnceAScriptHasEnded() throws Exception {
        try (NvmRedisServer server = builder().build().start();
                RawClient scripting = new RawClient(server.port());
                RawClient other = new RawClient(server.port())) {
            scripting.send("EVAL", "local n = 0 while n < 12000000 do n = n + 1 end return n", "0");
            for (int i = 0; i < 50; i++) {
                assertThat(other.call("PING")).endsWith("PONG");
            }
            assertThat(scripting.reply()).isEqualTo(":12000000");
        }
    }

    @Test
    void shouldStopThoughAScriptDoesNotEndAndOthersWait() throws Exception {
        NvmRedisServer server = builder().build().start();
        try (RawClient waiting = new RawClient(server.port());
                RawClient scripting = new RawClient(server.port())) {
            waiting.send("BLPOP", "list", "0");
            await().until(() -> scripting.call("INFO", "clients").contains("blocked_clients:1"));
            scripting.send("EVAL", ENDLESS_SCRIPT, "0");
            await().until(() -> workersThatRun() == 1);

            server.close();

            assertThat(server.connectedClients()).isZero();
        } finally {
            server.close();
        }
    }

    @Test
    void shouldAnswerWhatRunsBeforeItStops() throws Exception {
        NvmRedisServer server = builder().build().start();
        try (RawClient scripting = new RawClient(server.port())) {
            scripting.send("EVAL", "local n = 0 while n < 12000000 do n = n + 1 end return n", "0");
            await().until(() -> workersThatRun() == 1);

            server.close();

            assertThat(scripting.reply()).isEqualTo(":12000000");
            assertThatThrownBy(scripting::reply).isInstanceOf(EOFException.class);
        } finally {
            server.close();
        }
    }

    @Test
    void shouldStopAtShutdown() throws Exception {
        FakePersister persister = new FakePersister();
        try (NvmRedisServer server = NvmRedisServer.builder()
                        .port(0)
                        .dir(directory)
                        .providers(List.of(persister))
                        .persistence("fake")
                        .build()
                        .start();
                RawClient client = new RawClient(server.port())) {
            client.send("SHUTDOWN");

            assertThat(client.isClosedByServer()).isTrue();
            server.awaitClosed();
            assertThat(persister.isClosed()).isTrue();
        }
    }

    @Test
    void shouldNotTouchThePersisterIfThePortIsTaken() throws Exception {
        FakePersister persister = new FakePersister();
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            NvmRedisServer server = NvmRedisServer.builder()
                    .port(taken.getLocalPort())
                    .dir(directory)
                    .providers(List.of(persister))
                    .persistence("fake")
                    .build();

            assertThatThrownBy(server::start)
                    .isInstanceOf(StartException.class)
                    .hasMessageContaining("port " + taken.getLocalPort() + " is in use")
                    .hasMessageContaining("--port");
            assertThat(persister.hasBeenOpened()).isFalse();
        }
    }

    @Test
    void shouldTakeThePortOfAServerThatHasJustStopped() throws Exception {
        int port;
        try (NvmRedisServer server = builder().build().start();
                RawClient client = new RawClient(server.port())) {
            assertThat(client.call("PING")).endsWith("PONG");
            port = server.port();
        }
        try (NvmRedisServer again = builder().port(port).build().start();
                RawClient client = new RawClient(again.port())) {
            assertThat(client.call("PING")).endsWith("PONG");
        }
    }

    @Test
    void shouldExpireKeysByTheClockGiven() throws Exception {
        Instant[] now = {Instant.parse("2030-01-01T00:00:00Z")};
        Clock clock = new Clock() {
            @Override
            public ZoneOffset getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(java.time.ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                return now[0];
            }
        };
        try (NvmRedisServer server = builder().clock(clock).build().start();
                RawClient client = new RawClient(server.port())) {
            assertThat(client.call("SET", "a", "1", "EX", "100")).isEqualTo("+OK");
            assertThat(client.call("GET", "a")).isEqualTo("1");
            now[0] = now[0].plus(Duration.ofSeconds(101));
            assertThat(client.call("GET", "a")).isEqualTo("(nil)");
        }
    }

    @Test
    void shouldTellItsSettings() throws Exception {
        try (NvmRedisServer server =
                        builder().setting("maxclients", "77").build().start();
                RawClient client = new RawClient(server.port())) {
            assertThat(client.call("CONFIG", "GET", "maxclients")).isEqualTo("[maxclients 77]");
            assertThat(client.call("CONFIG", "GET", "proto-max-bulk-len"))
                    .isEqualTo("[proto-max-bulk-len "
                            + Math.min(512 << 20, Limits.ofThisHeap().maxStringBytes()) + "]");
            assertThat(client.call("CONFIG", "GET", "dir")).isEqualTo("[dir " + directory + "]");
            assertThat(client.call("INFO", "server")).contains("tcp_port:" + server.port());
        }
    }

    @Test
    void shouldLeaveNoThreadBehind() throws Exception {
        try (NvmRedisServer server = builder().build().start();
                RawClient client = new RawClient(server.port())) {
            assertThat(client.call("PING")).endsWith("PONG");
        }
        await().until(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().startsWith("nvm-redis-io")));
    }

    @Test
    void shouldNotStartTwice() {
        try (NvmRedisServer server = builder().build().start()) {
            assertThatThrownBy(server::start).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void shouldNameEveryFaultOfItsSettings() {
        NvmRedisServer.Builder faulty = builder()
                .port(70_000)
                .setting("maxclients", "many")
                .setting("proto-max-bulk-len", "3gb")
                .setting("colour", "blue");

        assertThatThrownBy(faulty::build)
                .isInstanceOfSatisfying(
                        ConfigurationException.class,
                        error -> assertThat(error.faults())
                                .hasSize(4)
                                .anySatisfy(fault -> assertThat(fault)
                                        .contains("port '70000'")
                                        .contains("65535"))
                                .anySatisfy(fault -> assertThat(fault).contains("maxclients 'many'"))
                                .anySatisfy(fault -> assertThat(fault).contains("proto-max-bulk-len '3gb'"))
                                .anySatisfy(fault -> assertThat(fault).contains("no setting 'colour'")));
    }

    @Test
    void shouldCheckTheDramBudget() throws Exception {
        assertThatThrownBy(() ->
                        NvmRedisServer.builder().setting("dram-budget", "10").build())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("dram-budget '10' is not a size of 1mb or more");
        try (NvmRedisServer server = NvmRedisServer.builder()
                        .port(0)
                        .dir(directory)
                        .persistence("none")
                        .setting("dram-budget", "64mb")
                        .build()
                        .start();
                RawClient client = new RawClient(server.port())) {
            assertThat(client.call("CONFIG", "GET", "dram-budget")).isEqualTo("[dram-budget 67108864]");
        }
    }
}
