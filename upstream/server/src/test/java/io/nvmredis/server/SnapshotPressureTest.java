package io.nvmredis.server;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nvmredis.spi.testkit.HeldSnapshots;
import io.nvmredis.stock.aof.AofPersisterProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Writers wait while 64 MB have been set aside for a snapshot that does not come on, and go on when it does, or fails. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SnapshotPressureTest {
    private static final int SILENCE_MILLIS = 150;
    private static final String MEGABYTE = "v".repeat(1 << 20);

    private final HeldSnapshots snapshots = new HeldSnapshots();

    @TempDir
    Path directory;

    private NvmRedisServer server;

    @BeforeEach
    void start() {
        server = NvmRedisServer.builder()
                .port(0)
                .dir(directory)
                .providers(List.of(snapshots.of(new AofPersisterProvider())))
                .persistence("aof")
                .setting("appendfsync", "no")
                .setting("auto-aof-rewrite-percentage", "0")
                .setting("rdbcompression", "no")
                .build()
                .start();
    }

    @AfterEach
    void stop() {
        snapshots.goOn();
        server.close();
    }

    private RawClient connect() throws IOException {
        return new RawClient(server.port());
    }

    private static void fill(RawClient client, int database, int count) throws IOException {
        client.call("SELECT", Integer.toString(database));
        for (int i = 0; i < count; i++) {
            assertThat(client.call("SET", "k" + i, MEGABYTE)).isEqualTo("+OK");
        }
    }

    private void beginRewrite(RawClient client) throws IOException {
        snapshots.hold();
        assertThat(client.call("BGREWRITEAOF")).startsWith("+Background");
        await().until(snapshots::isWaiting);
    }

    /** Deletes values that have not been shown, each of which is set aside, until the next write waits. */
    private static void deleteUntilFull(RawClient client, int database, int count) throws IOException {
        client.call("SELECT", Integer.toString(database));
        for (int i = 0; i < count; i++) {
            assertThat(client.call("DEL", "k" + i)).isEqualTo(":1");
        }
    }

    private static void awaitRewrite(RawClient client, String status) {
        await().atMost(60, SECONDS)
                .untilAsserted(() -> assertThat(client.call("INFO", "persistence"))
                        .contains("aof_rewrite_in_progress:0", "aof_last_bgrewrite_status:" + status));
    }

    /** In the first database to be shown, in the last, and with others between. */
    @ParameterizedTest
    @CsvSource({"0, 66", "15, 66", "7, 66"})
    void shouldHoldWritersUntilSomethingHasBeenShown(int database, int count) throws Exception {
        try (RawClient writer = connect();
                RawClient other = connect();
                RawClient reader = connect()) {
            fill(writer, database, count);
            beginRewrite(writer);
            deleteUntilFull(writer, database, 64);
            writer.send("SET", "more", "1");
            other.send("SELECT", "3").send("INCR", "n");
            assertThat(other.reply()).isEqualTo("+OK");
            assertThat(writer.isSilentFor(SILENCE_MILLIS)).isTrue();
            assertThat(other.isSilentFor(SILENCE_MILLIS)).isTrue();
            assertThat(reader.call("GET", "nothing")).isEqualTo("(nil)");
            snapshots.goOn();
            assertThat(writer.reply()).isEqualTo("+OK");
            assertThat(other.reply()).isEqualTo(":1");
            awaitRewrite(reader, "ok");
        }
    }

    /** One value fills it alone, and is the last to be shown: room and the end come in one step. */
    @Test
    void shouldTellWritersOfRoomThatComesWithTheEnd() throws Exception {
        try (RawClient writer = connect();
                RawClient reader = connect()) {
            writer.call("SELECT", "15");
            String element = "v".repeat(22 << 20);
            assertThat(writer.call("RPUSH", "huge", element, element, element)).isEqualTo(":3");
            beginRewrite(writer);
            assertThat(writer.call("DEL", "huge")).isEqualTo(":1");
            writer.send("SET", "more", "1");
            assertThat(writer.isSilentFor(SILENCE_MILLIS)).isTrue();
            snapshots.goOn();
            assertThat(writer.reply()).isEqualTo("+OK");
            awaitRewrite(reader, "ok");
        }
    }

    @Test
    void shouldLetWritersGoOnIfTheSnapshotsDiskFails() throws Exception {
        try (RawClient writer = connect();
                RawClient reader = connect()) {
            fill(writer, 0, 66);
            beginRewrite(writer);
            deleteUntilFull(writer, 0, 64);
            writer.send("SET", "more", "1");
            assertThat(writer.isSilentFor(SILENCE_MILLIS)).isTrue();
            Path away = directory.resolve("away");
            // The base cannot get its name any more; what has been opened stays open.
            Files.move(directory.resolve("appendonlydir"), away);
            snapshots.goOn();
            assertThat(writer.reply()).isEqualTo("+OK");
            awaitRewrite(reader, "err");
            Files.move(away, directory.resolve("appendonlydir"));
            assertThat(writer.call("SET", "after", "1")).isEqualTo("+OK");
            assertThat(writer.call("BGREWRITEAOF")).startsWith("+Background");
            awaitRewrite(reader, "ok");
        }
        server.close();
        start();
        try (RawClient client = connect()) {
            assertThat(client.call("DBSIZE")).isEqualTo(":4");
        }
    }
}
