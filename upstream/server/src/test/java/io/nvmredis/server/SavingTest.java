package io.nvmredis.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.nvmredis.spi.errors.PersistenceException;
import java.io.EOFException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Saving, loading again, ending and settings, through the network. */
class SavingTest {
    @TempDir
    Path temporary;

    private NvmRedisServer start(String persistence) {
        return NvmRedisServer.builder()
                .port(0)
                .setting("enable-debug-command", "yes")
                .setting("enable-protected-configs", "yes")
                .dir(temporary.resolve("data"))
                .persistence(persistence)
                .build()
                .start();
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "rdb"})
    void shouldSaveAndLoadAgainWhileItRuns(String persistence) throws Exception {
        try (NvmRedisServer server = start(persistence);
                RawClient client = new RawClient(server.port())) {
            client.call("CONFIG", "SET", "dbfilename", "mine.rdb", "rdbcompression", "no");
            client.call("RPUSH", "l", "a", "b");
            client.call("HSET", "h", "f", "v");
            client.call("PEXPIREAT", "h", "9999999999999");
            assertThat(client.call("INFO", "persistence")).contains("rdb_bgsave_in_progress:0");
            assertThat(client.call("SAVE")).isEqualTo("+OK");
            assertThat(client.call("INFO", "persistence"))
                    .contains("rdb_changes_since_last_save:0", "rdb_last_bgsave_status:ok");
            assertThat(temporary.resolve("data/mine.rdb")).isRegularFile();
            assertThat(client.call("DEBUG", "RELOAD")).isEqualTo("+OK");
            assertThat(client.call("LRANGE", "l", "0", "-1")).isEqualTo("[a b]");
            assertThat(client.call("HGETALL", "h")).isEqualTo("[f v]");
            assertThat(client.call("PEXPIRETIME", "h")).isEqualTo(":9999999999999");
            assertThat(client.call("BGSAVE")).isEqualTo("+Background saving started");
            await().untilAsserted(() ->
                    assertThat(client.call("INFO", "persistence")).contains("rdb_bgsave_in_progress:0", "rdb_saves:3"));
        }
    }

    @Test
    void shouldNotEndIfTheDataCannotBeSaved() throws Exception {
        NvmRedisServer server = start("rdb");
        try (server;
                RawClient client = new RawClient(server.port())) {
            client.call("SET", "a", "1");
            Path data = temporary.resolve("data");
            Path away = temporary.resolve("away");
            Files.move(data, away);
            assertThatThrownBy(server::shutDown).isInstanceOf(PersistenceException.class);
            assertThat(client.call("SHUTDOWN")).isEqualTo("-ERR Errors trying to SHUTDOWN. Check logs.");
            assertThat(client.call("GET", "a")).isEqualTo("1");
            Files.move(away, data);
            assertThatThrownBy(() -> client.call("SHUTDOWN")).isInstanceOf(EOFException.class);
            server.awaitClosed();
        }
        try (NvmRedisServer again = start("rdb");
                RawClient client = new RawClient(again.port())) {
            assertThat(client.call("GET", "a")).isEqualTo("1");
            client.call("SET", "a", "2");
            assertThatThrownBy(() -> client.call("SHUTDOWN", "NOSAVE")).isInstanceOf(EOFException.class);
            again.awaitClosed();
        }
        try (NvmRedisServer last = start("rdb");
                RawClient client = new RawClient(last.port())) {
            assertThat(client.call("GET", "a")).isEqualTo("1");
        }
    }

    @Test
    void shouldChangeWhatCanBeChangedAndRefuseTheRest() throws Exception {
        try (NvmRedisServer server = start("none");
                RawClient client = new RawClient(server.port())) {
            assertThat(client.call("CONFIG", "GET", "save", "appendonly")).isEqualTo("[appendonly no save ]");
            assertThat(client.call("CONFIG", "SET", "save", "900 1")).contains("'save'", "--persistence rdb");
            assertThat(client.call("CONFIG", "SET", "port", "1")).contains("'port'", "can't be changed");
            assertThat(client.call("CONFIG", "SET", "maxclients", "0")).contains("'maxclients'");
            assertThat(client.call("CONFIG", "SET", "maxclients", "1", "dbfilename", "a/b"))
                    .contains("'dbfilename'");
            assertThat(client.call("CONFIG", "SET", "maxclients", "1")).isEqualTo("+OK");
            assertThat(client.call("CONFIG", "GET", "maxc*")).isEqualTo("[maxclients 1]");
            try (RawClient refused = new RawClient(server.port())) {
                assertThat(refused.reply()).isEqualTo("-ERR max number of clients reached");
            }
            assertThat(client.call("CONFIG", "SET", "maxclients", "2")).isEqualTo("+OK");
            await().untilAsserted(() -> {
                try (RawClient admitted = new RawClient(server.port())) {
                    assertThat(admitted.call("PING")).endsWith("PONG");
                }
            });
        }
    }
}
