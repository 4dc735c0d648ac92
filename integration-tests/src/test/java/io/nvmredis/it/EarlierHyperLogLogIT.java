package io.nvmredis.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.it.kit.Requirement;
import io.nvmredis.it.kit.RespClient;
import io.nvmredis.it.kit.ServerProcess;
import io.nvmredis.it.kit.TestDirectory;
import io.nvmredis.spi.testkit.RealRedis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Data of version 0.1.0 as it was when it kept HyperLogLogs as serialised objects of upstream's: {@code
 * hyperloglogs-0.1.0.zip} has a log, an append-only file and an RDB file that it wrote, of the same commands.
 */
class EarlierHyperLogLogIT {
    private static final String FILES = "/hyperloglogs-0.1.0.zip";
    private static final String DEADLINE = "4102444800000";
    private static final String MERGED = "merged";

    @RegisterExtension
    private final TestDirectory directory = TestDirectory.onDisk();

    @BeforeEach
    void unpack() throws IOException {
        directory.unpack(FILES);
    }

    /** What each of them has counted. */
    private static Map<String, List<String>> elements() {
        List<String> many = new ArrayList<>(List.of("one more", "and another"));
        IntStream.range(0, 1_200).forEach(i -> many.add("element" + i));
        List<String> lengths = new ArrayList<>(List.of("\u0000\u00ff"));
        for (int length = 0; length < 300; length += 7) {
            lengths.add("x".repeat(length));
        }
        List<String> merged = new ArrayList<>(lengths);
        merged.addAll(List.of("a", "b", "c", "d"));
        Map<String, List<String>> elements = new LinkedHashMap<>();
        elements.put("few", List.of("a", "b", "c", "d", "e"));
        elements.put("many", many);
        elements.put("lengths", lengths);
        elements.put(MERGED, merged);
        elements.put("after", List.of("x", "y"));
        return elements;
    }

    private ServerProcess.Builder serverOn(String persistence) throws IOException {
        Path data = directory.path(persistence);
        return persistence.equals("nvm")
                ? directory.server(data).with("--nvm-segment-size", "1mb")
                : directory.server(data).with("--persistence", persistence);
    }

    private static Object add(RespClient client, String key, List<String> elements) throws IOException {
        List<String> words = new ArrayList<>(List.of("PFADD", key));
        words.addAll(elements);
        return client.call(words.toArray(String[]::new));
    }

    private static String get(RespClient client, String key) throws IOException {
        return (String) client.call("GET", key);
    }

    @ParameterizedTest
    @CsvSource({"nvm", "aof", "rdb"})
    void shouldGoOnWithThem(String persistence) throws Exception {
        try (ServerProcess server = serverOn(persistence).start();
                RespClient client = server.connect()) {
            assertThat(client.call("GET", "plain")).isEqualTo("value");
            for (Map.Entry<String, List<String>> each : elements().entrySet()) {
                String key = each.getKey();
                assertThat(get(client, key))
                        .as("as it was, until it is counted")
                        .startsWith("\u00ac\u00ed");
                add(client, "now", each.getValue());
                assertThat(client.call("PFCOUNT", key, "now")).isEqualTo(client.call("PFCOUNT", "now"));
                assertThat(client.call("PFCOUNT", key)).as(key).isEqualTo(client.call("PFCOUNT", "now"));
                assertThat(get(client, key)).startsWith("HYLL");
                assertThat(add(client, key, each.getValue())).isEqualTo(0L);
                assertThat(add(client, key, List.of("of today", key))).isEqualTo(1L);
                client.call("DEL", "now");
            }
            assertThat(client.call("PEXPIRETIME", MERGED)).isEqualTo(Long.parseLong(DEADLINE));
            assertThat(server.terminate().status()).isZero();
        }
        requireTheSameAgain(persistence);
    }

    private void requireTheSameAgain(String persistence) throws Exception {
        try (ServerProcess server = serverOn(persistence).start();
                RespClient client = server.connect()) {
            for (Map.Entry<String, List<String>> each : elements().entrySet()) {
                String key = each.getKey();
                add(client, "now", each.getValue());
                add(client, "now", List.of("of today", key));
                assertThat(client.call("PFCOUNT", key)).as(key).isEqualTo(client.call("PFCOUNT", "now"));
                client.call("DEL", "now");
            }
            assertThat(client.call("PEXPIRETIME", MERGED)).isEqualTo(Long.parseLong(DEADLINE));
        }
    }

    @ParameterizedTest
    @CsvSource({"nvm", "aof", "rdb"})
    void shouldMergeAndAddToThemBeforeTheyAreCounted(String persistence) throws Exception {
        try (ServerProcess server = serverOn(persistence).start();
                RespClient client = server.connect()) {
            assertThat(client.call("PFADD", "few", "f")).isEqualTo(1L);
            assertThat(get(client, "few")).startsWith("HYLL");
            assertThat(client.call("PFMERGE", "all", "few", "after", "lengths")).isEqualTo("OK");
            assertThat(client.call("PFMERGE", "after", "few")).isEqualTo("OK");
            add(client, "now", elements().get("lengths"));
            add(client, "now", List.of("a", "b", "c", "d", "e", "f", "x", "y"));
            assertThat(client.call("PFCOUNT", "all")).isEqualTo(client.call("PFCOUNT", "now"));
            assertThat(client.call("PFCOUNT", "after")).isEqualTo(8L);
            assertThat(client.call("RENAME", "lengths", "elsewhere")).isEqualTo("OK");
            assertThat(client.call("PFCOUNT", "elsewhere")).isEqualTo(44L);
        }
    }

    @Test
    void shouldExportThemAsRedisHasThem() throws Exception {
        Requirement.requireRedis();
        Path target = Files.createDirectory(directory.path("target"));
        ServerProcess.Exit exit = directory
                .transfer(
                        "export",
                        directory.path("nvm"),
                        "--format",
                        "rdb",
                        "--nvm-segment-size",
                        "1mb",
                        target.toString())
                .run();
        assertThat(exit.status()).as("%s", exit.err()).isZero();
        try (RealRedis redis = directory.redis(target);
                RespClient client = new RespClient(redis.port())) {
            for (Map.Entry<String, List<String>> each : elements().entrySet()) {
                add(client, "now", each.getValue());
                assertThat(client.call("PFCOUNT", each.getKey())).isEqualTo(client.call("PFCOUNT", "now"));
                client.call("DEL", "now");
            }
        }
    }
}
