package io.nvmredis.network;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nvmredis.server.FakePersister;
import io.nvmredis.server.NvmRedisServer;
import io.nvmredis.server.RawClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole server on a persister that commits when the test says so. */
class DurabilityGateTest {
    /** Long enough for a reply that is not held back to come through. */
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
                .build();
    }

    @AfterEach
    void stop() {
        // Whatever a test has left open must not hold up the end.
        persister.makeDurable(persister.lastLsn());
        server.close();
    }

    private RawClient connect() throws IOException {
        return new RawClient(server.port());
    }

    @Test
    void shouldHoldRepliesBackUntilTheyAreDurable() throws Exception {
        server.start();
        try (RawClient client = connect()) {
            client.send("SET", "a", "1");
            await().until(() -> persister.requestedLsn() == 1);

            assertThat(client.isSilentFor(SILENCE_MILLIS)).isTrue();
            persister.makeDurable(1);
            assertThat(client.reply()).isEqualTo("+OK");
        }
    }

    @Test
    void shouldNotLetLaterBatchesOvertake() throws Exception {
        server.start();
        try (RawClient client = connect()) {
            client.send("SET", "a", "1");
            await().until(() -> persister.requestedLsn() == 1);
            client.send("ECHO", "w").send("SET", "a", "2").send("ECHO", "x");
            await().until(() -> persister.requestedLsn() == 2);

            assertThat(client.isSilentFor(SILENCE_MILLIS)).isTrue();
            persister.makeDurable(1);
            assertThat(client.reply()).isEqualTo("+OK");
            persister.makeDurable(2);
            assertThat(List.of(client.reply(), client.reply(), client.reply())).containsExactly("w", "+OK", "x");
        }
    }

    @Test
    void shouldAnswerReadsOfDurableDataAtOnce() throws Exception {
        server.start();
        try (RawClient client = connect()) {
            client.send("SET", "a", "1");
            await().until(() -> persister.requestedLsn() == 1);
            persister.makeDurable(1);
            assertThat(client.reply()).isEqualTo("+OK");

            assertThat(client.call("GET", "a")).isEqualTo("1");
            try (RawClient other = connect()) {
                assertThat(other.call("GET", "a")).isEqualTo("1");
            }
            assertThat(persister.requestedLsn()).isEqualTo(1);
        }
    }

    @Test
    void shouldHoldBackAReadOfWhatIsNotDurable() throws Exception {
        server.start();
        try (RawClient writer = connect();
                RawClient reader = connect()) {
            writer.send("SET", "a", "1");
            await().until(() -> persister.requestedLsn() == 1);
            reader.send("GET", "a");

            assertThat(reader.isSilentFor(SILENCE_MILLIS)).isTrue();
            persister.makeDurable(1);
            assertThat(reader.reply()).isEqualTo("1");
            assertThat(writer.reply()).isEqualTo("+OK");
        }
    }

    @Test
    void shouldDisconnectThoseThatWaitForACommitThatFailed() throws Exception {
        server.start();
        try (RawClient idle = connect();
                RawClient writer = connect()) {
            assertThat(idle.call("PING")).endsWith("PONG");
            writer.send("SET", "a", "1");
            await().until(() -> persister.requestedLsn() == 1);

            persister.fail();

            assertThat(writer.isClosedByServer()).isTrue();
            assertThat(idle.call("PING")).isEqualTo("-MISCONF the medium is gone");
            assertThat(idle.call("EXISTS", "other")).isEqualTo(":0");
        }
    }

    @Test
    void shouldDisconnectThoseThatComeAfterACommitHasFailed() throws Exception {
        server.start();
        try (RawClient writer = connect()) {
            writer.send("SET", "a", "1");
            await().until(() -> persister.requestedLsn() == 1);
            persister.fail();
            assertThat(writer.isClosedByServer()).isTrue();
        }
        try (RawClient reader = connect()) {
            // It would tell of a write that may be lost.
            assertThat(reader.send("GET", "a").isClosedByServer()).isTrue();
        }
    }

    @Test
    void shouldAnswerWhatTheClientSentBeforeItEndedItsOutput() throws Exception {
        server.start();
        try (RawClient client = connect()) {
            client.send("SET", "a", "1").shutdownOutput();
            await().until(() -> persister.requestedLsn() == 1);

            assertThat(client.isSilentFor(SILENCE_MILLIS)).isTrue();
            persister.makeDurable(1);
            assertThat(client.reply()).isEqualTo("+OK");
            assertThat(client.isClosedByServer()).isTrue();
        }
    }

    @Test
    void shouldNeverMissACommit() throws Exception {
        server.start();
        persister.commitAutomatically();
        try (RawClient one = connect();
                RawClient two = connect();
                RawClient three = connect()) {
            List<RawClient> clients = List.of(one, two, three);
            for (int round = 0; round < 2_000; round++) {
                for (RawClient client : clients) {
                    client.send("SET", "key", "value");
                }
                for (RawClient client : clients) {
                    assertThat(client.reply()).isEqualTo("+OK");
                }
                // Each has been told of its own write, so that all of this round are durable.
                assertThat(persister.durableLsn()).isGreaterThanOrEqualTo(3L * (round + 1));
            }
        }
    }

    @Test
    void shouldNotTakeMoreFromAClientThanItMayAnswer() throws Exception {
        server.start();
        int count = 600_000;
        try (RawClient client = connect()) {
            byte[] commands = RawClient.encode("SET", "a", "1").repeat(count).getBytes(ISO_8859_1);
            Thread sender = new Thread(() -> send(client, commands));
            sender.start();
            await().until(new Steady(persister::lastLsn));

            assertThat(persister.lastLsn()).isBetween(1L, count / 2L);
            persister.commitAutomatically();
            for (int i = 0; i < count; i++) {
                assertThat(client.reply()).isEqualTo("+OK");
            }
            sender.join();
        }
    }

    private static void send(RawClient client, byte[] bytes) {
        try {
            client.sendRaw(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
