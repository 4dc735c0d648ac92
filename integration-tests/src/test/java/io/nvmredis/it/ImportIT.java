package io.nvmredis.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.it.kit.Requirement;
import io.nvmredis.it.kit.RespClient;
import io.nvmredis.it.kit.ServerProcess;
import io.nvmredis.it.kit.TestDirectory;
import io.nvmredis.spi.testkit.RealRedis;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What an import refuses, replaces and leaves out, and how little memory it needs. */
class ImportIT {
    @RegisterExtension
    private final TestDirectory directory = TestDirectory.inMemory();

    @BeforeEach
    void requireRedis() {
        Requirement.requireRedis();
    }

    /** Saves what these commands make, and returns the file. */
    private String saved(String name, String... commands) throws Exception {
        try (RealRedis redis = directory.redis(directory.path(name), "--databases", "20");
                RespClient client = new RespClient(redis.port())) {
            for (String command : commands) {
                assertThat(client.call(command.split(" ", -1))).as(command).isNotInstanceOf(RespClient.RespError.class);
            }
            assertThat(client.call("SAVE")).isEqualTo("OK");
        }
        return directory.path(name).resolve("dump.rdb").toString();
    }

    @Test
    void shouldNameAKeyThatItCannotKeepOrLeaveItOut() throws Exception {
        String file = saved("source", "SET a 1", "SELECT 17", "SET orders 1");
        ServerProcess.Exit refused =
                directory.transfer("import", directory.data(), file).run();
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.err().toString()).contains("orders", "database 17", "--import-skip-unsupported");
        String summary = directory
                .transfer("import", directory.path("second"), file, "--import-skip-unsupported")
                .succeed();
        assertThat(summary).containsPattern("skipped 1: .*databases");
        try (ServerProcess server = directory.server(directory.path("second")).start();
                RespClient client = server.connect()) {
            assertThat(client.call("GET", "a")).isEqualTo("1");
        }
    }

    @Test
    void shouldReplaceKeysOnlyIfItMay() throws Exception {
        String first = saved("first", "SET a 1", "RPUSH l 1 2 3", "SET kept 1");
        String second = saved("second", "RPUSH a x y", "RPUSH l 4");
        directory.transfer("import", directory.data(), first).succeed();
        ServerProcess.Exit refused =
                directory.transfer("import", directory.data(), second).run();
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.err().toString()).contains("there are 3 keys in", "--import-into-existing");
        directory
                .transfer("import", directory.data(), second, "--import-into-existing")
                .succeed();
        try (ServerProcess server = directory.server().start();
                RespClient client = server.connect()) {
            assertThat(client.call("LRANGE", "a", "0", "-1")).isEqualTo(List.of("x", "y"));
            assertThat(client.call("LRANGE", "l", "0", "-1")).isEqualTo(List.of("4"));
            assertThat(client.call("GET", "kept")).isEqualTo("1");
            ServerProcess.Exit inUse = directory
                    .transfer(
                            "export",
                            directory.data(),
                            "--format",
                            "rdb",
                            directory.path("x").toString())
                    .run();
            assertThat(inUse.status()).isEqualTo(1);
            assertThat(inUse.err().toString()).contains("in use");
        }
    }

    @Test
    void shouldTellAllFaultsAtOnce() throws Exception {
        ServerProcess.Exit exit = directory
                .transfer("export", directory.data(), "--format", "xml", "--persistance=aof")
                .run();
        assertThat(exit.status()).isEqualTo(2);
        assertThat(exit.err())
                .anyMatch(line -> line.contains("did you mean --persistence?"))
                .anyMatch(line -> line.contains("format 'xml' is not one of these: aof, rdb"))
                .anyMatch(line -> line.contains("export needs a TARGET"));
    }

    @Test
    void shouldImportAFileLargerThanItsMemory() throws Exception {
        try (RealRedis redis = directory.redis(directory.path("source"), "--rdbcompression", "no");
                RespClient client = new RespClient(redis.port())) {
            assertThat(client.call("DEBUG", "POPULATE", "2200000", "key", "100"))
                    .isEqualTo("OK");
            assertThat(client.call("SAVE")).isEqualTo("OK");
        }
        Path file = directory.path("source").resolve("dump.rdb");
        assertThat(file.toFile().length()).isGreaterThan(200L << 20);
        ServerProcess.Exit exit = directory
                .transfer("import", directory.data(), file.toString())
                .domain("emulated")
                .jvm("-Xmx96m")
                .within(Duration.ofMinutes(5))
                .run();
        assertThat(exit.status()).as("%s", exit.err()).isZero();
        assertThat(exit.out().toString()).contains("imported 2200000 keys (string 2200000)");
    }
}
