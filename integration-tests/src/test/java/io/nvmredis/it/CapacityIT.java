package io.nvmredis.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nvmredis.it.kit.RespClient;
import io.nvmredis.it.kit.RespClient.RespError;
import io.nvmredis.it.kit.ServerInfo;
import io.nvmredis.it.kit.ServerProcess;
import io.nvmredis.it.kit.TestDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When the capacity is reached writes that need space are refused, all else goes on, and freed space is used again. */
class CapacityIT {
    private static final NumberedKeys KEYS = new NumberedKeys(10_000);
    private static final long CAPACITY = 64L << 20;

    @RegisterExtension
    private final TestDirectory directory = TestDirectory.onDisk();

    @ParameterizedTest
    @ValueSource(strings = {"emulated", "msync"})
    void shouldRefuseWhatNeedsSpaceAndNothingElse(String domain) throws Exception {
        directory.placeFor(domain);
        ServerProcess.Builder builder = directory
                .server()
                .domain(domain)
                .with("--nvm-segment-size", "1mb", "--nvm-backlog-limit", "4mb")
                .with("--nvm-capacity", "64mb");
        int written;
        try (ServerProcess server = builder.start();
                RespClient client = server.connect()) {
            written = writeUntilRefused(client, 0);
            assertThat((long) written * KEYS.valueLength()).isGreaterThan(CAPACITY / 4);
            assertThat(bytes(directory.data())).isLessThan(CAPACITY + (8L << 20));
            KEYS.assertReadable(client, 0, written);
            assertThat(client.call("SET", "more", KEYS.value(1))).asString().contains("OOM");
            assertThat(client.call("EXPIRE", NumberedKeys.key(0), "1000")).isEqualTo(1L);
            server.kill();
        }
        try (ServerProcess server = builder.start();
                RespClient client = server.connect()) {
            KEYS.assertReadable(client, 0, written);
            for (int i = 0; i < written / 2; i++) {
                assertThat(client.call("DEL", NumberedKeys.key(i))).isEqualTo(1L);
            }
            int first = written;
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(client.call("SET", NumberedKeys.key(first), KEYS.value(first)))
                            .isEqualTo("OK"));
            int end = writeUntilRefused(client, written + 1);
            assertThat(end - written).as("writes into what was freed").isGreaterThan(written / 4);
            KEYS.assertReadable(client, written / 2, end);
            assertThat(bytes(directory.data())).isLessThan(CAPACITY + (8L << 20));
        }
    }

    private static int writeUntilRefused(RespClient client, int from) throws IOException {
        for (int i = from; i < from + 20_000; i++) {
            Object reply = client.call("SET", NumberedKeys.key(i), KEYS.value(i));
            if (reply instanceof RespError && isAppliedInFull(client)) {
                reply = client.call("SET", NumberedKeys.key(i), KEYS.value(i));
                if (reply instanceof RespError error) {
                    assertThat(error.message()).startsWith("OOM ");
                    return i;
                }
            }
            assertThat(reply).isEqualTo("OK");
        }
        throw new AssertionError("200 MB went into a capacity of 64");
    }

    /** What is under way may come to need more than it does in the end. */
    private static boolean isAppliedInFull(RespClient client) {
        await().atMost(Duration.ofSeconds(30)).until(() -> ServerInfo.of(client).number("nvm_backlog_bytes") == 0);
        return true;
    }

    private static long bytes(Path root) throws IOException {
        // The server runs: a file that has gone since it was listed has no bytes.
        try (Stream<Path> files = Files.list(root)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }
}
