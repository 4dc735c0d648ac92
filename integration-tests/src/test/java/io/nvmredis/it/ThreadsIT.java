package io.nvmredis.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nvmredis.it.kit.RespClient;
import io.nvmredis.it.kit.ServerProcess;
import io.nvmredis.it.kit.TestDirectory;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Waiting commands and endless scripts keep nobody else from being served. */
class ThreadsIT {
    private static final int WAITING = 200;

    @RegisterExtension
    private final TestDirectory directory = TestDirectory.onDisk();

    @Test
    void shouldAnswerWhileOthersWaitAndAScriptLoops() throws Exception {
        List<RespClient> waiting = new ArrayList<>();
        try (ServerProcess server = directory.server().start();
                RespClient scripted = server.connect();
                RespClient other = server.connect()) {
            for (int i = 0; i < WAITING; i++) {
                RespClient client = server.connect();
                waiting.add(client);
                client.send("BLPOP", "queue", "0");
                client.flush();
            }
            awaitBlocked(other);
            assertThat(other.call("PING")).isEqualTo("PONG");
            assertThat(other.call("CONFIG", "SET", "lua-time-limit", "200")).isEqualTo("OK");
            scripted.send("EVAL", "while true do end", "0");
            scripted.flush();

            awaitBusy(other);
            assertThat(other.call("SCRIPT", "KILL")).isEqualTo("OK");
            assertThat(other.call("PING")).isEqualTo("PONG");
            assertThat(scripted.receive()).isInstanceOf(RespClient.RespError.class);
            assertServed(waiting, other);
        } finally {
            for (RespClient client : waiting) {
                client.close();
            }
        }
    }

    /** A script is not undone when it fails: what it wrote before is there, and durable. */
    @Test
    void shouldStayUpThroughAFailingScript() throws Exception {
        try (ServerProcess server = directory.server().start();
                RespClient client = server.connect()) {
            Object reply = client.call("EVAL", "redis.call('set','a','1') error('on purpose')", "0");
            assertThat(reply).isInstanceOf(RespClient.RespError.class);
            assertThat(client.call("GET", "a")).isEqualTo("1");
            server.kill();
            try (ServerProcess again = directory.server().start();
                    RespClient reader = again.connect()) {
                assertThat(reader.call("GET", "a"))
                        .as("what a script wrote before it failed, and others could read")
                        .isEqualTo("1");
            }
        }
    }

    /** Who came only after the script would be told that the server is busy, and not wait. */
    private static void awaitBlocked(RespClient client) {
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() ->
                        assertThat((String) client.call("INFO", "clients")).contains("blocked_clients:" + WAITING));
    }

    private static void awaitBusy(RespClient client) {
        await().atMost(Duration.ofSeconds(20))
                .pollDelay(Duration.ZERO)
                .untilAsserted(() -> assertThat(client.call("PING"))
                        .isInstanceOfSatisfying(
                                RespClient.RespError.class,
                                error -> assertThat(error.message()).startsWith("BUSY ")));
    }

    private static void assertServed(List<RespClient> waiting, RespClient other) throws IOException {
        for (int i = 0; i < waiting.size(); i++) {
            assertThat(other.call("RPUSH", "queue", "element")).isInstanceOf(Long.class);
        }
        for (RespClient client : waiting) {
            assertThat(client.receive()).isEqualTo(List.of("queue", "element"));
        }
        assertThat(other.call("LLEN", "queue")).isEqualTo(0L);
    }
}
