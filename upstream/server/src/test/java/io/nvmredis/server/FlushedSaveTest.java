package io.nvmredis.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.nvmredis.spi.testkit.HeldSnapshots;
import io.nvmredis.stock.rdb.RdbPersisterProvider;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What FLUSHALL has emptied is not brought back by an RDB file where there are save points, whoever sends it and when. */
class FlushedSaveTest {
    private static final String SAVE_POINTS = "3600 1000000";

    private final HeldSnapshots snapshots = new HeldSnapshots();

    @TempDir
    Path temporary;

    private NvmRedisServer start(Path directory, String savePoints) {
        return NvmRedisServer.builder()
                .port(0)
                .setting("enable-debug-command", "yes")
                .dir(directory)
                .providers(List.of(snapshots.of(new RdbPersisterProvider())))
                .persistence("rdb")
                .setting("save", savePoints)
                .build()
                .start();
    }

    private Path directory() {
        return temporary.resolve("data");
    }

    private static void flush(RawClient client, String how) throws IOException {
        switch (how) {
            case "transaction" -> {
                client.call("MULTI");
                client.call("FLUSHALL");
                assertThat(client.call("EXEC")).isEqualTo("[+OK]");
            }
            case "script" ->
                assertThat(client.call("EVAL", "redis.call('FLUSHALL') return 1", "0"))
                        .isEqualTo(":1");
            default -> assertThat(client.call("FLUSHALL")).isEqualTo("+OK");
        }
    }

    /** A save of two keys in its middle. */
    private void beginToSave(RawClient client) throws IOException {
        client.call("SET", "before", "1");
        client.call("SAVE");
        client.call("SET", "more", "1");
        snapshots.hold();
        assertThat(client.call("BGSAVE")).isEqualTo("+Background saving started");
        await().until(snapshots::isWaiting);
    }

    @ParameterizedTest
    @ValueSource(strings = {"command", "transaction", "script"})
    void shouldSaveTheEmptySetInThePlaceOfWhatIsBeingSaved(String how) throws Exception {
        Path crashed = temporary.resolve("crashed");
        try (NvmRedisServer server = start(directory(), SAVE_POINTS);
                RawClient client = new RawClient(server.port())) {
            beginToSave(client);
            flush(client, how);
            // While the save that has been given up is still in its middle: what a crash right after the reply leaves.
            Files.createDirectories(crashed);
            Files.copy(directory().resolve("dump.rdb"), crashed.resolve("dump.rdb"));
            snapshots.goOn();
            await().untilAsserted(() -> assertThat(client.call("INFO", "persistence"))
                    .contains("rdb_saves:3", "rdb_bgsave_in_progress:0", "rdb_last_bgsave_status:ok"));
            assertThat(directory().resolve("dump.rdb")).hasSameBinaryContentAs(crashed.resolve("dump.rdb"));
        }
        assertThatNothingIsBackIn(crashed);
        assertThatNothingIsBackIn(directory());
    }

    private void assertThatNothingIsBackIn(Path directory) throws IOException {
        try (NvmRedisServer server = start(directory, SAVE_POINTS);
                RawClient client = new RawClient(server.port())) {
            assertThat(client.call("DBSIZE")).isEqualTo(":0");
        }
    }

    @Test
    void shouldBringNothingBackThoughItEndsWithoutSaving() throws Exception {
        try (NvmRedisServer server = start(directory(), SAVE_POINTS);
                RawClient client = new RawClient(server.port())) {
            beginToSave(client);
            flush(client, "command");
            client.send("SHUTDOWN", "NOSAVE");
            snapshots.goOn();
            assertThatThrownBy(client::reply).isInstanceOf(EOFException.class);
            server.awaitClosed();
        }
        assertThatNothingIsBackIn(directory());
    }

    @Test
    void shouldNotSaveWithoutSavePoints() throws Exception {
        try (NvmRedisServer server = start(directory(), "");
                RawClient client = new RawClient(server.port())) {
            beginToSave(client);
            flush(client, "command");
            snapshots.goOn();
            await().untilAsserted(() -> assertThat(client.call("INFO", "persistence"))
                    .contains("rdb_saves:2", "rdb_bgsave_in_progress:0", "rdb_last_bgsave_status:ok"));
        }
        try (NvmRedisServer server = start(directory(), "");
                RawClient client = new RawClient(server.port())) {
            assertThat(client.call("KEYS", "*"))
                    .as("the file of the last save, not of the one given up")
                    .isEqualTo("[before]");
        }
    }

    @Test
    void shouldNotSaveForWhatEmptiesOneDatabase() throws Exception {
        try (NvmRedisServer server = start(directory(), SAVE_POINTS);
                RawClient client = new RawClient(server.port())) {
            beginToSave(client);
            assertThat(client.call("FLUSHDB")).isEqualTo("+OK");
            snapshots.goOn();
            await().untilAsserted(() ->
                    assertThat(client.call("INFO", "persistence")).contains("rdb_saves:2", "rdb_bgsave_in_progress:0"));
            assertThat(client.call("DEBUG", "RELOAD", "NOSAVE")).isEqualTo("+OK");
            assertThat(client.call("DBSIZE")).isEqualTo(":2");
        }
    }
}
