package io.nvmredis.it;

import static io.nvmredis.it.kit.Refusals.FAILURE;
import static io.nvmredis.it.kit.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nvmredis.it.kit.RespClient;
import io.nvmredis.it.kit.ServerProcess;
import io.nvmredis.it.kit.TestDirectory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One directory, one server, whatever becomes of the lock file. */
class TwoServersIT {
    @RegisterExtension
    private final TestDirectory directory = TestDirectory.onDisk();

    private ServerProcess.Builder server(String persistence) {
        return directory.server().with("--persistence", persistence);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nvm-aof", "aof", "rdb"})
    void shouldRefuseASecondServerThoughTheLockFileIsGone(String persistence) throws Exception {
        try (ServerProcess first = server(persistence).start();
                RespClient client = first.connect()) {
            assertThat(client.call("SET", "a", "1")).isEqualTo("OK");
            // At once, before it can be made again, and once more when it has been.
            for (int i = 0; i < 2; i++) {
                Files.delete(directory.data().resolve("LOCK"));
                assertRefused(
                        server(persistence).run(), FAILURE, directory.data().toString(), "in use");
                await().untilAsserted(() ->
                        assertThat(directory.data().resolve("LOCK")).exists());
            }
            assertThat(client.call("SET", "b", "2")).isEqualTo("OK");
            assertThat(first.stderr())
                    .filteredOn(line -> line.contains("LOCK has been deleted while this server runs"))
                    .isNotEmpty();
            assertThat(first.terminate().status()).isZero();
        }
        try (ServerProcess again = server(persistence).start();
                RespClient client = again.connect()) {
            assertThat(client.call("MGET", "a", "b")).isEqualTo(List.of("1", "2"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nvm-aof", "aof", "rdb"})
    void shouldRefuseASecondServerThoughTheDirectoryHasAnotherName(String persistence) throws Exception {
        Path moved = directory.path("moved");
        try (ServerProcess first = server(persistence).start();
                RespClient client = first.connect()) {
            assertThat(client.call("SET", "a", "1")).isEqualTo("OK");
            Files.move(directory.data(), moved);
            Files.deleteIfExists(moved.resolve("LOCK"));

            assertRefused(
                    directory.server(moved).with("--persistence", persistence).run(),
                    FAILURE,
                    moved.toString(),
                    "in use");
            await().untilAsserted(() -> assertThat(String.join("\n", first.stderr()))
                    .contains("what is written is not where --dir says it is"));
        }
    }

    /** A server without persistence writes nothing until it is told to save, and takes the directory then. */
    @Test
    void shouldNotSaveIntoTheDirectoryOfAnother() throws Exception {
        try (ServerProcess owner = server("nvm-aof").start();
                ServerProcess without = server("none").start();
                RespClient client = without.connect()) {
            assertThat(client.call("SAVE"))
                    .isInstanceOfSatisfying(
                            RespClient.RespError.class,
                            error -> assertThat(error.message())
                                    .startsWith("ERR directory ")
                                    .contains("in use by process " + owner.pid()));
            assertThat(directory.data().resolve("dump.rdb")).doesNotExist();
        }
        try (ServerProcess without = server("none").start();
                RespClient client = without.connect()) {
            assertThat(client.call("SAVE")).isEqualTo("OK");
            Files.delete(directory.data().resolve("LOCK"));
            assertRefused(server("rdb").run(), FAILURE, "in use");
        }
    }
}
