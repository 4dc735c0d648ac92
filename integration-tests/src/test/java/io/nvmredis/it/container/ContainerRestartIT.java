package io.nvmredis.it.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.nvmredis.it.kit.RespClient;
import io.nvmredis.testcontainers.NvmRedisContainer;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.testcontainers.containers.ContainerLaunchException;

/** Data outlive the server and, on a volume, the container. */
@Tag("container")
class ContainerRestartIT {
    private static final int WRITES = 2_000;

    private static RespClient connect(NvmRedisContainer container) throws IOException {
        return new RespClient(container.getRedisPort());
    }

    private static void assertWritten(NvmRedisContainer container, int count) throws IOException {
        try (RespClient client = connect(container)) {
            for (int i = 1; i <= count; i++) {
                assertThat(client.call("GET", "key:" + i)).as("key:%d", i).isEqualTo("value " + i);
            }
        }
    }

    /** Writes one key after the other until the connection ends, and counts what has been acknowledged. */
    private static void write(RespClient client, AtomicInteger acknowledged) {
        try (client) {
            while (true) {
                int next = acknowledged.get() + 1;
                if (!"OK".equals(client.call("SET", "key:" + next, "value " + next))) {
                    return;
                }
                acknowledged.set(next);
            }
        } catch (IOException e) {
            // The server has been killed.
        }
    }

    @ParameterizedTest
    @CsvSource({"nvm-aof, nvm-segment-size, 1mb", "aof, appendfsync, always"})
    void shouldLoseNothingThatItAcknowledgedWhenItIsKilled(String persistence, String setting, String value)
            throws Exception {
        try (NvmRedisContainer container =
                ServerImage.nvmRedis().withPersistence(persistence).withSetting(setting, value)) {
            container.start();
            AtomicInteger acknowledged = new AtomicInteger();
            for (int round = 1; round <= 2; round++) {
                RespClient client = connect(container);
                CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> write(client, acknowledged));
                int enough = round * WRITES;
                await().until(() -> acknowledged.get() >= enough);
                container.killAndRestart();
                writing.get(30, TimeUnit.SECONDS);
                assertWritten(container, acknowledged.get());
            }
        }
    }

    @Test
    void shouldKeepDataOnAVolumeFromOneContainerToTheNext() throws Exception {
        try (Volume volume = new Volume()) {
            try (NvmRedisContainer container = volume.container()) {
                container.start();
                try (RespClient client = connect(container)) {
                    client.call("SET", "key:1", "value 1");
                }
                container
                        .getDockerClient()
                        .killContainerCmd(container.getContainerId())
                        .exec();
            }
            try (NvmRedisContainer container = volume.container()) {
                container.start();
                assertWritten(container, 1);
                container.restart();
                assertWritten(container, 1);
            }
        }
    }

    @Test
    void shouldRefuseAVolumeThatAnotherContainerUses() throws Exception {
        try (Volume volume = new Volume();
                NvmRedisContainer first = volume.container();
                NvmRedisContainer second = volume.container()) {
            first.start();
            assertThatThrownBy(second::start)
                    .isInstanceOf(ContainerLaunchException.class)
                    .hasStackTraceContaining("/data")
                    .hasStackTraceContaining("in use");
            try (RespClient client = connect(first)) {
                assertThat(client.call("SET", "key:1", "value 1")).isEqualTo("OK");
            }
            assertWritten(first, 1);
        }
    }

    private static NvmRedisContainer reusable(String budget) {
        return ServerImage.nvmRedis().withDramBudget(budget).withReuse(true);
    }

    @Test
    void shouldBeFoundAgainByAnEqualContainerThatIsReused() throws Exception {
        try (NvmRedisContainer first = reusable("11mb");
                NvmRedisContainer equal = reusable("11mb");
                NvmRedisContainer other = reusable("12mb")) {
            first.start();
            try (RespClient client = connect(first)) {
                client.call("SET", "key:1", "value 1");
            }
            equal.start();
            assertThat(equal.getContainerId()).isEqualTo(first.getContainerId());
            assertWritten(equal, 1);
            other.start();
            assertThat(other.getContainerId()).isNotEqualTo(first.getContainerId());
        }
    }

    /** It fails at once rather than after the time that a start may take. */
    @Test
    void shouldFailAtOnceIfTheServerDoesNotStart() {
        try (NvmRedisContainer container = ServerImage.nvmRedis().withSetting("no-such-setting", "1")) {
            long beginNanos = System.nanoTime();
            assertThatThrownBy(container::start)
                    .isInstanceOf(ContainerLaunchException.class)
                    .hasStackTraceContaining("there is no option '--no-such-setting'");
            assertThat(System.nanoTime() - beginNanos).isLessThan(TimeUnit.SECONDS.toNanos(30));
        }
    }
}
