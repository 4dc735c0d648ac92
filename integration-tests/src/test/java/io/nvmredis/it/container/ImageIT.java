package io.nvmredis.it.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.command.HealthStateLog;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.model.ContainerConfig;
import com.github.dockerjava.api.model.ExposedPort;
import io.nvmredis.it.kit.RespClient;
import io.nvmredis.testcontainers.NvmRedisContainer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.testcontainers.DockerClientFactory;

/** The image as `docker run` finds it: its size, user, volume, port and health, its memory and its options. */
@Tag("container")
class ImageIT {
    private static final long LARGEST_IMAGE = 130_000_000;
    private static final long MEMORY = 512L << 20;
    private static final int STOP_SECONDS = 30;

    @Test
    void shouldBeSmallAndAskForNoPrivileges() {
        ServerImage.NVM_REDIS.require();
        InspectImageResponse image = DockerClientFactory.lazyClient()
                .inspectImageCmd(ServerImage.NVM_REDIS.imageName())
                .exec();
        ContainerConfig config = Objects.requireNonNull(image.getConfig());
        assertThat(image.getSize()).isLessThan(LARGEST_IMAGE);
        assertThat(config.getUser()).isEqualTo("999:999");
        assertThat(config.getVolumes()).containsOnlyKeys("/data");
        assertThat(config.getExposedPorts()).containsExactly(ExposedPort.tcp(ServerImage.PORT));
        assertThat(Objects.requireNonNull(config.getHealthcheck()).getTest())
                .containsExactly("CMD", "/opt/nvm-redis/healthcheck");
    }

    private static InspectContainerResponse.ContainerState state(NvmRedisContainer container) {
        return container.getCurrentContainerInfo().getState();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "with $pecial 'characters'"})
    void shouldBecomeHealthy(String password) {
        try (NvmRedisContainer container = ServerImage.nvmRedis()) {
            if (!password.isEmpty()) {
                container.withSetting("requirepass", password);
            }
            container.start();
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() ->
                            assertThat(state(container).getHealth().getStatus()).isEqualTo("healthy"));
            List<HealthStateLog> checks = state(container).getHealth().getLog();
            assertThat(checks.get(checks.size() - 1).getOutput()).isEqualTo("+PONG\n");
        }
    }

    @Test
    void shouldEndInOrderWhenItIsStopped() {
        try (NvmRedisContainer container = ServerImage.nvmRedis()) {
            container.start();
            container
                    .getDockerClient()
                    .stopContainerCmd(container.getContainerId())
                    .withTimeout(STOP_SECONDS)
                    .exec();
            assertThat(state(container).getExitCodeLong()).isZero();
        }
    }

    /** The default heap is 70 % of the limit; a JVM counts a part of that for the collector's own use. */
    @Test
    void shouldFitIntoItsMemoryAndSaySo() throws IOException {
        try (NvmRedisContainer container = ServerImage.nvmRedis()
                .withCreateContainerCmdModifier(
                        command -> command.getHostConfig().withMemory(MEMORY).withMemorySwap(MEMORY))) {
            container.start();
            // A server serves before it has printed how it runs.
            await().untilAsserted(() -> assertThat(container.getLogs())
                    .containsPattern("memory +heap 3[0-9]{2}\\.[0-9] MB of the 512\\.0 MB that this process may use, "
                            + "[0-9.]+ MB of it for data"));
            assertThat(configured(container, "dram-budget")).isBetween(MEMORY / 16, MEMORY / 4);
        }
    }

    private static long configured(NvmRedisContainer container, String setting) throws IOException {
        return Long.parseLong(setting(container, setting));
    }

    private static String setting(NvmRedisContainer container, String setting) throws IOException {
        try (RespClient client = new RespClient(container.getRedisPort())) {
            return String.valueOf(((List<?>) client.call("CONFIG", "GET", setting)).get(1));
        }
    }

    @Test
    void shouldTakeOptionsFromTheEnvironment() throws IOException {
        try (NvmRedisContainer container = ServerImage.nvmRedis()
                .withEnv("NVM_REDIS_PERSISTENCE", "aof")
                .withEnv("NVM_REDIS_APPENDFSYNC", "always")
                .withEnv("NVM_REDIS_DIR", "/data/below")
                .withEnv("NVM_REDIS_PORT", "tcp://10.0.0.1:6379")) {
            container.start();
            assertThat(setting(container, "persistence")).isEqualTo("aof");
            assertThat(setting(container, "appendfsync")).isEqualTo("always");
            assertThat(setting(container, "dir")).isEqualTo("/data/below");
            // What the entry point gives where nobody says otherwise.
            assertThat(setting(container, "protected-mode")).isEqualTo("no");
        }
    }
}
