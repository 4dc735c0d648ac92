package io.nvmredis.server;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nvmredis.spi.PersisterProvider;
import io.nvmredis.spi.testkit.HeldSnapshots;
import io.nvmredis.stock.aof.AofPersisterProvider;
import io.nvmredis.stock.rdb.RdbPersisterProvider;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A server ends, and keeps what it should, whatever is being saved or rewritten meanwhile. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EndingTest {
    private static final int KEYS = 2_000;

    private final HeldSnapshots snapshots = new HeldSnapshots();

    @TempDir
    Path directory;

    private NvmRedisServer start(String persistence) {
        PersisterProvider provider =
                persistence.equals("aof") ? new AofPersisterProvider() : new RdbPersisterProvider();
        return NvmRedisServer.builder()
                .port(0)
                .dir(directory)
                .providers(List.of(snapshots.of(provider)))
                .persistence(persistence)
                .build()
                .start();
    }

    @AfterEach
    void letGo() {
        snapshots.goOn();
    }

    private static void fill(RawClient client) throws IOException {
        for (int i = 0; i < KEYS; i++) {
            client.send("SET", "key:" + i, "v".repeat(1_000));
        }
        for (int i = 0; i < KEYS; i++) {
            assertThat(client.reply()).isEqualTo("+OK");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "aof, BGREWRITEAOF, SHUTDOWN",
        "aof, BGREWRITEAOF, SHUTDOWN NOSAVE",
        "aof, BGREWRITEAOF, SHUTDOWN SAVE",
        "aof, BGREWRITEAOF, close",
        "aof, BGSAVE, SHUTDOWN",
        "aof, BGSAVE, close",
        "rdb, BGSAVE, SHUTDOWN",
        "rdb, BGSAVE, SHUTDOWN SAVE",
        "rdb, BGSAVE, close"
    })
    void shouldEnd(String persistence, String work, String how) throws Exception {
        NvmRedisServer server = start(persistence);
        try (server;
                RawClient client = new RawClient(server.port())) {
            fill(client);
            snapshots.hold();
            assertThat(client.call(work)).startsWith("+Background");
            if (persistence.equals("aof") == work.equals("BGREWRITEAOF")) {
                await().until(snapshots::isWaiting);
            }
            Thread ending = end(server, client, how);
            snapshots.goOn();
            ending.join(SECONDS.toMillis(30));
            assertThat(ending.isAlive()).as("still ending after half a minute").isFalse();
        }
        assertThatAllIsThere(persistence);
    }

    /** Ends the server as far as it gets while nothing is shown. */
    private static Thread end(NvmRedisServer server, RawClient client, String how) throws IOException {
        Thread ending = new Thread(server::close);
        if (how.equals("close")) {
            ending.start();
            await().until(() -> !ending.isAlive() || ending.getState() == Thread.State.WAITING);
            return ending;
        }
        client.send(how.split(" ", -1));
        Thread awaiting = new Thread(() -> {
            try {
                server.awaitClosed();
                assertThat(client.isClosedByServer()).isTrue();
            } catch (InterruptedException | IOException e) {
                throw new AssertionError(e);
            }
        });
        awaiting.start();
        await().until(() -> server.isClosing() || awaiting.getState() == Thread.State.WAITING);
        return awaiting;
    }

    private void assertThatAllIsThere(String persistence) throws IOException {
        try (NvmRedisServer again = start(persistence);
                RawClient client = new RawClient(again.port())) {
            assertThat(client.call("DBSIZE")).isEqualTo(":" + KEYS);
        } catch (EOFException e) {
            throw new AssertionError(e);
        }
    }
}
