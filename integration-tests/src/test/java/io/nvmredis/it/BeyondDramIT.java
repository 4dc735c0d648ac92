package io.nvmredis.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nvmredis.it.kit.RespClient;
import io.nvmredis.it.kit.ServerInfo;
import io.nvmredis.it.kit.ServerProcess;
import io.nvmredis.it.kit.TestDirectory;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A data set many times larger than the JVM's memory is there, whole, and behaves like any other. */
class BeyondDramIT {
    private static final int KEY_COUNT = 200_000;
    private static final int VALUE_LENGTH = 1_000;
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
                client.send("SET", key(i), value(i, 0));
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
                client.send("GET", key(i));
            }
            client.flush();
            for (int i : chosen) {
                assertThat(client.receive()).as(key(i)).isEqualTo(value(i, 0));
            }
        }
        assertThat(scan(client)).hasSize(KEY_COUNT);
        String randomKey = (String) client.call("RANDOMKEY");
        assertThat(client.call("EXISTS", randomKey)).isEqualTo(1L);
    }

    private static Set<Object> scan(RespClient client) throws IOException {
        Set<Object> keys = new HashSet<>();
        String cursor = "0";
        do {
            List<?> reply = (List<?>) client.call("SCAN", cursor, "COUNT", "1000");
            cursor = (String) reply.get(0);
            keys.addAll((List<?>) reply.get(1));
        } while (!cursor.equals("0"));
        return keys;
    }

    /** Changes of keys that are not in memory. */
    private static void change(RespClient client) throws IOException {
        assertThat(client.call("APPEND", key(1), "!")).isEqualTo(VALUE_LENGTH + 1L);
        assertThat(client.call("GET", key(1))).isEqualTo(value(1, 0) + "!");
        assertThat(client.call("SET", key(2), "short")).isEqualTo("OK");
        assertThat(client.call("RENAME", key(3), "renamed")).isEqualTo("OK");
        assertThat(client.call("GET", "renamed")).isEqualTo(value(3, 0));
        assertThat(client.call("DEL", key(3), key(4), key(5))).isEqualTo(2L);
        assertThat(client.call("TYPE", key(6))).isEqualTo("string");
        assertThat(client.call("LPUSH", key(7), "x")).asString().contains("WRONGTYPE");
        assertThat(client.call("DBSIZE")).isEqualTo(KEY_COUNT - 2L);
        for (int i = 10; i < 1_010; i++) {
            client.send("PEXPIRE", key(i), "200");
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
        assertThat(client.call("GET", key(100_000))).isNull();
        assertThat(scan(client)).isEmpty();
    }

    private static String key(int index) {
        return "key:" + index;
    }

    private static String value(int index, int version) {
        return (index + "," + version + ";").repeat(VALUE_LENGTH).substring(0, VALUE_LENGTH);
    }
}
