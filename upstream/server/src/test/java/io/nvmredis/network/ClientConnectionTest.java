package io.nvmredis.network;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.Unpooled;
import io.nvmredis.server.NvmRedisServer;
import io.nvmredis.server.RawClient;
import io.nvmredis.server.ServerInside;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
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
        NvmRedisServer.Builder builder = ServerInside.servedBy(
                NvmRedisServer.builder().port(0).dir(directory).persistence("none"), transport);
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
    void shouldServeAClientThatWritesEverythingBeforeItReads() throws Exception {
        start();
        ServerInside.limitsOf(server).tune(64 << 10, 16 << 10);
        int count = 60_000;
        String value = "v".repeat(1_000);
        try (RawClient client = connect();
                RawClient other = connect()) {
            assertThat(other.call("SET", "k", value)).isEqualTo("+OK");
            // Much more than the buffers of both sockets take, in both directions.
            client.sendRaw(RawClient.encode("GET", "k").repeat(count));
            assertThat(other.call("PING")).endsWith("PONG");
            for (int i = 0; i < count; i++) {
                assertThat(client.reply().length()).isEqualTo(1_000);
            }
        }
        await().until(() -> ServerInside.memoryOf(server).usedBytes() == 0);
    }

    @Test
    void shouldDisconnectAClientThatLetsMoreRepliesWaitThanItMay() throws Exception {
        start("client-output-buffer-limit", "normal 8mb 0 0");
        String value = "v".repeat(1 << 20);
        try (RawClient client = connect();
                RawClient other = connect()) {
            assertThat(other.call("SET", "k", value)).isEqualTo("+OK");
            client.sendRaw(RawClient.encode("GET", "k").repeat(100));
            await().until(() -> server.connectedClients() == 1);
            assertThat(other.call("PING")).endsWith("PONG");
            assertThat(other.call("CONFIG", "SET", "client-output-buffer-limit", "normal 0 0 0"))
                    .isEqualTo("+OK");
        }
        try (RawClient client = connect()) {
            client.sendRaw(RawClient.encode("GET", "k").repeat(40));
            for (int i = 0; i < 40; i++) {
                assertThat(client.reply().length()).isEqualTo(1 << 20);
            }
        }
    }

    @Test
    void shouldDisconnectASubscriberThatIsBehindForTooLong() throws Exception {
        start("client-output-buffer-limit", "pubsub 0 1mb 1");
        try (RawClient subscriber = connect();
                RawClient publisher = connect()) {
            assertThat(subscriber.call("SUBSCRIBE", "ch")).isEqualTo("[subscribe ch :1]");
            String message = "m".repeat(1 << 20);
            for (int i = 0; i < 20; i++) {
                assertThat(publisher.call("PUBLISH", "ch", message)).startsWith(":");
            }
            await().until(() -> server.connectedClients() == 1);
            assertThat(publisher.call("PUBLISH", "ch", message)).isEqualTo(":0");
        }
    }

    @Test
    void shouldEvictTheLargestOfManyWhoBeginRequestsAndServeTheOthers() throws Exception {
        start("maxmemory-clients", "4mb");
        List<RawClient> halves = new ArrayList<>();
        try (RawClient other = connect()) {
            for (int i = 0; i < 20; i++) {
                RawClient half = connect();
                halves.add(half);
                try {
                    half.sendRaw("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$2000000\r\n" + "x".repeat(1_900_000));
                } catch (IOException e) {
                    // It has been disconnected already.
                }
                assertThat(other.call("PING")).endsWith("PONG");
            }
            await().until(() -> ServerInside.memoryOf(server).usedBytes() <= 4 << 20);
            assertThat(ServerInside.memoryOf(server).evictedCount()).isPositive();
            assertThat(other.call("SET", "k", "x".repeat(100_000))).isEqualTo("+OK");
        } finally {
            for (RawClient half : halves) {
                half.close();
            }
        }
        await().until(() -> server.connectedClients() == 0);
        assertThat(ServerInside.memoryOf(server).usedBytes()).isZero();
    }

    @Test
    void shouldNotLetCommandsQueuedForExecGrowWithoutBound() throws Exception {
        start("maxmemory-clients", "2mb");
        try (RawClient client = connect();
                RawClient other = connect()) {
            assertThat(client.call("MULTI")).isEqualTo("+OK");
            try {
                for (int i = 0; i < 200; i++) {
                    client.sendRaw(RawClient.encode("SET", "k", "x".repeat(100)).repeat(500));
                    for (int j = 0; j < 500; j++) {
                        client.reply();
                    }
                }
            } catch (IOException e) {
                // As it should be.
            }
            await().until(() -> server.connectedClients() == 1);
            assertThat(other.call("PING")).endsWith("PONG");
        }
    }

    @Test
    void shouldAnswerEverythingToAClientThatHasShutItsSideDown() throws Exception {
        start();
        try (RawClient client = connect()) {
            assertThat(client.call("SET", "k", "v".repeat(1_000))).isEqualTo("+OK");
            client.sendRaw(RawClient.encode("GET", "k").repeat(20_000)).shutdownOutput();
            for (int i = 0; i < 20_000; i++) {
                assertThat(client.reply().length()).isEqualTo(1_000);
            }
            assertThat(client.isClosedByServer()).isTrue();
        }
    }

    /** Nothing is wanted of the socket while the script runs; then it does not take the reply at once. */
    @Test
    void shouldSendALongReplyToAClientThatHadShutItsSideDownBeforeItWasMade() throws Exception {
        start();
        try (RawClient client = connect()) {
            String value = "v".repeat(8 << 20);
            assertThat(client.call("SET", "k", value)).isEqualTo("+OK");
            client.sendRaw(RawClient.encode("EVAL", "for i = 1, 2e7 do end return 1", "0")
                            + RawClient.encode("GET", "k"))
                    .shutdownOutput();
            assertThat(client.reply()).isEqualTo(":1");
            await().during(200, TimeUnit.MILLISECONDS).until(() -> server.connectedClients() == 1);
            assertThat(client.reply()).hasSize(value.length());
            assertThat(client.isClosedByServer()).isTrue();
        }
    }

    /** Of replies of many lengths one is just longer than what the system takes: its end is with the server then. */
    @Test
    void shouldSendEverythingToClientsThatQuitAndShutTheirSideDown() throws Exception {
        start();
        List<RawClient> clients = new ArrayList<>();
        try (RawClient writer = connect()) {
            for (int i = 1; i <= 48; i++) {
                assertThat(writer.call("SET", "k" + i, "v".repeat(i * (128 << 10))))
                        .isEqualTo("+OK");
                clients.add(connect());
                clients.get(i - 1).sendRaw(RawClient.encode("GET", "k" + i) + RawClient.encode("QUIT"));
            }
            await().until(() -> ServerInside.memoryOf(server).usedBytes() > 1 << 20);
            for (RawClient client : clients) {
                client.shutdownOutput();
            }
            await().during(200, TimeUnit.MILLISECONDS).until(() -> server.connectedClients() > 1);
            for (int i = 1; i <= clients.size(); i++) {
                RawClient client = clients.get(i - 1);
                assertThat(client.reply()).hasSize(i * (128 << 10));
                assertThat(client.reply()).isEqualTo("+OK");
                assertThat(client.isClosedByServer()).isTrue();
            }
        } finally {
            for (RawClient client : clients) {
                client.close();
            }
        }
    }

    /** Publisher and subscriber are on one event loop, and the subscriber's commands have come with the publisher's. */
    @Test
    void shouldRunNothingOfASubscriberInsideThePublishersCommand() throws Exception {
        start();
        try (RawClient busy = connect();
                RawClient subscriber = connect();
                RawClient publisher = connect()) {
            busy.sendRaw(RawClient.encode("RPUSH", "l", "x").repeat(20_000));
            for (int i = 0; i < 20_000; i++) {
                busy.reply();
            }
            assertThat(subscriber.call("SUBSCRIBE", "ch")).isEqualTo("[subscribe ch :1]");
            for (int i = 0; i < 50; i++) {
                busy.sendRaw(RawClient.encode("LREM", "l", "0", "nothing").repeat(3));
                publisher.send("PUBLISH", "ch", "m" + i);
                subscriber.send("SUBSCRIBE", "other" + i);
                assertThat(publisher.reply()).isEqualTo(":1");
                assertThat(List.of(subscriber.reply(), subscriber.reply()))
                        .containsExactlyInAnyOrder(
                                "[message ch m" + i + "]", "[subscribe other" + i + " :" + (i + 2) + "]");
                for (int j = 0; j < 3; j++) {
                    assertThat(busy.reply()).isEqualTo(":0");
                }
            }
            assertThat(subscriber.isSilentFor(50)).isTrue();
        }
    }

    @Test
    void shouldShowAndChangeWhatClientsMayTake() throws Exception {
        start("maxmemory-clients", "32mb");
        try (RawClient client = connect()) {
            assertThat(client.call("CONFIG", "GET", "maxmemory-clients")).isEqualTo("[maxmemory-clients 33554432]");
            assertThat(client.call("CONFIG", "GET", "client-output-buffer-limit"))
                    .isEqualTo("[client-output-buffer-limit normal 33554432 0 0 slave 268435456 67108864 60"
                            + " pubsub 33554432 8388608 60]");
            assertThat(client.call("CONFIG", "SET", "client-output-buffer-limit", "pubsub 2mb 1mb 9"))
                    .isEqualTo("+OK");
            assertThat(client.call("CONFIG", "GET", "client-output-buffer-limit"))
                    .endsWith("pubsub 2097152 1048576 9]");
            assertThat(client.call("CONFIG", "SET", "client-output-buffer-limit", "pubsub 2mb"))
                    .contains("Wrong number of arguments in buffer limit configuration");
            assertThat(client.call("CONFIG", "SET", "maxmemory-clients", "16mb", "client-query-buffer-limit", "2mb"))
                    .isEqualTo("+OK");
            assertThat(client.call("CONFIG", "GET", "maxmemory-clients")).isEqualTo("[maxmemory-clients 16777216]");
            assertThat(client.call("CONFIG", "SET", "maxmemory-clients", "some"))
                    .contains("memory or percent value");
            assertThat(client.call("CONFIG", "SET", "client-query-buffer-limit", "1"))
                    .contains("argument must be between 1048576 and 9223372036854775807 inclusive");
            assertThat(client.call("INFO", "clients"))
                    .contains("connected_clients:1", "maxclients:10000", "client_recent_max_output_buffer:0");
            assertThat(client.call("INFO", "stats")).contains("evicted_clients:0");
        }
    }
}
