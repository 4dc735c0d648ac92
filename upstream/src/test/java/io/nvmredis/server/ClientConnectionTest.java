package io.nvmredis.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients on loopback sockets against a server that keeps nothing. */
class ClientConnectionTest {
    @TempDir
    Path directory;

    private NvmRedisServer server;

    private void start(String... settings) {
        start(Transport.best(), settings);
    }

    private void start(Transport transport, String... settings) {
        NvmRedisServer.Builder builder = NvmRedisServer.builder()
                .port(0)
                .dir(directory)
                .persistence("none")
                .transport(transport);
        for (int i = 0; i < settings.length; i += 2) {
            builder.setting(settings[i], settings[i + 1]);
        }
        server = builder.build().start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private RawClient connect() throws IOException {
        return new RawClient(server.port());
    }

    private static Transport transport(String name) {
        return name.equals("nio") ? Transport.NIO : Transport.best();
    }

    @ParameterizedTest
    @ValueSource(strings = {"nio", "best"})
    void shouldAnswerPipelinedCommandsInOrder(String transport) throws Exception {
        start(transport(transport));
        try (RawClient client = connect()) {
            StringBuilder commands = new StringBuilder();
            for (int i = 0; i < 10_000; i++) {
                commands.append(RawClient.encode("ECHO", "number " + i));
            }
            client.sendRaw(commands.toString());

            for (int i = 0; i < 10_000; i++) {
                assertThat(client.reply()).isEqualTo("number " + i);
            }
        }
    }

    @Test
    void shouldAnswerTheSameWhereverTheStreamIsCut() throws Exception {
        start();
        String stream = RawClient.encode("SET", "k", "v\r\n*") + "ECHO inline\r\n" + "*0\r\n"
                + RawClient.encode("RPUSH", "l", "x") + RawClient.encode("BLPOP", "l", "0") + "ECHO \"a b\"\r\n"
                + RawClient.encode("GET", "k");
        List<String> expected = List.of("+OK", "inline", ":1", "[l x]", "a b", "v\r\n*");
        for (int cut = 0; cut <= stream.length(); cut++) {
            List<String> replies = new ArrayList<>();
            try (RawClient client = connect()) {
                client.sendRaw(stream.substring(0, cut));
                // What can be answered has been, so that the server has seen the cut.
                for (int i = commandsIn(stream.substring(0, cut)); i > 0; i--) {
                    replies.add(client.reply());
                }
                client.sendRaw(stream.substring(cut));
                while (replies.size() < expected.size()) {
                    replies.add(client.reply());
                }
            }
            assertThat(replies).as("cut at byte %d", cut).isEqualTo(expected);
        }
    }

    private static int commandsIn(String part) throws ProtocolException {
        RespDecoder decoder = new RespDecoder(1 << 20, 1 << 20);
        var in = Unpooled.wrappedBuffer(part.getBytes(ISO_8859_1));
        int count = 0;
        while (decoder.next(in) != null) {
            count++;
        }
        return count;
    }

    @Test
    void shouldTakeAndGiveAHugeValue() throws Exception {
        start();
        String value = "0123456789".repeat(2_500_000);
        try (RawClient client = connect()) {
            client.sendRaw("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$" + value.length() + "\r\n");
            byte[] bytes = value.getBytes(ISO_8859_1);
            for (int at = 0; at < bytes.length; at += 1_000) {
                client.sendRaw(Arrays.copyOfRange(bytes, at, at + 1_000));
            }
            client.sendRaw("\r\n");

            assertThat(client.reply()).isEqualTo("+OK");
            assertThat(client.call("GET", "k").equals(value)).isTrue();
        }
    }

    @Test
    void shouldSendEarlierRepliesBeforeAProtocolErrorAndClose() throws Exception {
        start();
        try (RawClient client = connect()) {
            client.sendRaw("PING\r\n*1\r\n!\r\nPING\r\n" + "more ".repeat(20_000));

            assertThat(client.reply()).endsWith("PONG");
            assertThat(client.reply()).isEqualTo("-ERR Protocol error: expected '$', got '!'");
            assertThat(client.isClosedByServer()).isTrue();
        }
    }

    @Test
    void shouldObserveTheLimitsGiven() throws Exception {
        start("proto-max-bulk-len", "1mb", "client-query-buffer-limit", "2mb");
        try (RawClient client = connect()) {
            client.sendRaw("*1\r\n$1048577\r\n");
            assertThat(client.reply()).isEqualTo("-ERR Protocol error: invalid bulk length");
        }
        try (RawClient client = connect()) {
            client.sendRaw("*3\r\n" + ("$1040000\r\n" + "x".repeat(1_040_000) + "\r\n").repeat(2) + "$1000000\r\n");
            assertThat(client.isClosedByServer()).isTrue();
        }
    }

    @Test
    void shouldRefuseOneClientTooMany() throws Exception {
        start("maxclients", "2");
        try (RawClient one = connect();
                RawClient two = connect()) {
            assertThat(one.call("PING")).endsWith("PONG");
            assertThat(two.call("PING")).endsWith("PONG");
            try (RawClient three = connect()) {
                assertThat(three.reply()).isEqualTo("-ERR max number of clients reached");
                assertThat(three.isClosedByServer()).isTrue();
            }
        }
        await().ignoreExceptions().untilAsserted(() -> {
            try (RawClient later = connect()) {
                assertThat(later.call("PING")).endsWith("PONG");
            }
        });
    }

    @Test
    void shouldAnswerQuitAndClose() throws Exception {
        start();
        try (RawClient client = connect()) {
            client.send("PING").send("QUIT").send("PING");

            assertThat(client.reply()).endsWith("PONG");
            assertThat(client.reply()).isEqualTo("+OK");
            assertThat(client.isClosedByServer()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nio", "best"})
    void shouldGoOnWithWhatWasBufferedAfterACommandThatWaited(String transport) throws Exception {
        start(transport(transport));
        try (RawClient waiting = connect();
                RawClient other = connect()) {
            waiting.send("ECHO", "before").send("BLPOP", "l", "0").send("ECHO", "after");
            assertThat(waiting.reply()).isEqualTo("before");
            assertThat(waiting.isSilentFor(50)).isTrue();

            assertThat(other.call("RPUSH", "l", "x")).isEqualTo(":1");
            assertThat(waiting.reply()).isEqualTo("[l x]");
            assertThat(waiting.reply()).isEqualTo("after");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nio", "best"})
    void shouldNotGiveToAClientThatHasGoneWhileItWaited(String transport) throws Exception {
        start(transport(transport));
        try (RawClient other = connect()) {
            try (RawClient gone = connect()) {
                assertThat(gone.call("PING")).endsWith("PONG");
                gone.send("BLPOP", "l", "0");
            }
            await().until(() -> server.connectedClients() == 1);

            assertThat(other.call("RPUSH", "l", "x")).isEqualTo(":1");
            assertThat(other.call("BLPOP", "l", "0")).isEqualTo("[l x]");
        }
    }

    @Test
    void shouldDeliverMessagesInOrder() throws Exception {
        start("io-threads", "2");
        try (RawClient subscriber = connect();
                RawClient publisher = connect()) {
            assertThat(subscriber.call("SUBSCRIBE", "ch")).isEqualTo("[subscribe ch :1]");
            for (int i = 0; i < 1_000; i++) {
                publisher.send("PUBLISH", "ch", "m" + i);
            }
            for (int i = 0; i < 1_000; i++) {
                assertThat(subscriber.reply()).isEqualTo("[message ch m" + i + "]");
                assertThat(publisher.reply()).isEqualTo(":1");
            }
        }
    }

    @Test
    void shouldDisconnectASubscriberThatDoesNotRead() throws Exception {
        start();
        String message = "m".repeat(1 << 20);
        try (RawClient subscriber = connect();
                RawClient publisher = connect()) {
            assertThat(subscriber.call("SUBSCRIBE", "ch")).isEqualTo("[subscribe ch :1]");

            int delivered = 0;
            while (publisher.call("PUBLISH", "ch", message).equals(":1")) {
                delivered++;
                // The limit, and what the sockets hold.
                assertThat(delivered).isLessThan(32 + 20);
            }
            assertThat(delivered).isGreaterThanOrEqualTo(32);
        }
    }

    @Test
    void shouldNotRunCommandsOfAClientThatDoesNotRead() throws Exception {
        start();
        int count = 200;
        String value = "v".repeat(1 << 20);
        try (RawClient client = connect();
                RawClient other = connect()) {
            assertThat(other.call("SET", "big", value)).isEqualTo("+OK");
            for (int i = 0; i < count; i++) {
                client.send("RPUSH", "l", "x").send("GET", "big");
            }
            assertThat(other.call("PING")).endsWith("PONG");
            int run = 0;
            for (; run < count; run++) {
                other.send("BLPOP", "l", "0");
                if (other.isSilentFor(300)) {
                    break;
                }
                other.reply();
            }

            // Some were run, until about 20 MB were on their way and in sockets.
            assertThat(run).isBetween(1, 30);
            for (int i = 0; i < count; i++) {
                assertThat(client.reply()).startsWith(":");
                assertThat(client.reply()).hasSize(1 << 20);
            }
        }
    }
}
