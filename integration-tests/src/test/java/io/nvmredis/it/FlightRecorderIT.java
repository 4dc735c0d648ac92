package io.nvmredis.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nvmredis.it.kit.RespClient;
import io.nvmredis.it.kit.ServerInfo;
import io.nvmredis.it.kit.ServerProcess;
import io.nvmredis.it.kit.TestDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The events that a recording of the packaged server has, and those of LATENCY that stand for the same activities. */
class FlightRecorderIT {
    private static final List<String> WITH_THRESHOLDS = List.of("Commit", "Fold", "Hydrate", "Evict");
    private static final String VALUE = "v".repeat(4000);

    @RegisterExtension
    private final TestDirectory directory = TestDirectory.onDisk();

    private ServerProcess start(Path recording) throws IOException, InterruptedException {
        String everyEvent = WITH_THRESHOLDS.stream()
                .map(name -> "+io.nvmredis." + name + "#threshold=0 ns")
                .collect(Collectors.joining(","));
        return directory
                .server()
                .domain("emulated")
                .with("--nvm-emulate-latency-ns", "1000000", "--dram-budget", "1mb", "--nvm-backlog-limit", "2mb")
                .with("--nvm-segment-size", "1mb")
                .jvm("-XX:StartFlightRecording=dumponexit=true,filename=" + recording + "," + everyEvent)
                .start();
    }

    /** Overwrites keys, so that segments are cleaned, changes collections, so that they are folded, and reads all. */
    private static void work(RespClient client) throws IOException {
        for (int round = 0; round < 12; round++) {
            for (int key = 0; key < 5000; key += 500) {
                client.call(setting(key));
                client.call(changing(round * 10 + key / 500));
            }
        }
        for (int key = 0; key < 5000; key++) {
            client.call("GET", "key" + key);
        }
    }

    private static String[] setting(int from) {
        return Stream.concat(
                        Stream.of("MSET"),
                        Stream.iterate(from, key -> key < from + 500, key -> key + 1)
                                .flatMap(key -> Stream.of("key" + key, VALUE)))
                .toArray(String[]::new);
    }

    private static String[] changing(int number) {
        return new String[] {"HSET", "hash" + number % 5, "field" + number % 20, VALUE + number};
    }

    @Test
    void shouldRecordWhatThePersistenceDoes() throws Exception {
        Path recording = directory.path("recording.jfr");
        long lastLsn;
        try (ServerProcess server = start(directory.path("first.jfr"));
                RespClient client = server.connect()) {
            client.call("SET", "first", "1");
            server.kill();
        }
        try (ServerProcess server = start(recording);
                RespClient client = server.connect()) {
            client.call("CONFIG", "SET", "latency-monitor-threshold", "1");
            work(client);
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> client.callExactly("LATENCY", "LATEST").contains("clean"));
            assertThat(client.callExactly("LATENCY", "LATEST")).contains("commit", "back-pressure");
            lastLsn = ServerInfo.of(client).number("nvm_last_lsn");
            assertThat(server.terminate().status()).isZero();
        }

        Map<String, List<RecordedEvent>> events = RecordingFile.readAllEvents(recording).stream()
                .filter(event -> event.getEventType().getName().startsWith("io.nvmredis."))
                .collect(Collectors.groupingBy(
                        event -> event.getEventType().getName().substring("io.nvmredis.".length())));
        assertThat(events.keySet())
                .containsExactlyInAnyOrder("Recovery", "Commit", "ReplayBatch", "Fold", "Clean", "Hydrate", "Evict");
        assertThat(events.get("Recovery"))
                .singleElement()
                .satisfies(event -> assertThat(event.getLong("lastLsn")).isEqualTo(1));
        assertThat(events.get("Commit"))
                .allSatisfy(event -> assertThat(event.getDuration().toNanos()).isGreaterThanOrEqualTo(1_000_000));
        assertThat(sum(events.get("Commit"), "transactions"))
                .as("all but the first")
                .isEqualTo(lastLsn - 1);
        assertThat(events.get("ReplayBatch"))
                .allSatisfy(event -> assertThat(event.getLong("bytes")).isPositive());
        assertThat(events.get("Hydrate"))
                .allSatisfy(event -> assertThat(event.getLong("storedBytes")).isGreaterThan(4000));
        assertThat(sum(events.get("Evict"), "count")).isGreaterThan(1000);
    }

    private static long sum(List<RecordedEvent> events, String field) {
        return events.stream().mapToLong(event -> event.getLong(field)).sum();
    }
}
