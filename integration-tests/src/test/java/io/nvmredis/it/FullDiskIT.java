package io.nvmredis.it;

import static io.nvmredis.it.kit.Refusals.FAILURE;
import static io.nvmredis.it.kit.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nvmredis.it.kit.MountNamespace;
import io.nvmredis.it.kit.Requirement;
import io.nvmredis.it.kit.RespClient;
import io.nvmredis.it.kit.RespClient.RespError;
import io.nvmredis.it.kit.ServerProcess;
import io.nvmredis.it.kit.TestDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A full disk stops writes, with an error that says so, and nothing else. */
class FullDiskIT {
    private static final NumberedKeys KEYS = new NumberedKeys(100_000);

    @RegisterExtension
    private final TestDirectory directory = TestDirectory.onDisk();

    private Path mountPoint;

    @BeforeEach
    void createMountPoint() throws Exception {
        Requirement.requireMount();
        mountPoint = Files.createDirectory(directory.path("disk"));
    }

    @Test
    void shouldRefuseToStartWithoutRoomForALog() throws Exception {
        try (MountNamespace disk = MountNamespace.smallFileSystem(mountPoint, 8)) {
            assertRefused(
                    server(disk)
                            .domain("msync")
                            .with("--nvm-segment-size", "16mb")
                            .run(),
                    FAILURE,
                    data().toString(),
                    "space");
            try (ServerProcess smaller = server(disk)
                            .domain("msync")
                            .with("--nvm-segment-size", "1mb")
                            .launch();
                    RespClient client = smaller.connect()) {
                assertThat(client.call("PING")).isEqualTo("PONG");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"emulated", "msync"})
    void shouldGoOnReadingAndWriteAgainWhenThereIsRoom(String domain) throws Exception {
        try (MountNamespace disk = MountNamespace.smallFileSystem(mountPoint, 16)) {
            Path filler = disk.fromOutside().resolve("filler");
            Files.write(filler, new byte[8 << 20]);
            int written;
            try (ServerProcess server = smallLog(disk, domain).start();
                    RespClient client = server.connect()) {
                written = writeUntilRefused(client);
                assertThat(written).as("writes before the disk was full").isGreaterThan(10);
                KEYS.assertReadable(client, written);
                assertThat(client.call("GET", NumberedKeys.key(written)))
                        .as("what was refused")
                        .isNull();
                assertThat(client.call("INFO", "persistence")).asString().contains("aof_last_write_status:");

                Files.delete(filler);
                awaitWritable(client, written);
                written++;
                server.kill();
            }
            try (ServerProcess server = smallLog(disk, domain).start();
                    RespClient client = server.connect()) {
                KEYS.assertReadable(client, written);
                assertThat(client.call("DBSIZE")).isEqualTo((long) written);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"emulated", "msync"})
    void shouldLoseNothingWhenKilledOnAFullDisk(String domain) throws Exception {
        try (MountNamespace disk = MountNamespace.smallFileSystem(mountPoint, 16)) {
            Path filler = disk.fromOutside().resolve("filler");
            Files.write(filler, new byte[8 << 20]);
            int written;
            try (ServerProcess server = smallLog(disk, domain).start();
                    RespClient client = server.connect()) {
                written = writeUntilRefused(client);
                server.kill();
            }
            Files.delete(filler);
            try (ServerProcess server = smallLog(disk, domain).start();
                    RespClient client = server.connect()) {
                KEYS.assertReadable(client, written);
                assertThat(client.call("DBSIZE")).isEqualTo((long) written);
                assertThat(client.call("SET", NumberedKeys.key(written), KEYS.value(written)))
                        .isEqualTo("OK");
            }
        }
    }

    private static int writeUntilRefused(RespClient client) throws IOException {
        for (int i = 0; i < 1_000; i++) {
            Object reply = client.call("SET", NumberedKeys.key(i), KEYS.value(i));
            if (reply instanceof RespError error) {
                assertThat(error.message())
                        .matches(
                                "(?s)(MISCONF .*space.*|OOM .*(file system has \\d+ bytes left|No space left on device).*)");
                return i;
            }
            assertThat(reply).isEqualTo("OK");
        }
        throw new AssertionError("100 MB went onto a disk of 16");
    }

    private static void awaitWritable(RespClient client, int index) {
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(client.call("SET", NumberedKeys.key(index), KEYS.value(index)))
                        .isEqualTo("OK"));
    }

    private ServerProcess.Builder smallLog(MountNamespace disk, String domain) {
        return server(disk).domain(domain).with("--nvm-segment-size", "1mb");
    }

    private ServerProcess.Builder server(MountNamespace disk) {
        return directory.server(data()).wrappedBy(disk.enter());
    }

    private Path data() {
        return mountPoint.resolve("data");
    }
}
