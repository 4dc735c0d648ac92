package io.nvmredis.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nvmredis.it.kit.MountNamespace;
import io.nvmredis.it.kit.Requirement;
import io.nvmredis.it.kit.RespClient;
import io.nvmredis.it.kit.RespClient.RespError;
import io.nvmredis.it.kit.ServerInfo;
import io.nvmredis.it.kit.ServerProcess;
import io.nvmredis.it.kit.TestDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A full disk under an append-only file or an RDB file stops writes, as Redis does, and loses nothing. */
class StockFullDiskIT {
    private static final NumberedKeys KEYS = new NumberedKeys(100_000);
    private static final int DISK_MEGABYTES = 16;
    private static final int FILLER_BYTES = 8 << 20;
    private static final int WRITES = 100;
    private static final Duration DEADLINE = Duration.ofSeconds(30);

    @RegisterExtension
    private final TestDirectory directory = TestDirectory.onDisk();

    private Path mountPoint;
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @BeforeEach
    void createMountPoint() throws Exception {
        Requirement.requireMount();
        mountPoint = Files.createDirectory(directory.path("disk"));
    }

    @AfterEach
    void endThreads() {
        threads.shutdownNow();
    }

    /** Writes one value after the other. */
    private static final class Writer {
        private final int port;
        volatile int acknowledged;

        Writer(int port) {
            this.port = port;
        }

        /** Until all are written, or one is not. Returns what happened. */
        String run() {
            try (RespClient client = new RespClient(port)) {
                for (int i = 0; i < WRITES; i++) {
                    Object reply = client.call("SET", NumberedKeys.key(i), KEYS.value(i));
                    if (!reply.equals("OK")) {
                        return reply.toString();
                    }
                    acknowledged = i + 1;
                }
                return "all";
            } catch (IOException e) {
                return "cut";
            }
        }
    }

    /** The write that found the disk full is answered when it is in the file; what comes after it is refused at once. */
    @Test
    void shouldRefuseWritesUntilTheAppendOnlyFileHasRoom() throws Exception {
        try (MountNamespace disk = MountNamespace.smallFileSystem(mountPoint, DISK_MEGABYTES)) {
            Path filler = fill(disk);
            try (ServerProcess server = aof(disk, "everysec").start();
                    RespClient client = server.connect()) {
                Writer writer = new Writer(server.port());
                Future<String> result = threads.submit(writer::run);
                // Without a section it would wait as the write does, for it tells how many keys there are.
                await().atMost(DEADLINE)
                        .untilAsserted(() -> assertThat(client.call("INFO", "persistence"))
                                .asString()
                                .contains("aof_last_write_status:err"));
                assertRefused(client.call("SET", "refused", "1"), "MISCONF Errors writing to the AOF file: ");
                int written = writer.acknowledged;
                assertThat(written).as("written before").isBetween(10, WRITES - 1);
                KEYS.assertReadable(client, written);
                assertThat(client.call("GET", "refused")).isNull();

                Files.delete(filler);
                assertThat(result.get(1, TimeUnit.MINUTES)).isEqualTo("all");
                assertThat(client.call("SET", "afterwards", "1")).isEqualTo("OK");
                awaitInfo(client, "aof_last_write_status", "ok");
                server.kill();
            }
            try (ServerProcess server = aof(disk, "everysec").start();
                    RespClient client = server.connect()) {
                KEYS.assertReadable(client, WRITES);
                assertThat(client.call("DBSIZE")).isEqualTo(WRITES + 1L);
            }
        }
    }

    /** Redis ends here. This server says that it has to be started again, and acknowledges nothing until then. */
    @Test
    void shouldAcknowledgeNothingThatCannotBeSynced() throws Exception {
        try (MountNamespace disk = MountNamespace.smallFileSystem(mountPoint, DISK_MEGABYTES)) {
            Path filler = fill(disk);
            int written;
            try (ServerProcess server = aof(disk, "always").start()) {
                Writer writer = new Writer(server.port());
                assertThat(threads.submit(writer::run).get(1, TimeUnit.MINUTES)).isNotEqualTo("all");
                written = writer.acknowledged;
                assertThat(written).as("written before").isBetween(10, WRITES - 1);
                try (RespClient client = server.connect()) {
                    assertRefused(client.call("SET", "refused", "1"), "MISCONF ");
                }
                server.kill();
            }
            Files.delete(filler);
            try (ServerProcess server = aof(disk, "always").start();
                    RespClient client = server.connect()) {
                KEYS.assertReadable(client, written);
                assertThat((Long) client.call("DBSIZE")).isBetween((long) written, written + 1L);
                assertThat(client.call("SET", "afterwards", "1")).isEqualTo("OK");
            }
        }
    }

    @Test
    void shouldKeepTheOldRdbFileAndRefuseWritesUntilASaveSucceeds() throws Exception {
        int count = 60;
        try (MountNamespace disk = MountNamespace.smallFileSystem(mountPoint, DISK_MEGABYTES)) {
            try (ServerProcess server = rdb(disk).start();
                    RespClient client = server.connect()) {
                write(client, 0, count);
                assertThat(client.call("SAVE")).isEqualTo("OK");
                assertThat(client.call("SET", "since", "1")).isEqualTo("OK");
                Path filler = fill(disk);
                Path file = disk.fromOutside().resolve("data/dump.rdb");
                byte[] before = Files.readAllBytes(file);

                client.call("BGSAVE");
                awaitInfo(client, "rdb_last_bgsave_status", "err");
                assertThat(file).hasBinaryContent(before);
                assertThat(file.getParent()).isDirectoryNotContaining("glob:**/temp-*.rdb");
                String message =
                        "MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist";
                assertRefused(client.call("SET", "refused", "1"), message);
                KEYS.assertReadable(client, count);

                Files.delete(filler);
                assertRefused(client.call("SET", "refused", "1"), message);
                client.call("BGSAVE");
                awaitInfo(client, "rdb_last_bgsave_status", "ok");
                assertThat(client.call("SET", "afterwards", "1")).isEqualTo("OK");
                server.kill();
            }
            try (ServerProcess server = rdb(disk).start();
                    RespClient client = server.connect()) {
                KEYS.assertReadable(client, count);
                assertThat(client.call("GET", "since")).isEqualTo("1");
                assertThat(client.call("DBSIZE")).isEqualTo(count + 1L);
            }
        }
    }

    private static void write(RespClient client, int from, int to) throws IOException {
        for (int i = from; i < to; i++) {
            assertThat(client.call("SET", NumberedKeys.key(i), KEYS.value(i))).isEqualTo("OK");
        }
    }

    private static Path fill(MountNamespace disk) throws IOException {
        return Files.write(disk.fromOutside().resolve("filler"), new byte[FILLER_BYTES]);
    }

    private static void awaitInfo(RespClient client, String field, String value) {
        await().atMost(DEADLINE)
                .untilAsserted(
                        () -> assertThat(ServerInfo.of(client).text(field)).isEqualTo(value));
    }

    private static void assertRefused(Object reply, String beginning) {
        assertThat(reply)
                .isInstanceOfSatisfying(
                        RespError.class, error -> assertThat(error.message()).startsWith(beginning));
    }

    private ServerProcess.Builder aof(MountNamespace disk, String appendfsync) {
        return server(disk).with("--persistence", "aof", "--appendfsync", appendfsync);
    }

    private ServerProcess.Builder rdb(MountNamespace disk) {
        return server(disk).with("--persistence", "rdb", "--save", "3600 1000000", "--rdbcompression", "no");
    }

    private ServerProcess.Builder server(MountNamespace disk) {
        return directory.server(mountPoint.resolve("data")).wrappedBy(disk.enter());
    }
}
