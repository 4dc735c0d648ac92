package io.nvmredis.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nvmredis.it.kit.Program;
import io.nvmredis.it.kit.Requirement;
import io.nvmredis.it.kit.RespClient;
import io.nvmredis.it.kit.ServerInfo;
import io.nvmredis.it.kit.ServerProcess;
import io.nvmredis.it.kit.TestDirectory;
import io.nvmredis.spi.testkit.RealRedis;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Real Redis and this server take turns with one directory; each finds what the other has left, and adds to it.
 *
 * <p>The seed is printed; {@code -Dshared.seed} chooses another.
 */
class SharedFilesIT {
    private static final int ROUNDS = 3;

    @RegisterExtension
    private final TestDirectory directory = TestDirectory.onDisk();

    private final long seed = Long.getLong("shared.seed", System.nanoTime());
    private DataDump expected;

    @BeforeEach
    void requireRedisAndPrintSeed() {
        Requirement.requireRedis();
        System.out.printf(Locale.ROOT, "-Dshared.seed=%d%n", seed);
    }

    /** With base files of both kinds. Either server is ended in order or killed, which makes no difference. */
    @ParameterizedTest
    @ValueSource(strings = {"yes", "no"})
    void shouldPassAppendOnlyFilesBackAndForth(String preamble) throws Exception {
        for (int round = 1; round <= ROUNDS; round++) {
            try (RealRedis redis =
                    directory.redis(directory.data(), "--appendonly", "yes", "--aof-use-rdb-preamble", preamble)) {
                write(redis.port(), "redis", round, "BGREWRITEAOF");
                redis.terminate();
            }
            try (ServerProcess server =
                    server("aof").with("--aof-use-rdb-preamble", preamble).start()) {
                write(server.port(), "here", round, "BGREWRITEAOF");
                end(server, round);
            }
            Path manifest = directory.data().resolve("appendonlydir/appendonly.aof.manifest");
            assertThat(Program.run("redis-check-aof", manifest.toString()))
                    .anyMatch(line -> line.contains("All AOF files and manifest are valid"));
        }
        try (RealRedis redis = directory.redis(directory.data(), "--appendonly", "yes")) {
            assertUnchanged(redis.port(), "at last in real Redis");
        }
    }

    @Test
    void shouldPassAnRdbFileBackAndForth() throws Exception {
        Path file = directory.data().resolve("dump.rdb");
        for (int round = 1; round <= ROUNDS; round++) {
            try (RealRedis redis = directory.redis(directory.data())) {
                write(redis.port(), "redis", round, "BGSAVE");
                redis.terminate();
            }
            try (ServerProcess server = server("rdb").start()) {
                write(server.port(), "here", round, "BGSAVE");
                end(server, round);
            }
            assertThat(Program.run("redis-check-rdb", file.toString())).anyMatch(line -> line.contains("RDB looks OK"));
        }
        try (RealRedis redis = directory.redis(directory.data())) {
            assertUnchanged(redis.port(), "at last in real Redis");
        }
    }

    private ServerProcess.Builder server(String persistence) {
        return directory.server().with("--persistence", persistence);
    }

    private static void end(ServerProcess server, int round) throws InterruptedException {
        if (round % 2 == 0) {
            server.kill();
        } else {
            assertThat(server.terminate().status()).isZero();
        }
    }

    /** Finds what the other server has left, adds to it and takes from it, and has it in files when it returns. */
    private void write(int port, String who, int round, String command) throws IOException {
        if (expected != null) {
            assertUnchanged(port, who + " in round " + round);
        }
        try (RespClient client = new RespClient(port)) {
            String name = who + round;
            RandomData.named(seed + round, name).fill(client);
            finish(client, command);
            RandomData.named(seed - round, "later-" + name).fill(client);
            assertThat(client.call("DEL", name + ":0", "later-" + name + ":1")).isInstanceOf(Long.class);
            assertThat(client.call("RENAME", name + ":2", "renamed-" + name)).isIn("OK", NO_SUCH_KEY);
            if (command.equals("BGSAVE")) {
                finish(client, command);
            }
        }
        expected = DataDump.of(port);
    }

    /** Some keys have bytes of their own at the end of their names. */
    private static final RespClient.RespError NO_SUCH_KEY = new RespClient.RespError("ERR no such key");

    private static void finish(RespClient client, String command) throws IOException {
        assertThat(client.call(command)).asString().contains("started");
        await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> {
            ServerInfo info = ServerInfo.of(client);
            assertThat(info.text("aof_rewrite_in_progress")).isEqualTo("0");
            assertThat(info.text("rdb_bgsave_in_progress")).isEqualTo("0");
        });
        ServerInfo info = ServerInfo.of(client);
        assertThat(info.text("aof_last_bgrewrite_status")).isEqualTo("ok");
        assertThat(info.text("rdb_last_bgsave_status")).isEqualTo("ok");
    }

    private void assertUnchanged(int port, String step) throws IOException {
        DataDump.of(port).assertSameAs(expected, step + ", -Dshared.seed=" + seed);
    }
}
