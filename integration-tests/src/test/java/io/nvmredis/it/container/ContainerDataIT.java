package io.nvmredis.it.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nvmredis.it.kit.RespClient;
import io.nvmredis.it.kit.TestDirectory;
import io.nvmredis.testcontainers.NvmRedisContainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.testcontainers.containers.ContainerLaunchException;
import org.testcontainers.utility.MountableFile;

/**
 * What a container begins with: files that are imported, and a volume that an earlier build has written. No image has been
 * released before; the volume holds what version 0.1.0 wrote at an earlier time.
 */
@Tag("container")
class ContainerDataIT {
    /** A log, an append-only file and an RDB file, of the same commands. */
    private static final String EARLIER_DATA = "/hyperloglogs-0.1.0.zip";

    private static final int WRITABLE_BY_ALL = 0777;

    @RegisterExtension
    private final TestDirectory directory = TestDirectory.onDisk();

    @BeforeEach
    void unpack() throws IOException {
        directory.unpack(EARLIER_DATA);
    }

    private static RespClient connect(NvmRedisContainer container) throws IOException {
        return new RespClient(container.getRedisPort());
    }

    private static void assertEarlierData(RespClient client) throws IOException {
        assertThat(client.call("GET", "plain")).isEqualTo("value");
        assertThat(client.call("PFCOUNT", "few")).isEqualTo(5L);
        assertThat(client.call("PEXPIRETIME", "merged")).isEqualTo(4_102_444_800_000L);
    }

    @ParameterizedTest
    @CsvSource({"nvm-aof, rdb/dump.rdb", "nvm-aof, aof/appendonlydir", "aof, rdb/dump.rdb", "rdb, aof"})
    void shouldBeginWithDataOnceAndKeepWhatBecomesOfThem(String persistence, String source) throws Exception {
        try (NvmRedisContainer container =
                ServerImage.nvmRedis().withPersistence(persistence).withSeedData(directory.path(source))) {
            container.start();
            try (RespClient client = connect(container)) {
                assertEarlierData(client);
                assertThat(client.call("DEL", "plain")).isEqualTo(1L);
                assertThat(client.call("SET", "few", "other")).isEqualTo("OK");
                assertThat(client.call("SAVE")).isEqualTo("OK");
            }
            container.killAndRestart();
            try (RespClient client = connect(container)) {
                assertThat(client.call("GET", "plain")).isNull();
                assertThat(client.call("GET", "few")).isEqualTo("other");
            }
        }
    }

    @Test
    void shouldNotServeIfWhatItShouldBeginWithCannotBeRead() throws Exception {
        Path broken = Files.writeString(directory.path("broken.rdb"), "REDIS0011 and no more");
        try (NvmRedisContainer container = ServerImage.nvmRedis().withSeedData(broken)) {
            assertThatThrownBy(container::start)
                    .isInstanceOf(ContainerLaunchException.class)
                    .hasStackTraceContaining("/nvm-redis-seed/broken.rdb");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nvm-aof", "aof", "rdb"})
    void shouldServeAVolumeThatAnEarlierBuildHasWritten(String persistence) throws Exception {
        Path written = directory.path(persistence.equals("nvm-aof") ? "nvm" : persistence);
        try (Volume volume = new Volume();
                NvmRedisContainer container = volume.container().withPersistence(persistence)) {
            if (persistence.equals("nvm-aof")) {
                container.withSetting("nvm-segment-size", "1mb");
            }
            container
                    .withCopyFileToContainer(MountableFile.forHostPath(written, WRITABLE_BY_ALL), "/data")
                    .start();
            try (RespClient client = connect(container)) {
                assertEarlierData(client);
                assertThat(client.call("SET", "today", "too")).isEqualTo("OK");
            }
            container.restart();
            try (RespClient client = connect(container)) {
                assertEarlierData(client);
                assertThat(client.call("GET", "today")).isEqualTo("too");
            }
        }
    }
}
