package io.nvmredis.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.nvmredis.nvm.NvmAofPersisterProvider;
import io.nvmredis.server.NvmRedisServer;
import io.nvmredis.server.StartException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ServerMetersTest {
    /** Fields of INFO that are numbers and no figures: names, settings, constants, or the same in another unit. */
    private static final Set<String> NO_FIGURES = Set.of(
            "arch_bits",
            "instantaneous_input_kbps",
            "instantaneous_ops_per_sec",
            "instantaneous_output_kbps",
            "lru_clock",
            "mem_fragmentation_bytes",
            "mem_fragmentation_ratio",
            "mem_replication_backlog",
            "server_time_usec",
            "uptime_in_days",
            "used_memory_lua",
            "used_memory_scripts_eval",
            "process_id",
            "tcp_port",
            "second_repl_offset",
            "repl_backlog_active",
            "repl_backlog_size",
            "repl_backlog_first_byte_offset",
            "client_recent_max_input_buffer",
            "client_recent_max_output_buffer",
            "async_loading",
            "aof_rewrite_scheduled",
            "aof_last_rewrite_time_sec",
            "aof_current_rewrite_time_sec",
            "dram_used_bytes",
            "evicted_keys",
            "cluster_enabled",
            "nvm_survives_power_loss",
            "nvm_emulated_latency_ns",
            "nvm_emulated_bandwidth",
            "used_cpu_sys_children",
            "used_cpu_user_children",
            "aof_pending_rewrite",
            "aof_pending_bio_fsync",
            "rdb_last_load_keys_expired",
            "rdb_last_load_keys_loaded",
            "current_save_keys_processed",
            "current_save_keys_total",
            "redis_version",
            "java_version",
            "last_lsn",
            "used_cpu_sys_main_thread",
            "used_cpu_user_main_thread",
            "master_replid2");

    @TempDir
    Path directory;

    private NvmRedisServer.Builder server() {
        return NvmRedisServer.builder().port(0).dir(directory).setting("persistence", "none");
    }

    private static void send(NvmRedisServer server, String commands) throws IOException {
        try (Socket socket = new Socket(server.host(), server.port())) {
            OutputStream output = socket.getOutputStream();
            output.write((commands + "QUIT\r\n").getBytes(StandardCharsets.US_ASCII));
            socket.getInputStream().readAllBytes();
        }
    }

    private static HttpResponse<String> request(int port, String method, String path, String accepted)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .header("Accept", accepted)
                .build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void shouldFillARegistryOfTheProgramsOwn() throws IOException {
        try (NvmRedisServer server = server().build().start()) {
            send(server, "SET a 1\r\nGET a\r\nGET b\r\nNOSUCH\r\n");
            SimpleMeterRegistry registry = new SimpleMeterRegistry();
            ServerMeters meters = new ServerMeters(server);
            meters.bindTo(registry);

            assertThat(registry.get("nvmredis.commands")
                            .tag("command", "get")
                            .functionTimer()
                            .count())
                    .isEqualTo(2);
            assertThat(registry.get("nvmredis.keys").tag("db", "0").gauge().value())
                    .isEqualTo(1);
            assertThat(registry.get("nvmredis.errors")
                            .tag("error", "ERR")
                            .functionCounter()
                            .count())
                    .isEqualTo(1);
            send(server, "INCR n\r\n");
            meters.refresh();
            assertThat(registry.get("nvmredis.commands")
                            .tag("command", "incr")
                            .functionTimer()
                            .count())
                    .isEqualTo(1);
            assertThat(registry.get("nvmredis.keys").tag("db", "0").gauge().value())
                    .isEqualTo(2);
        }
    }

    private static Stream<String> persistences() {
        return Stream.of(new NvmAofPersisterProvider().name(), "aof", "rdb", "none");
    }

    @ParameterizedTest
    @MethodSource("persistences")
    void shouldHaveEveryFigureOfInfo(String persistence) throws IOException {
        Set<String> figures = Figure.ALL.stream().map(Figure::field).collect(Collectors.toSet());
        try (NvmRedisServer server =
                server().setting("persistence", persistence).build().start()) {
            send(server, "SET a 1\r\nBGSAVE\r\n");
            assertThat(server.info("everything").entrySet().stream()
                            .filter(field -> field.getValue().matches("-?\\d+(\\.\\d+)?"))
                            .map(Map.Entry::getKey)
                            .filter(field -> !NO_FIGURES.contains(field)))
                    .as("figures of INFO that are no meters, and are not said to be none")
                    .isSubsetOf(figures);
        }
    }

    @Test
    void shouldShowThePageToWhoAsksByHttp() throws Exception {
        try (NvmRedisServer server =
                server().setting("metrics-port", "0").build().start()) {
            send(server, "SET a 1\r\n");
            int port = server.metricsPort();

            HttpResponse<String> page = request(port, "GET", "/metrics", "*/*");
            assertThat(page.statusCode()).isEqualTo(200);
            assertThat(page.headers().firstValue("content-type")).hasValue("text/plain; version=0.0.4; charset=utf-8");
            assertThat(page.body())
                    .contains("nvmredis_commands_seconds_count{command=\"set\"} 1")
                    .contains("nvmredis_keys{db=\"0\"} 1")
                    .contains("jvm_memory_used_bytes");
            HttpResponse<String> open = request(port, "GET", "/metrics", "application/openmetrics-text; version=1.0.0");
            assertThat(open.headers().firstValue("content-type").orElse("")).startsWith("application/openmetrics-text");
            assertThat(open.body()).endsWith("# EOF\n");
            assertThat(request(port, "HEAD", "/metrics", "*/*").body()).isEmpty();
            assertThat(request(port, "GET", "/", "*/*").statusCode()).isEqualTo(404);
            assertThat(request(port, "POST", "/metrics", "*/*").statusCode()).isEqualTo(405);
        }
    }

    @Test
    void shouldRefuseARequestThatIsTooLarge() throws Exception {
        try (NvmRedisServer server =
                        server().setting("metrics-port", "0").build().start();
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.metricsPort())) {
            socket.setSoTimeout(10_000);
            OutputStream output = socket.getOutputStream();
            output.write(("GET /metrics HTTP/1.1\r\nA: " + "a".repeat(20_000) + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            assertThat(answer).matches("(?s)HTTP/1.1 4\\d\\d .*");
            assertThat(request(server.metricsPort(), "GET", "/metrics", "*/*").statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void shouldSayThatThePortIsInUse() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            NvmRedisServer server = server().setting("metrics-port", Integer.toString(taken.getLocalPort()))
                    .build();
            assertThatThrownBy(server::start)
                    .isInstanceOf(StartException.class)
                    .hasMessageContaining("metrics-port " + taken.getLocalPort());
            server.close();
        }
    }
}
