package io.nvmredis.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nvmredis.it.kit.Refusals;
import io.nvmredis.it.kit.RespClient;
import io.nvmredis.it.kit.ServerProcess;
import io.nvmredis.it.kit.TestDirectory;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** SIGTERM ends a server soon, whatever it is doing, and what was acknowledged is there afterwards. */
class TerminationIT {
    private static final Duration BOUND = Duration.ofSeconds(15);
    private static final String ENDLESS = "while true do end";

    @RegisterExtension
    private final TestDirectory directory = TestDirectory.onDisk();

    private ServerProcess.Builder server(String persistence) {
        return directory.server().with("--persistence", persistence, "--enable-debug-command", "yes");
    }

    private static void send(RespClient client, String... command) throws IOException {
        client.send(command);
        client.flush();
    }

    private void assertThatAllIsThere(String persistence) throws Exception {
        try (ServerProcess again = server(persistence).start();
                RespClient client = again.connect()) {
            assertThat(client.call("GET", "kept")).isEqualTo("1");
            assertThat(client.call("EXISTS", "half")).isEqualTo(0L);
        }
    }

    /** Nothing that the client is told shows that the command runs; others, who are not answered, do. */
    private static void awaitStandstill(ServerProcess server) throws Exception {
        try (RespClient other = server.connect()) {
            await().until(() -> {
                Thread probe = new Thread(() -> {
                    try (RespClient late = server.connect()) {
                        late.call("PING");
                    } catch (IOException | InterruptedException e) {
                        throw new AssertionError(e);
                    }
                });
                probe.setUncaughtExceptionHandler((thread, e) -> {});
                probe.setDaemon(true);
                probe.start();
                probe.join(500);
                return probe.isAlive();
            });
            assertThat(other).isNotNull();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nvm-aof", "aof", "rdb"})
    void shouldEndASleepOfADay(String persistence) throws Exception {
        try (ServerProcess server = server(persistence).start();
                RespClient client = server.connect()) {
            assertThat(client.call("SET", "kept", "1")).isEqualTo("OK");
            send(client, "DEBUG", "SLEEP", "86400");
            awaitStandstill(server);
            server.signal("TERM");
            assertThat(server.awaitExit(BOUND).status()).isZero();
        }
        assertThatAllIsThere(persistence);
    }

    @ParameterizedTest
    @CsvSource({
        "nvm-aof, while true do end",
        "aof, while true do end",
        "nvm-aof, redis.call('set'; 'half'; '1') while true do end",
        "aof, redis.call('set'; 'half'; '1') while true do end",
        "nvm-aof, while true do pcall(function() while true do end end) end",
        "aof, redis.call('set'; 'half'; '1') while true do pcall(function() while true do end end) end",
        "nvm-aof, redis.call('set'; 'half'; '1') local s = string.rep('a'; 100) while true do s.find(s; '(.-)(.-)(.-)(.-)b') end"
    })
    void shouldEndAScriptThatDoesNot(String persistence, String script) throws Exception {
        try (ServerProcess server = server(persistence).start();
                RespClient client = server.connect()) {
            assertThat(client.call("SET", "kept", "1")).isEqualTo("OK");
            send(client, "EVAL", script.replace(';', ','), "0");
            awaitStandstill(server);
            server.signal("TERM");
            server.awaitExit(BOUND);
        }
        assertThatAllIsThere(persistence);
    }

    /** What is in memory is half of what a script should have done: it is not saved. */
    @Test
    void shouldNotSaveHalfAScript() throws Exception {
        try (ServerProcess server = server("rdb").start();
                RespClient client = server.connect()) {
            assertThat(client.call("SET", "kept", "1")).isEqualTo("OK");
            assertThat(client.call("SAVE")).isEqualTo("OK");
            send(client, "EVAL", "redis.call('set', 'half', '1') " + ENDLESS, "0");
            awaitStandstill(server);
            server.signal("TERM");
            ServerProcess.Exit exit = server.awaitExit(BOUND);
            assertThat(exit.status()).isEqualTo(Refusals.FAILURE);
            assertThat(String.join("\n", exit.err())).contains("nothing that it has done is kept", "is not saved");
        }
        assertThatAllIsThere("rdb");
    }

    @Test
    void shouldEndThoughManyWaitAndOneAsksForMuch() throws Exception {
        directory.placeFor("emulated");
        try (ServerProcess server = server("nvm-aof").domain("emulated").start();
                RespClient client = server.connect();
                RespClient waiting = server.connect();
                RespClient greedy = server.connect()) {
            assertThat(client.call("SET", "kept", "1")).isEqualTo("OK");
            for (int i = 0; i < 50_000; i++) {
                client.send("SET", "key:" + i, "v");
            }
            client.flush();
            for (int i = 0; i < 50_000; i++) {
                client.receive();
            }
            send(waiting, "BLPOP", "list", "0");
            for (int i = 0; i < 2_000; i++) {
                greedy.send("KEYS", "*[0-9]");
            }
            greedy.flush();
            server.signal("TERM");
            server.awaitExit(BOUND);
        }
        try (ServerProcess again = server("nvm-aof").domain("emulated").start();
                RespClient client = again.connect()) {
            assertThat(client.call("DBSIZE")).isEqualTo(50_001L);
        }
    }

    @Test
    void shouldEndAtOnceWhenInterruptedTwice() throws Exception {
        try (ServerProcess server = server("nvm-aof").start();
                RespClient client = server.connect()) {
            assertThat(client.call("SET", "kept", "1")).isEqualTo("OK");
            send(client, "EVAL", ENDLESS, "0");
            awaitStandstill(server);
            server.signal("INT");
            await().pollInterval(Duration.ofMillis(100)).untilAsserted(() -> {
                server.signal("INT");
                assertThat(String.join("\n", server.stderr())).contains("You insist... exiting now.");
            });
            assertThat(server.awaitExit(Duration.ofSeconds(3)).status()).isEqualTo(1);
        }
        assertThatAllIsThere("nvm-aof");
    }

    @Test
    void shouldNotRunDebugByDefault() throws Exception {
        try (ServerProcess server =
                        directory.server().with("--persistence", "none").start();
                RespClient client = server.connect()) {
            assertThat(client.call("DEBUG", "SLEEP", "3600"))
                    .isInstanceOfSatisfying(
                            RespClient.RespError.class,
                            error -> assertThat(error.message()).startsWith("ERR DEBUG command not allowed."));
            assertThat(client.call("CONFIG", "GET", "enable-debug-command"))
                    .isEqualTo(List.of("enable-debug-command", "no"));
        }
    }
}
