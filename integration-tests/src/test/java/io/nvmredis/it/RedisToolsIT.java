package io.nvmredis.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.it.kit.Program;
import io.nvmredis.it.kit.Requirement;
import io.nvmredis.it.kit.ServerProcess;
import io.nvmredis.it.kit.TestDirectory;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Redis's own command-line programs work with the server. */
class RedisToolsIT {
    private static final List<String> WORKLOAD =
            List.of("set", "get", "incr", "lpush", "rpush", "lpop", "sadd", "hset", "spop", "zadd", "zpopmin", "mset");

    @RegisterExtension
    private final TestDirectory directory = TestDirectory.onDisk();

    private ServerProcess server;

    @BeforeEach
    void startServer() throws Exception {
        Requirement.requirePrograms(
                "redis-tools", "apt-get install redis-tools gives it", "redis-cli", "redis-benchmark");
        server = directory.server().start();
    }

    @Test
    void shouldServeRedisCli() throws Exception {
        assertThat(run("redis-cli", "set", "a", "1")).containsExactly("OK");
        assertThat(run("redis-cli", "get", "a")).containsExactly("1");
        assertThat(run("redis-cli", "-3", "get", "a")).as("with HELLO 3 first").contains("1");
        assertThat(run("redis-cli", "-n", "2", "dbsize")).containsExactly("0");
        assertThat(run("redis-cli", "rpush", "list", "x", "y")).containsExactly("2");
        assertThat(run("redis-cli", "lrange", "list", "0", "-1")).containsExactly("x", "y");
        assertThat(run("redis-cli", "--scan")).containsExactlyInAnyOrder("a", "list");
        assertThat(run("redis-cli", "info", "persistence")).contains("# Persistence");
    }

    @Test
    void shouldServeRedisBenchmark() throws Exception {
        String count = Integer.getInteger("benchmark.requests", System.getenv("CI") == null ? 20_000 : 100_000)
                .toString();
        List<String> output = run("redis-benchmark", "-t", String.join(",", WORKLOAD), "-n", count, "-q", "-P", "16");
        String text = String.join("\n", output);
        System.out.println(text);
        assertThat(text).doesNotContainIgnoringCase("error");
        for (String test : WORKLOAD) {
            assertThat(text).containsPattern("(?i)" + test + "[^:]*: [1-9][0-9.]* requests per second");
        }
        assertThat(server.isAlive()).isTrue();
        assertThat(server.stderr()).as("what the server had to say about it").isEmpty();
    }

    private List<String> run(String program, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(program, "-p", Integer.toString(server.port())));
        command.addAll(List.of(arguments));
        return Program.run(Duration.ofMinutes(5), command.toArray(String[]::new));
    }
}
