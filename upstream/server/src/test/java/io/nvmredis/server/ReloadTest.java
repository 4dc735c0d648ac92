package io.nvmredis.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nvmredis.spi.testkit.HeldSnapshots;
import io.nvmredis.stock.aof.AofPersisterProvider;
import io.nvmredis.stock.rdb.RdbPersisterProvider;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is kept is loaded again while it is being written anew: neither waits for the other, and nothing is lost. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ReloadTest {
    private static final int KEYS = 3_000;

    private final HeldSnapshots snapshots = new HeldSnapshots();

    @TempDir
    Path directory;

    private NvmRedisServer start(String persistence) {
        return NvmRedisServer.builder()
                .port(0)
                .setting("enable-debug-command", "yes")
                .dir(directory)
                .providers(List.of(snapshots.of(new AofPersisterProvider()), snapshots.of(new RdbPersisterProvider())))
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
            client.send("RPUSH", "list:" + i, "a", "v".repeat(300));
        }
        for (int i = 0; i < KEYS; i++) {
            assertThat(client.reply()).isEqualTo(":2");
        }
    }

    private static void awaitRewrite(RawClient client) {
        await().untilAsserted(() -> assertThat(client.call("INFO", "persistence"))
                .contains("aof_rewrite_in_progress:0", "aof_last_bgrewrite_status:ok", "rdb_bgsave_in_progress:0"));
    }

    private void assertThatAllIsThere(String persistence, String counted) throws IOException {
        try (NvmRedisServer server = start(persistence);
                RawClient client = new RawClient(server.port())) {
            assertThat(client.call("DBSIZE")).isEqualTo(":" + (KEYS + 1));
            assertThat(client.call("GET", "n")).isEqualTo(counted);
            for (int i = 0; i < KEYS; i++) {
                client.send("LLEN", "list:" + i);
            }
            for (int i = 0; i < KEYS; i++) {
                assertThat(client.reply()).isEqualTo(":2");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"DEBUG LOADAOF", "DEBUG RELOAD", "DEBUG RELOAD NOFLUSH"})
    void shouldLoadWhileTheLogIsBeingRewritten(String reload) throws Exception {
        try (NvmRedisServer server = start("aof");
                RawClient client = new RawClient(server.port())) {
            fill(client);
            snapshots.hold();
            client.call("BGREWRITEAOF");
            await().until(snapshots::isWaiting);
            client.call("INCR", "n");
            assertThat(client.call(reload.split(" ", -1))).isEqualTo("+OK");
            assertThat(client.call("INCR", "n")).isEqualTo(":2");
            assertThat(client.call("DBSIZE")).isEqualTo(":" + (KEYS + 1));
            snapshots.goOn();
            awaitRewrite(client);
            assertThat(client.call("DEBUG", "LOADAOF")).isEqualTo("+OK");
            assertThat(client.call("INCR", "n")).isEqualTo(":3");
        }
        assertThatAllIsThere("aof", "3");
    }

    @Test
    void shouldTellWhoWatchesAKeyThatIsThere() throws Exception {
        try (NvmRedisServer server = start("aof");
                RawClient client = new RawClient(server.port())) {
            client.call("SET", "k", "v");
            for (String key : List.of("k", "none")) {
                client.call("WATCH", key);
                assertThat(client.call("DEBUG", "LOADAOF")).isEqualTo("+OK");
                client.call("MULTI");
                client.call("GET", "k");
                assertThat(client.call("EXEC")).isEqualTo(key.equals("k") ? "(nil)" : "[v]");
            }
        }
    }

    @Test
    void shouldRefuseToSaveForItWhileAnotherSaveIsUnderWay() throws Exception {
        try (NvmRedisServer server = start("rdb");
                RawClient client = new RawClient(server.port())) {
            fill(client);
            client.call("SET", "n", "1");
            client.call("SAVE");
            snapshots.hold();
            client.call("BGSAVE");
            await().until(snapshots::isWaiting);
            assertThat(client.call("DEBUG", "RELOAD")).isEqualTo("-ERR Background save already in progress");
            client.call("SET", "n", "2");
            assertThat(client.call("DEBUG", "RELOAD", "NOSAVE")).isEqualTo("+OK");
            assertThat(client.call("GET", "n")).isEqualTo("1");
            snapshots.goOn();
            awaitRewrite(client);
            assertThat(client.call("DEBUG", "RELOAD", "NOSAVE")).isEqualTo("+OK");
            assertThat(client.call("GET", "n"))
                    .as("what there was when BGSAVE began")
                    .isEqualTo("1");
        }
        assertThatAllIsThere("rdb", "1");
    }

    @Test
    void shouldNotPutInMemoryWhatTheLogDoesNotHold() throws Exception {
        try (NvmRedisServer server = start("aof");
                RawClient client = new RawClient(server.port())) {
            client.call("SET", "a", "1");
            client.call("SAVE");
            client.call("SET", "a", "2");
            assertThat(client.call("DEBUG", "RELOAD", "NOSAVE"))
                    .startsWith("-ERR ")
                    .contains("DEBUG LOADAOF");
            assertThat(client.call("GET", "a")).isEqualTo("2");
        }
    }

    /** While writes are paused what has expired is not removed, so the log holds it. */
    @ParameterizedTest
    @CsvSource({
        "SADD k a, PEXPIRE k 50, SADD k b, SMEMBERS k, [b]",
        "SADD k a, PEXPIRE k 50, RPUSH k x, LRANGE k 0 -1, [x]",
        "HSET k f 1, HPEXPIRE k 50 FIELDS 1 f, RPUSH k x, LRANGE k 0 -1, [x]",
    })
    void shouldKeepWhatIsWrittenInThePlaceOfWhatHasExpired(
            String made, String deadline, String written, String read, String expected) throws Exception {
        for (String reload : List.of("DEBUG RELOAD", "DEBUG RELOAD NOFLUSH")) {
            try (NvmRedisServer server = start("aof");
                    RawClient client = new RawClient(server.port())) {
                client.call("DEL", "k");
                client.call(made.split(" ", -1));
                client.call(deadline.split(" ", -1));
                // A hash is gone a second after its last field has expired.
                client.call("SET", "probe", "1", "PX", "1200");
                client.call("CLIENT", "PAUSE", "60000", "WRITE");
                await().untilAsserted(
                                () -> assertThat(client.call("EXISTS", "probe")).isEqualTo(":0"));
                assertThat(client.call(reload.split(" ", -1))).isEqualTo("+OK");
                client.call("CLIENT", "UNPAUSE");
                assertThat(client.call(written.split(" ", -1))).isEqualTo(":1");
                assertThat(client.call(read.split(" ", -1))).isEqualTo(expected);
            }
            try (NvmRedisServer server = start("aof");
                    RawClient client = new RawClient(server.port())) {
                assertThat(client.call(read.split(" ", -1))).as(reload).isEqualTo(expected);
            }
        }
    }

    /** Over and over, all at once, with somebody writing. */
    @Test
    void shouldLoseNothingWhateverIsDoneAtOnce() throws Exception {
        AtomicBoolean isOver = new AtomicBoolean();
        long counted;
        try (NvmRedisServer server = start("aof");
                RawClient client = new RawClient(server.port())) {
            fill(client);
            CompletableFuture<Long> writer = CompletableFuture.supplyAsync(() -> count(server, isOver));
            try {
                for (int i = 0; i < 15; i++) {
                    assertThat(client.call("BGREWRITEAOF")).startsWith("+Background");
                    client.call("BGSAVE");
                    assertThat(client.call("DEBUG", "LOADAOF")).isEqualTo("+OK");
                    client.call("CONFIG", "SET", "appendfsync", i % 3 == 0 ? "always" : i % 3 == 1 ? "everysec" : "no");
                    assertThat(client.call("DEBUG", "LOADAOF")).isEqualTo("+OK");
                    awaitRewrite(client);
                    assertThat(client.call("DEBUG", "RELOAD")).isEqualTo("+OK");
                }
            } finally {
                isOver.set(true);
            }
            counted = writer.get();
            assertThat(client.call("GET", "n")).isEqualTo(Long.toString(counted));
        }
        assertThat(counted).isGreaterThan(15);
        assertThatAllIsThere("aof", Long.toString(counted));
    }

    private static long count(NvmRedisServer server, AtomicBoolean isOver) {
        try (RawClient client = new RawClient(server.port())) {
            long counted = 0;
            while (!isOver.get()) {
                counted++;
                assertThat(client.call("INCR", "n")).isEqualTo(":" + counted);
            }
            return counted;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
