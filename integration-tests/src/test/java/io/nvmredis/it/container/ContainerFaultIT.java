package io.nvmredis.it.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.DockerClient;
import io.nvmredis.it.kit.RespClient;
import io.nvmredis.it.kit.RespClient.RespError;
import io.nvmredis.testcontainers.NvmRedisContainer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.ContainerLaunchException;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisConnectionException;

/** What a container may lack, or lose for a while, costs no acknowledged write and does not end the server. */
@Tag("container")
class ContainerFaultIT {
    private static final String VALUE = "x".repeat(100_000);
    private static final int CLIENT_TIMEOUT_MILLIS = 500;

    private static RespClient connect(NvmRedisContainer container) throws IOException {
        return new RespClient(Ports.of(container));
    }

    private static Jedis impatient(NvmRedisContainer container) {
        return new Jedis("127.0.0.1", Ports.of(container), CLIENT_TIMEOUT_MILLIS);
    }

    @Test
    void shouldGoOnAfterAPause() throws Exception {
        try (NvmRedisContainer container = ServerImage.nvmRedis();
                Jedis jedis = started(container)) {
            jedis.set("before", "1");
            DockerClient docker = container.getDockerClient();
            docker.pauseContainerCmd(container.getContainerId()).exec();
            assertThatThrownBy(() -> jedis.set("during", "2"))
                    .isInstanceOf(JedisConnectionException.class)
                    .hasMessageContaining("timed out");
            docker.unpauseContainerCmd(container.getContainerId()).exec();
            try (RespClient client = connect(container)) {
                assertThat(client.call("GET", "before")).isEqualTo("1");
                await().untilAsserted(
                                () -> assertThat(client.call("GET", "during")).isEqualTo("2"));
                assertThat(client.call("SET", "after", "3")).isEqualTo("OK");
            }
        }
    }

    private static Jedis started(NvmRedisContainer container) {
        container.start();
        return impatient(container);
    }

    @Test
    void shouldRefuseAVolumeThatItMayNotWrite() throws Exception {
        try (Volume volume = new Volume()) {
            try (NvmRedisContainer container = volume.container();
                    Jedis jedis = started(container)) {
                jedis.set("key", "value");
            }
            try (NvmRedisContainer container = volume.readOnlyContainer()) {
                assertThatThrownBy(container::start)
                        .isInstanceOf(ContainerLaunchException.class)
                        .hasStackTraceContaining("/data")
                        .hasStackTraceContaining("writ");
            }
            try (NvmRedisContainer container = volume.container();
                    Jedis jedis = started(container)) {
                assertThat(jedis.get("key")).isEqualTo("value");
            }
        }
    }

    /** Bash fills the volume and makes room again: an image may have no other program for it. */
    private static void bash(NvmRedisContainer container, String script) throws IOException, InterruptedException {
        assertThat(container.execInContainer("bash", "-c", script).getExitCode())
                .as(script)
                .isZero();
    }

    @Test
    void shouldGoOnReadingOnAFullVolumeAndWriteAgainWhenThereIsRoom() throws Exception {
        try (Volume volume = Volume.ofSize("16m");
                NvmRedisContainer container = volume.container().withSetting("nvm-segment-size", "1mb")) {
            container.start();
            bash(container, "printf '%*s' 8000000 '' >/data/filler");
            try (RespClient client = connect(container)) {
                int written = writeUntilRefused(client);
                assertThat(written).as("writes before the volume was full").isGreaterThan(10);
                assertThat(client.call("GET", "key:" + (written - 1))).isEqualTo(VALUE);
                assertThat(client.call("GET", "key:" + written)).isNull();
                assertThat(client.call("DEL", "key:0")).isEqualTo(1L);
                bash(container, ": >/data/filler");
                await().atMost(Duration.ofSeconds(20))
                        .untilAsserted(() -> assertThat(client.call("SET", "key:" + written, VALUE))
                                .isEqualTo("OK"));
                assertThat(client.call("DBSIZE")).isEqualTo((long) written);
            }
        }
    }

    private static int writeUntilRefused(RespClient client) throws IOException {
        for (int i = 0; i < 1_000; i++) {
            Object reply = client.call("SET", "key:" + i, VALUE);
            if (reply instanceof RespError error) {
                assertThat(error.message()).matches("(?s)(MISCONF|OOM) .*");
                return i;
            }
            assertThat(reply).isEqualTo("OK");
        }
        throw new AssertionError("100 MB went onto a volume of 16");
    }

    /** What fits is left to the launcher, which sees the limit, and not to this test. */
    @Test
    void shouldHoldMoreDataThanTheMemoryThatItMayUse() throws Exception {
        long limit = 256L << 20;
        int count = (int) (limit * 3 / 2 / VALUE.length());
        try (NvmRedisContainer container = ServerImage.nvmRedis()
                .withCreateContainerCmdModifier(
                        command -> command.getHostConfig().withMemory(limit).withMemorySwap(limit))) {
            container.start();
            try (RespClient client = connect(container)) {
                for (int i = 0; i < count; i++) {
                    assertThat(client.call("SET", "key:" + i, i + VALUE)).isEqualTo("OK");
                }
                for (int i = 0; i < count; i++) {
                    assertThat(client.call("GET", "key:" + i)).isEqualTo(i + VALUE);
                }
            }
            assertThat(container.getCurrentContainerInfo().getState().getOOMKilled())
                    .isFalse();
            assertThat(container.isRunning()).isTrue();
        }
    }

    @Test
    void shouldHaveDoneTheBeginningOfAPipelineWhoseConnectionIsCut() throws Exception {
        int count = 20_000;
        try (ServedImage served = ServedImage.start(ServerImage.nvmRedis())) {
            // Each reply is +OK and a line's end.
            int acknowledged = count / 2;
            served.proxy().cutAfter(acknowledged * 5L);
            List<Object> replies = new ArrayList<>();
            try (RespClient client = served.connect()) {
                assertThatThrownBy(() -> {
                            for (int i = 0; i < count; i++) {
                                client.send("SET", "key:" + i, "value");
                            }
                            client.flush();
                            while (true) {
                                replies.add(client.receive());
                            }
                        })
                        .isInstanceOf(IOException.class);
            }
            assertThat(replies).hasSizeLessThanOrEqualTo(acknowledged).containsOnly("OK");
            assertThatThrownBy(() -> call(served, "PING")).isInstanceOf(IOException.class);
            served.proxy().mend();
            assertContiguous(served, replies.size());
            served.restart();
            assertContiguous(served, replies.size());
        }
    }

    private static Object call(ServedImage served, String... command) throws IOException {
        try (RespClient client = served.connect()) {
            return client.call(command);
        }
    }

    /** Commands were done in their order, none twice and none left out. */
    private static void assertContiguous(ServedImage served, int atLeast) throws IOException {
        int done = ((Long) call(served, "DBSIZE")).intValue();
        assertThat(done).isGreaterThanOrEqualTo(atLeast);
        try (RespClient client = served.connect()) {
            for (int i = 0; i < done; i++) {
                client.send("EXISTS", "key:" + i);
            }
            client.flush();
            for (int i = 0; i < done; i++) {
                assertThat(client.receive()).as("key:%d", i).isEqualTo(1L);
            }
        }
    }

    @Test
    void shouldServeAgainWhenItsNetworkIsConnectedAgain() throws Exception {
        try (NvmRedisContainer container = ServerImage.nvmRedis();
                Jedis jedis = started(container)) {
            jedis.set("before", "1");
            String network = container
                    .getCurrentContainerInfo()
                    .getNetworkSettings()
                    .getNetworks()
                    .keySet()
                    .iterator()
                    .next();
            DockerClient docker = container.getDockerClient();
            docker.disconnectFromNetworkCmd()
                    .withContainerId(container.getContainerId())
                    .withNetworkId(network)
                    .exec();
            assertThatThrownBy(() -> jedis.set("during", "2")).isInstanceOf(JedisConnectionException.class);
            docker.connectToNetworkCmd()
                    .withContainerId(container.getContainerId())
                    .withNetworkId(network)
                    .exec();
            await().ignoreExceptions().untilAsserted(() -> {
                try (RespClient client = connect(container)) {
                    assertThat(client.call("GET", "before")).isEqualTo("1");
                    assertThat(client.call("SET", "after", "3")).isEqualTo("OK");
                }
            });
        }
    }
}
