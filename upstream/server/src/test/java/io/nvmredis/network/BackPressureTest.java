package io.nvmredis.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nvmredis.server.FakePersister;
import io.nvmredis.server.NvmRedisServer;
import io.nvmredis.server.RawClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Writing commands wait while the log has no room, and nobody else does. */
class BackPressureTest {
    private static final int SILENCE_MILLIS = 150;

    private final FakePersister persister = new FakePersister();

    @TempDir
    Path directory;

    private NvmRedisServer server;

    @BeforeEach
    void start() {
        server = NvmRedisServer.builder()
                .port(0)
                .dir(directory)
                .providers(List.of(persister))
                .persistence("fake")
                .setting("io-threads", "2")
                .build()
                .start();
        persister.commitAutomatically();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private RawClient connect() throws IOException {
        return new RawClient(server.port());
    }

    @Test
    void shouldHoldAWriteUntilThereIsRoom() throws Exception {
        try (RawClient writer = connect();
                RawClient reader = connect()) {
            persister.backUp();
            writer.send("SET", "a", "1").send("GET", "a");
            assertThat(writer.isSilentFor(SILENCE_MILLIS)).isTrue();
            assertThat(reader.call("GET", "a")).isEqualTo("(nil)");
            assertThat(persister.lastLsn()).isZero();
            persister.makeRoom();
            assertThat(writer.reply()).isEqualTo("+OK");
            assertThat(writer.reply()).isEqualTo("1");
        }
    }

    @Test
    void shouldRunWhatCameBeforeTheWrite() throws Exception {
        try (RawClient client = connect()) {
            persister.backUp();
            client.send("ECHO", "x").send("SET", "a", "1");
            assertThat(client.reply()).isEqualTo("x");
            assertThat(client.isSilentFor(SILENCE_MILLIS)).isTrue();
            persister.makeRoom();
            assertThat(client.reply()).isEqualTo("+OK");
        }
    }

    @Test
    void shouldHoldTransactionsAndScriptsThatWrite() throws Exception {
        try (RawClient multi = connect();
                RawClient script = connect();
                RawClient reading = connect()) {
            persister.backUp();
            multi.send("MULTI").send("SET", "a", "1").send("EXEC");
            script.send("EVAL", "return redis.call('set', 'b', '1')", "0");
            assertThat(multi.reply()).isEqualTo("+OK");
            assertThat(multi.reply()).isEqualTo("+QUEUED");
            assertThat(multi.isSilentFor(SILENCE_MILLIS)).isTrue();
            assertThat(script.isSilentFor(SILENCE_MILLIS)).isTrue();
            assertThat(reading.call("MULTI")).isEqualTo("+OK");
            assertThat(reading.call("GET", "a")).isEqualTo("+QUEUED");
            assertThat(reading.call("EXEC")).isEqualTo("[(nil)]");
            persister.makeRoom();
            assertThat(multi.reply()).isEqualTo("[+OK]");
            assertThat(script.reply()).isEqualTo("+OK");
        }
    }

    @Test
    void shouldLoseNoReplyOfManyClientsOverManyTurns() throws Exception {
        List<RawClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < 40; i++) {
                clients.add(connect());
            }
            for (int turn = 0; turn < 50; turn++) {
                persister.backUp();
                for (RawClient client : clients) {
                    client.send("INCR", "a").send("PING");
                }
                persister.makeRoom();
                for (RawClient client : clients) {
                    assertThat(client.reply()).startsWith(":");
                    assertThat(client.reply()).isEqualTo("+PONG");
                }
            }
            assertThat(clients.get(0).call("GET", "a")).isEqualTo("2000");
        } finally {
            for (RawClient client : clients) {
                client.close();
            }
        }
    }

    @Test
    void shouldForgetClientsThatLeaveWhileTheyWait() throws Exception {
        persister.backUp();
        try (RawClient leaving = connect()) {
            leaving.send("SET", "a", "1");
            assertThat(leaving.isSilentFor(SILENCE_MILLIS)).isTrue();
            leaving.reset();
        }
        await().until(() -> server.connectedClients() == 0);
        persister.makeRoom();
        assertThat(persister.lastLsn()).isZero();
        try (RawClient client = connect()) {
            assertThat(client.call("GET", "a")).isEqualTo("(nil)");
        }
    }

    @Test
    void shouldAnswerAClientThatSendsNoMoreWhileItWaits() throws Exception {
        try (RawClient client = connect()) {
            persister.backUp();
            client.send("SET", "a", "1").shutdownOutput();
            assertThat(client.isSilentFor(SILENCE_MILLIS)).isTrue();
            persister.makeRoom();
            assertThat(client.reply()).isEqualTo("+OK");
            assertThat(client.isClosedByServer()).isTrue();
        }
    }

    @Test
    void shouldShutDownThoughClientsWait() throws Exception {
        try (RawClient writer = connect();
                RawClient other = connect()) {
            persister.backUp();
            writer.send("SET", "a", "1");
            assertThat(writer.isSilentFor(SILENCE_MILLIS)).isTrue();
            other.send("SHUTDOWN");
            server.awaitClosed();
            assertThat(writer.isClosedByServer()).isTrue();
            assertThat(persister.isClosed()).isTrue();
            assertThat(persister.lastLsn()).isZero();
        }
    }

    @Test
    void shouldRefuseOnlyWhatAddsDataWhenSpaceIsShort() throws Exception {
        try (RawClient client = connect()) {
            assertThat(client.call("SET", "a", "1")).isEqualTo("+OK");
            assertThat(client.call("SET", "b", "1")).isEqualTo("+OK");
            persister.fillUp();
            assertThat(client.call("SET", "c", "1")).startsWith("-OOM");
            assertThat(client.call("RPUSH", "l", "1")).startsWith("-OOM");
            assertThat(client.call("GET", "a")).isEqualTo("1");
            assertThat(client.call("EXPIRE", "a", "100")).isEqualTo(":1");
            assertThat(client.call("DEL", "a")).isEqualTo(":1");
            assertThat(client.call("MULTI")).isEqualTo("+OK");
            assertThat(client.call("DEL", "b")).isEqualTo("+QUEUED");
            assertThat(client.call("EXEC")).isEqualTo("[:1]");
            assertThat(client.call("COMMAND", "INFO", "set")).contains("denyoom");
            assertThat(client.call("COMMAND", "INFO", "del")).doesNotContain("denyoom");
        }
    }
}
