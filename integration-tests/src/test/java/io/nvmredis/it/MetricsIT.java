package io.nvmredis.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.it.kit.Program;
import io.nvmredis.it.kit.Requirement;
import io.nvmredis.it.kit.RespClient;
import io.nvmredis.it.kit.ServerProcess;
import io.nvmredis.it.kit.TestDirectory;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The page that Prometheus reads, of the packaged server. */
class MetricsIT {
    private static final Path DASHBOARD = Path.of("../upstream/metrics/grafana-dashboard.json");
    private static final Pattern NAME = Pattern.compile("(?:nvmredis|jvm|process|system)_[a-z0-9_]+");

    @RegisterExtension
    private final TestDirectory directory = TestDirectory.onDisk();

    private ServerProcess start(String persistence) throws IOException, InterruptedException {
        return directory
                .server()
                .with("--persistence", persistence, "--metrics-port", "0")
                .start();
    }

    private static void use(ServerProcess server) throws IOException, InterruptedException {
        try (RespClient client = server.connect()) {
            client.call("SET", "a", "1");
            client.call("SET", "b", "1", "EX", "1000");
            client.call("HSET", "h", "f", "v");
            client.call("GET", "a");
            client.call("GET", "missing");
            client.call("NOSUCH");
            client.call("CLIENT", "LIST");
            client.call("EVAL", "return redis.call('GET', KEYS[1])", "1", "a");
        }
    }

    private static String page(ServerProcess server) throws IOException, InterruptedException {
        URI address = URI.create(server.banner().field("metrics"));
        HttpResponse<String> page = HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString());
        assertThat(page.statusCode()).isEqualTo(200);
        return page.body();
    }

    /** The names of the samples of a page. */
    private static Set<String> names(String page) {
        return page.lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.split("[{ ]", 2)[0])
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @ParameterizedTest
    @ValueSource(strings = {"nvm-aof", "aof", "rdb", "none"})
    void shouldPleaseTheLinterOfPrometheus(String persistence) throws Exception {
        Requirement.requirePrograms("prometheus", "apt-get install prometheus gives it", "promtool");
        try (ServerProcess server = start(persistence)) {
            use(server);
            Path page = Files.writeString(directory.path("page"), page(server));
            assertThat(Program.run("sh", "-c", "promtool check metrics <'" + page + "'"))
                    .as("what promtool objects to")
                    .isEmpty();
        }
    }

    @Test
    void shouldCountWhatWasDone() throws Exception {
        try (ServerProcess server = start("nvm-aof")) {
            use(server);
            String page = page(server);
            assertThat(page)
                    .contains("nvmredis_commands_seconds_count{command=\"set\"} 2")
                    .contains("nvmredis_commands_seconds_count{command=\"client|list\"} 1")
                    .contains("nvmredis_keys{db=\"0\"} 3.0")
                    .contains("nvmredis_keys_expiring{db=\"0\"} 1.0")
                    .contains("nvmredis_errors_total{error=\"ERR\"} 1.0")
                    .contains("nvmredis_keyspace_hits_total 2.0")
                    .contains("nvmredis_keyspace_misses_total 1.0")
                    .contains("nvmredis_replay_ok 1.0");
        }
    }

    @Test
    void shouldHaveAllThatTheDashboardShows() throws Exception {
        Set<String> shown = new TreeSet<>();
        Matcher name = NAME.matcher(expressions());
        while (name.find()) {
            shown.add(name.group());
        }
        assertThat(shown).hasSizeGreaterThan(20);
        try (ServerProcess server = start("nvm-aof")) {
            use(server);
            Program.run(System.getProperty("java.home") + "/bin/jcmd", Long.toString(server.pid()), "GC.run");
            assertThat(names(page(server))).containsAll(shown);
        }
    }

    private static String expressions() throws IOException {
        List<String> lines = Files.readAllLines(DASHBOARD);
        return lines.stream().filter(line -> line.contains("\"expr\"")).collect(Collectors.joining("\n"));
    }
}
