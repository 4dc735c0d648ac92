package io.nvmredis.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that wait for a key, seen from the network. */
class WaitingClientsTest {
    @TempDir
    Path directory;

    private NvmRedisServer server;
    private RawClient other;

    @BeforeEach
    void start() throws Exception {
        server = NvmRedisServer.builder()
                .port(0)
                .dir(directory)
                .persistence("none")
                .setting("io-threads", "2")
                .build()
                .start();
        other = new RawClient(server.port());
    }

    @AfterEach
    void stop() throws Exception {
        other.close();
        server.close();
    }

    private void awaitWaiting(int count) {
        await().until(() -> other.call("INFO", "clients").contains("blocked_clients:" + count + "\r"));
    }

    private static long workers() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("nvm-redis-worker"))
                .count();
    }

    @Test
    void shouldTakeNoThreadForThoseWhoWait() throws Exception {
        List<RawClient> waiting = new ArrayList<>();
        long before = workers();
        for (int i = 0; i < 300; i++) {
            waiting.add(new RawClient(server.port()).send("BLPOP", "list:" + i, "common", "0"));
        }
        awaitWaiting(300);
        assertThat(workers()).isLessThanOrEqualTo(before);
        for (int i = 299; i >= 150; i--) {
            assertThat(other.call("RPUSH", "list:" + i, "x")).isEqualTo(":1");
            assertThat(waiting.get(i).reply()).isEqualTo("[list:" + i + " x]");
        }
        for (RawClient client : waiting) {
            client.close();
        }
        awaitWaiting(0);
        assertThat(other.call("RPUSH", "common", "x")).isEqualTo(":1");
        assertThat(other.call("LLEN", "common")).isEqualTo(":1");
    }

    @Test
    void shouldAnswerWhenTheTimeIsUpAndGoOn() throws Exception {
        try (RawClient client = new RawClient(server.port())) {
            client.send("BLPOP", "l", "0.05").send("XREAD", "BLOCK", "20", "STREAMS", "s", "$");
            client.send("BRPOPLPUSH", "l", "m", "0.01").send("ECHO", "after");
            String nil = client.reply();
            assertThat(client.reply()).isEqualTo(nil);
            assertThat(client.reply()).isEqualTo(nil);
            assertThat(client.reply()).isEqualTo("after");
            assertThat(other.call("RPUSH", "l", "x")).isEqualTo(":1");
            assertThat(other.call("LLEN", "l")).isEqualTo(":1");
        }
        awaitWaiting(0);
    }

    @Test
    void shouldServeManyInTheOrderOfTheirArrivalOnTwoLoops() throws Exception {
        List<RawClient> waiting = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            waiting.add(new RawClient(server.port()).send("BLPOP", "l", "0"));
            awaitWaiting(i + 1);
        }
        other.send("MULTI")
                .send("RPUSH", "l", "0", "1", "2")
                .send("RPUSH", "l", "3", "4")
                .send("EXEC");
        for (int i = 0; i < 4; i++) {
            other.reply();
        }
        for (int i = 5; i < 40; i++) {
            other.send("RPUSH", "l", Integer.toString(i));
        }
        for (int i = 0; i < 40; i++) {
            assertThat(waiting.get(i).reply()).isEqualTo("[l " + i + "]");
            waiting.get(i).close();
        }
    }

    @Test
    void shouldGiveTheNextEntryToWhoReadsFromTheEnd() throws Exception {
        try (RawClient reading = new RawClient(server.port())) {
            for (int i = 1; i <= 50; i++) {
                reading.send("XREAD", "BLOCK", "0", "STREAMS", "s", "$");
                awaitWaiting(1);
                other.call("XADD", "s", i + "-1", "f", "v");
                assertThat(reading.reply()).contains(i + "-1");
            }
        }
    }

    @Test
    void shouldEndAtOnceThoughSomebodyWaits() throws Exception {
        try (RawClient waiting = new RawClient(server.port())) {
            waiting.send("BLPOP", "l", "0").send("SET", "late", "1");
            awaitWaiting(1);
            server.close();
            assertThat(waiting.isClosedByServer()).isTrue();
            assertThat(server.connectedClients()).isZero();
        }
    }
}
