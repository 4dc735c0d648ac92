package io.nvmredis.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nvmredis.it.kit.RespClient;
import io.nvmredis.it.kit.ServerProcess;
import io.nvmredis.it.kit.TestDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The data are for the server's user alone, though its umask would give them to all. */
class FileModesIT {
    @RegisterExtension
    private final TestDirectory directory = TestDirectory.onDisk();

    private static ServerProcess.Builder withOpenUmask(ServerProcess.Builder server) {
        return server.wrappedBy("sh", "-c", "umask 0; exec \"$@\"", "sh");
    }

    /** Those below a directory, and itself, that others may do anything with; as far as they stay while it is read. */
    private static Set<String> openToOthers(Path root) throws IOException {
        Set<String> found = new TreeSet<>();
        try (Stream<Path> all = Files.walk(root)) {
            for (Path each : (Iterable<Path>) all::iterator) {
                String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(each));
                if (!mode.endsWith("------")) {
                    found.add(root.relativize(each) + " " + mode);
                }
            }
        }
        return found;
    }

    private static void assertClosed(Path root) {
        await().ignoreExceptions()
                .untilAsserted(() -> assertThat(openToOthers(root)).isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"nvm-aof", "aof", "rdb", "none"})
    void shouldKeepFilesForTheirOwner(String persistence) throws Exception {
        Path home = directory.data().resolve("deep");
        try (ServerProcess server = withOpenUmask(directory.server(home).with("--persistence", persistence))
                        .start();
                RespClient client = server.connect()) {
            for (int i = 0; i < 1_000; i++) {
                client.call("SET", "key:" + i, "v".repeat(2_000));
            }
            assertThat(client.call("SAVE")).isEqualTo("OK");
            assertClosed(directory.data());
            assertThat(client.call("BGSAVE")).asString().startsWith("Background saving started");
            await().until(() -> ((String) client.call("INFO", "persistence")).contains("rdb_bgsave_in_progress:0"));
            if (persistence.equals("aof")) {
                assertThat(client.call("BGREWRITEAOF")).asString().startsWith("Background append only");
                await().until(() -> ((String) client.call("INFO", "persistence")).contains("aof_rewrites:1"));
            }
            assertClosed(directory.data());
            assertThat(server.terminate().status()).isZero();
        }
        assertThat(openToOthers(directory.data())).isEmpty();
        assertThat(home.resolve("dump.rdb")).isRegularFile();
    }

    @Test
    void shouldExportForTheOwner() throws Exception {
        try (ServerProcess server = directory.server().start();
                RespClient client = server.connect()) {
            assertThat(client.call("SET", "a", "1")).isEqualTo("OK");
            assertThat(server.terminate().status()).isZero();
        }
        Path exports = Files.createDirectory(directory.path("exports"));
        for (List<String> target : List.of(List.of("rdb", "dump.rdb"), List.of("aof", "redis"))) {
            ServerProcess.Builder command = directory.transfer(
                    "export",
                    directory.data(),
                    "--format",
                    target.get(0),
                    exports.resolve(target.get(1)).toString());
            assertThat(withOpenUmask(command).run().status()).isZero();
        }
        Files.setPosixFilePermissions(exports, PosixFilePermissions.fromString("rwx------"));
        assertThat(openToOthers(exports)).isEmpty();
        assertThat(exports.resolve("redis/appendonlydir")).isDirectory();
    }

    @Test
    void shouldLeaveTheModeOfWhatIsThere() throws Exception {
        Files.createDirectory(directory.data());
        Files.setPosixFilePermissions(directory.data(), PosixFilePermissions.fromString("rwxr-x---"));
        try (ServerProcess server = directory.server().start();
                RespClient client = server.connect()) {
            assertThat(client.call("SET", "a", "1")).isEqualTo("OK");
        }
        assertThat(openToOthers(directory.data())).containsExactly(" rwxr-x---");
    }
}
