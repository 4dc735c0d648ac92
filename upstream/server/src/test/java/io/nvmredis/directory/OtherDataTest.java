package io.nvmredis.directory;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.nvmredis.server.NvmRedisServer;
import io.nvmredis.server.RawClient;
import io.nvmredis.spi.errors.PersistenceException;
import io.nvmredis.spi.support.DirectoryLock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A directory with data of one persistence that is opened with another. */
class OtherDataTest {
    @TempDir
    Path directory;

    private NvmRedisServer start(String persistence) {
        return NvmRedisServer.builder()
                .port(0)
                .dir(directory)
                .persistence(persistence)
                .build()
                .start();
    }

    private void fill(String persistence) throws Exception {
        try (NvmRedisServer server = start(persistence);
                RawClient client = new RawClient(server.port())) {
            assertThat(client.call("SET", "kept", persistence)).isEqualTo("+OK");
            server.shutDown();
        }
    }

    private String kept(String persistence) throws Exception {
        try (NvmRedisServer server = start(persistence);
                RawClient client = new RawClient(server.port())) {
            return client.call("GET", "kept");
        }
    }

    private Map<Path, byte[]> files() {
        Map<Path, byte[]> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : (Iterable<Path>)
                    all.filter(file -> Files.isRegularFile(file) && !file.endsWith("LOCK"))::iterator) {
                files.put(path, Files.readAllBytes(path));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return files;
    }

    @ParameterizedTest
    @CsvSource({"rdb,aof,dump.rdb", "aof,rdb,appendonlydir"})
    void shouldNotBeginEmptyBesideOthersData(String first, String second, String found) throws Exception {
        fill(first);
        Map<Path, byte[]> before = files();
        assertThatThrownBy(() -> start(second))
                .isInstanceOf(PersistenceException.class)
                .hasMessageContaining("--persistence " + first)
                .hasMessageContaining("./nvm-redis import " + directory.resolve(found) + " --dir " + directory
                        + " --persistence " + second);
        assertThat(files()).containsExactlyInAnyOrderEntriesOf(before);
        assertThat(kept(first)).isEqualTo(first);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rdb", "aof"})
    void shouldKeepNothingAndOverwriteNothingIfToldTo(String first) throws Exception {
        fill(first);
        try (NvmRedisServer server = start("none");
                RawClient client = new RawClient(server.port())) {
            assertThat(client.call("GET", "kept")).isEqualTo("(nil)");
            String saved = client.call("SAVE");
            if (first.equals("rdb")) {
                assertThat(saved).contains("neither written nor loaded");
                assertThat(client.call("BGSAVE")).contains("neither written nor loaded");
            }
        }
        assertThat(kept(first)).isEqualTo(first);
    }

    @Test
    void shouldGoOnWithItsOwnDataBesideItsOwnCopyOfThem() throws Exception {
        fill("aof");
        for (int round = 0; round < 2; round++) {
            try (NvmRedisServer server = start("aof");
                    RawClient client = new RawClient(server.port())) {
                assertThat(client.call("GET", "kept")).isEqualTo("aof");
                assertThat(client.call("SAVE")).isEqualTo("+OK");
            }
        }
        assertThat(kept("rdb"))
                .as("a copy is as good a beginning as another file")
                .isEqualTo("aof");
    }

    @Test
    void shouldNotReplaceAFileThatItsOwnDataDoNotComeFrom() throws Exception {
        fill("rdb");
        Path dump = directory.resolve("dump.rdb");
        Path away = directory.resolve("away");
        Files.move(dump, away);
        fill("aof");
        Files.move(away, dump);
        byte[] before = Files.readAllBytes(dump);
        try (NvmRedisServer server = start("aof");
                RawClient client = new RawClient(server.port())) {
            assertThat(client.call("GET", "kept")).isEqualTo("aof");
            assertThat(client.call("SAVE")).contains(dump.toString());
        }
        assertThat(Files.readAllBytes(dump)).isEqualTo(before);
    }

    /** Somebody has started it in the wrong place once, and nothing was ever written. */
    @Test
    void shouldNotTakeEmptyDataForItsOwnWhereThereAreOthers() throws Exception {
        start("aof").close();
        fill("rdb");
        assertThatThrownBy(() -> start("aof"))
                .hasMessageContaining(directory.resolve("dump.rdb").toString());
        assertThat(kept("rdb")).isEqualTo("rdb");
    }

    @Test
    void shouldNotServeAnImportThatIsNotFinished() throws Exception {
        fill("aof");
        Path mark = Files.createFile(directory.resolve("import-unfinished"));
        assertThatThrownBy(() -> start("aof"))
                .isInstanceOf(PersistenceException.class)
                .hasMessageContaining(mark.toString());
        Files.delete(mark);
        assertThat(kept("aof")).isEqualTo("aof");
    }

    /** All of its own is gone, by its own commands. */
    @Test
    void shouldGoOnWithItsOwnEmptiedFileBesideWhatItWasBroughtInFrom() throws Exception {
        fill("aof");
        Path aof = directory.resolve("appendonlydir");
        Path away = directory.resolveSibling(directory.getFileName() + "-away");
        Files.move(aof, away);
        fill("rdb");
        Files.move(away, aof);
        try (NvmRedisServer server = start("rdb");
                RawClient client = new RawClient(server.port())) {
            assertThat(client.call("FLUSHALL")).isEqualTo("+OK");
            // Nothing is saved after this but by FLUSHALL itself: as a crash leaves it.
            Path crashed = directory.resolve("crashed");
            Files.copy(directory.resolve("dump.rdb"), crashed);
            server.shutDown();
            assertThat(kept("rdb")).isEqualTo("(nil)");
            Files.move(crashed, directory.resolve("dump.rdb"), StandardCopyOption.REPLACE_EXISTING);
        }
        assertThat(kept("rdb")).isEqualTo("(nil)");
        assertThat(kept("aof")).isEqualTo("aof");
    }

    @Test
    void shouldGoOnWithAFileWhoseKeysHaveExpired() throws Exception {
        fill("aof");
        Path dump = directory.resolve("dump.rdb");
        Files.write(
                dump,
                ("REDIS0010\u00fe\0\u00fc\1" + "\0".repeat(7) + "\0\1k\1v\u00ff" + "\0".repeat(8))
                        .getBytes(ISO_8859_1));
        assertThat(kept("rdb")).isEqualTo("(nil)");
    }

    @Test
    void shouldGoOnWithItsOwnRewrittenEmptyBesideItsOwnCopy() throws Exception {
        fill("aof");
        try (NvmRedisServer server = start("aof");
                RawClient client = new RawClient(server.port())) {
            assertThat(client.call("SAVE")).isEqualTo("+OK");
            assertThat(client.call("FLUSHALL")).isEqualTo("+OK");
            assertThat(client.call("BGREWRITEAOF")).startsWith("+");
            await().until(() -> client.call("INFO", "persistence").contains("aof_rewrite_in_progress:0"));
            await().until(() -> Files.exists(directory.resolve("appendonlydir/appendonly.aof.2.base.rdb")));
            server.shutDown();
        }
        assertThat(kept("aof")).isEqualTo("(nil)");
    }

    /** To begin empty would have the next SAVE replace the only copy there is. */
    @Test
    void shouldNotBeginEmptyBesideItsOwnCopyAlone() throws Exception {
        fill("aof");
        try (NvmRedisServer server = start("aof");
                RawClient client = new RawClient(server.port())) {
            assertThat(client.call("SAVE")).isEqualTo("+OK");
        }
        Files.move(directory.resolve("appendonlydir"), directory.resolve("elsewhere"));
        assertThatThrownBy(() -> start("aof"))
                .hasMessageContaining(directory.resolve("dump.rdb").toString());
    }

    @Test
    void shouldSaveBesideAFileThatSomebodyElseHasPutThereWhenItEnds() throws Exception {
        Path dump = directory.resolve("dump.rdb");
        byte[] foreign = ("REDIS0010\u00fe\0\0\1k\1v\u00ff" + "\0".repeat(8)).getBytes(ISO_8859_1);
        try (NvmRedisServer server = start("rdb");
                RawClient client = new RawClient(server.port())) {
            assertThat(client.call("SET", "kept", "rdb")).isEqualTo("+OK");
            Files.write(dump, foreign);
            assertThat(client.call("SAVE")).contains("neither written nor loaded");
            server.shutDown();
        }
        assertThat(Files.readAllBytes(dump)).isEqualTo(foreign);
        List<Path> saved = files().keySet().stream()
                .filter(file -> file.getFileName().toString().matches("dump-\\d{14}\\.rdb"))
                .toList();
        assertThat(saved).hasSize(1);
        Files.move(saved.get(0), dump, StandardCopyOption.REPLACE_EXISTING);
        assertThat(kept("rdb")).isEqualTo("rdb");
    }

    @Test
    void shouldTellWhoImportsWhileAnImportRuns() throws Exception {
        Path mark = Files.createFile(directory.resolve("import-unfinished"));
        try (DirectoryLock running = DirectoryLock.take(directory, trouble -> {})) {
            assertThat(running).isNotNull();
            assertThatThrownBy(() -> start("aof"))
                    .hasMessageContaining(
                            "in use by process " + ProcessHandle.current().pid())
                    .hasMessageNotContaining("delete");
        }
        assertThat(mark).exists();
    }
}
