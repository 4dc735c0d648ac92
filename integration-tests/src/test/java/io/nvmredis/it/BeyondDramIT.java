package io.nvmredis.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nvmredis.it.kit.RespClient;
import io.nvmredis.it.kit.ServerInfo;
import io.nvmredis.it.kit.ServerProcess;
import io.nvmredis.it.kit.TestDirectory;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A data set many times larger than the JVM's memory is there, whole, and behaves like any other. */
class BeyondDramIT {
    private static final int KEY_COUNT = 200_000;
    private static final NumberedKeys KEYS = new NumberedKeys(1_000);
    private static final int BATCH = 1_000;

    @RegisterExtension
    private final TestDirectory directory = TestDirectory.inMemory();

    private final long seed = Long.getLong("dram.seed", System.nanoTime());
    private final Random random = new Random(seed);

    @Test
    void shouldServeDataLargerThanTheMemory() throws Exception {
        System.out.printf(Locale.ROOT, "-Ddram.seed=%d%n", seed);
        ServerProcess.Builder server = directory
                .server()
                .domain("emulated")
                .jvm("-Xmx128m", "-XX:+ExitOnOutOfMemoryError")
                .with("--dram-budget", "20mb", "--nvm-backlog-limit", "16mb", "--nvm-segment-size", "8mb");
        try (ServerProcess first = server.start();
                RespClient client = first.connect()) {
            fill(client);
            verify(client);
            ServerInfo info = ServerInfo.of(client);
            assertThat(info.number("evictions")).isPositive();
            assertThat(info.number("hydrations")).isPositive();
            assertThat(info.number("dram_resident_keys")).isLessThan(KEY_COUNT / 2);
            first.kill();
        }
        try (ServerProcess second = server.start();
                RespClient client = second.connect()) {
            assertThat(second.banner().keys()).isEqualTo(KEY_COUNT);
            verify(client);
            change(client);
        }
    }

    private static void fill(RespClient client) throws IOException {
        for (int from = 0; from < KEY_COUNT; from += BATCH) {
            for (int i = from; i < from + BATCH; i++) {
                client.send("SET", NumberedKeys.key(i), KEYS.value(i));
            }
            client.flush();
            for (int i = from; i < from + BATCH; i++) {
                assertThat(client.receive()).isEqualTo("OK");
            }
        }
    }

    private void verify(RespClient client) throws IOException {
        assertThat(client.call("DBSIZE")).isEqualTo((long) KEY_COUNT);
        for (int round = 0; round < 20; round++) {
            int[] chosen = random.ints(BATCH, 0, KEY_COUNT).toArray();
            for (int i : chosen) {
                client.send("GET", NumberedKeys.key(i));
            }
            client.flush();
            for (int i : chosen) {
                assertThat(client.receive()).as(NumberedKeys.key(i)).isEqualTo(KEYS.value(i));
            }
        }
        assertThat(DataDump.scan(client)).hasSize(KEY_COUNT);
        String randomKey = (String) client.call("RANDOMKEY");
        assertThat(client.call("EXISTS", randomKey)).isEqualTo(1L);
    }

    /** Changes of keys that are not in memory. */
    private static void change(RespClient client) throws IOException {
        assertThat(client.call("APPEND", NumberedKeys.key(1), "!")).isEqualTo(KEYS.valueLength() + 1L);
        assertThat(client.call("GET", NumberedKeys.key(1))).isEqualTo(KEYS.value(1) + "!");
        assertThat(client.call("SET", NumberedKeys.key(2), "short")).isEqualTo("OK");
        assertThat(client.call("RENAME", NumberedKeys.key(3), "renamed")).isEqualTo("OK");
        assertThat(client.call("GET", "renamed")).isEqualTo(KEYS.value(3));
        assertThat(client.call("DEL", NumberedKeys.key(3), NumberedKeys.key(4), NumberedKeys.key(5)))
                .isEqualTo(2L);
        assertThat(client.call("TYPE", NumberedKeys.key(6))).isEqualTo("string");
        assertThat(client.call("LPUSH", NumberedKeys.key(7), "x")).asString().contains("WRONGTYPE");
        assertThat(client.call("DBSIZE")).isEqualTo(KEY_COUNT - 2L);
        for (int i = 10; i < 1_010; i++) {
            client.send("PEXPIRE", NumberedKeys.key(i), "200");
        }
        client.flush();
        for (int i = 10; i < 1_010; i++) {
            assertThat(client.receive()).isEqualTo(1L);
        }
        // Nobody reads them, and most have left memory by then.
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(client.call("DBSIZE")).isEqualTo(KEY_COUNT - 1_002L));
        assertThat(client.call("FLUSHALL")).isEqualTo("OK");
        assertThat(client.call("DBSIZE")).isEqualTo(0L);
        assertThat(client.call("GET", NumberedKeys.key(100_000))).isNull();
        assertThat(DataDump.scan(client)).isEmpty();
    }
}
