package io.nvmredis.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.it.kit.RespClient;
import io.nvmredis.it.kit.RunningServer;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Figures of INFO that monitoring programs read are measured, and begin anew with CONFIG RESETSTAT. */
class InfoFiguresIT {
    @RegisterExtension
    static final RunningServer SERVER = new RunningServer();

    private static Map<String, String> info(RespClient client) throws IOException {
        Map<String, String> fields = new LinkedHashMap<>();
        for (String line : client.call("INFO", "everything").toString().split("\r\n", -1)) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                fields.put(line.substring(0, colon), line.substring(colon + 1));
            }
        }
        return fields;
    }

    private static long number(Map<String, String> info, String name) {
        assertThat(info).containsKey(name);
        return Long.parseLong(info.get(name));
    }

    @Test
    void shouldCountConnectionsAndBytes() throws Exception {
        try (RespClient client = new RespClient(SERVER.port())) {
            client.call("CONFIG", "RESETSTAT");
            Map<String, String> before = info(client);
            String value = "x".repeat(100_000);
            client.call("SET", "k", value);
            client.call("GET", "k");
            new RespClient(SERVER.port()).close();
            Map<String, String> after = info(client);
            assertThat(number(before, "total_connections_received")).isZero();
            assertThat(number(after, "total_connections_received")).isEqualTo(1);
            assertThat(number(after, "rejected_connections")).isZero();
            assertThat(number(after, "total_net_input_bytes") - number(before, "total_net_input_bytes"))
                    .isBetween(100_000L, 110_000L);
            assertThat(number(after, "total_net_output_bytes") - number(before, "total_net_output_bytes"))
                    .isBetween(100_000L, 120_000L);
            assertThat(number(after, "total_reads_processed")).isGreaterThan(number(before, "total_reads_processed"));
            assertThat(number(after, "total_writes_processed")).isGreaterThan(number(before, "total_writes_processed"));
        }
    }

    @Test
    void shouldCountClientsThatAreTurnedAway() throws Exception {
        try (RespClient client = new RespClient(SERVER.port())) {
            client.call("CONFIG", "RESETSTAT");
            client.call("CONFIG", "SET", "maxclients", "1");
            try (RespClient refused = new RespClient(SERVER.port())) {
                assertThat(refused.receive().toString()).contains("max number of clients reached");
            } finally {
                client.call("CONFIG", "SET", "maxclients", "10000");
            }
            assertThat(number(info(client), "rejected_connections")).isEqualTo(1);
        }
    }

    @Test
    void shouldCountSubscriptionsScriptsAndWaitingClients() throws Exception {
        try (RespClient client = new RespClient(SERVER.port());
                RespClient subscriber = new RespClient(SERVER.port());
                RespClient waiter = new RespClient(SERVER.port())) {
            client.call("SCRIPT", "FLUSH");
            client.call("EVAL", "return 1", "0");
            client.call("SCRIPT", "LOAD", "return 2");
            subscriber.call("SUBSCRIBE", "a");
            subscriber.call("SSUBSCRIBE", "s");
            subscriber.call("PSUBSCRIBE", "p*");
            waiter.send("BLPOP", "nosuch", "100");
            waiter.flush();
            Awaitility.await()
                    .untilAsserted(() -> assertThat(number(info(client), "clients_in_timeout_table"))
                            .isEqualTo(1));
            Map<String, String> info = info(client);
            assertThat(number(info, "pubsub_channels")).isEqualTo(1);
            assertThat(number(info, "pubsub_patterns")).isEqualTo(1);
            assertThat(number(info, "pubsubshard_channels")).isEqualTo(1);
            assertThat(number(info, "number_of_cached_scripts")).isEqualTo(2);
            assertThat(number(info, "used_memory_scripts_eval")).isPositive();
        }
    }

    @Test
    void shouldCountClientsThatAPauseHoldsBackAsBlocked() throws Exception {
        try (RespClient client = new RespClient(SERVER.port());
                RespClient writer = new RespClient(SERVER.port())) {
            client.call("CLIENT", "PAUSE", "60000", "WRITE");
            writer.send("SET", "k", "v");
            writer.flush();
            Awaitility.await()
                    .untilAsserted(() ->
                            assertThat(number(info(client), "blocked_clients")).isEqualTo(1));
            client.call("CLIENT", "UNPAUSE");
            assertThat(writer.receive()).isEqualTo("OK");
            assertThat(number(info(client), "blocked_clients")).isZero();
        }
    }

    @Test
    void shouldMeasureTheProcess() throws Exception {
        try (RespClient client = new RespClient(SERVER.port())) {
            Map<String, String> info = info(client);
            long used = number(info, "used_memory");
            assertThat(number(info, "used_memory_peak")).isGreaterThanOrEqualTo(used);
            assertThat(number(info, "used_memory_rss")).isPositive().isLessThan(number(info, "total_system_memory"));
            assertThat(info.get("used_memory_human")).matches("\\d+\\.\\d\\d[MG]");
            assertThat(Double.parseDouble(info.get("mem_fragmentation_ratio"))).isPositive();
            assertThat(Double.parseDouble(info.get("used_cpu_user_main_thread")))
                    .isPositive()
                    .isLessThanOrEqualTo(Double.parseDouble(info.get("used_cpu_user")) + 1);
            assertThat(info.get("run_id")).matches("[0-9a-f]{40}");
        }
    }

    @Test
    void shouldTellHowMuchIsDonePerSecond() throws Exception {
        try (RespClient client = new RespClient(SERVER.port())) {
            Awaitility.await().untilAsserted(() -> {
                for (int i = 0; i < 100; i++) {
                    client.call("SET", "k", "v");
                }
                assertThat(number(info(client), "instantaneous_ops_per_sec")).isGreaterThan(10);
            });
        }
    }
}
