package io.nvmredis.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.it.kit.Program;
import io.nvmredis.it.kit.Requirement;
import io.nvmredis.it.kit.RespClient;
import io.nvmredis.it.kit.ServerInfo;
import io.nvmredis.it.kit.ServerProcess;
import io.nvmredis.it.kit.TestDirectory;
import io.nvmredis.spi.testkit.RealRedis;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A random data set of every type goes from real Redis to this server and back to real Redis, and is the same at each
 * step.
 *
 * <p>The seed is printed; {@code -Dtransfer.seed} chooses another.
 */
class RoundTripIT {
    @RegisterExtension
    private final TestDirectory directory = TestDirectory.onDisk();

    private final long seed = Long.getLong("transfer.seed", System.nanoTime());

    @BeforeEach
    void requireRedisAndPrintSeed() {
        Requirement.requireRedis();
        System.out.printf(Locale.ROOT, "-Dtransfer.seed=%d%n", seed);
    }

    /** How the data come here, what keeps them here, and how they go back. */
    @ParameterizedTest
    @CsvSource({
        "rdb, nvm-aof, rdb, yes",
        "rdb, nvm-aof, aof, yes",
        "rdb, nvm-aof, aof, no",
        "aof, nvm-aof, rdb, yes",
        "aof-without-preamble, nvm-aof, aof, yes",
        "psync, nvm-aof, rdb, yes",
        "rdb, aof, aof, no",
        "aof, aof, rdb, yes",
        "psync, aof, aof, yes",
        "rdb, rdb, aof, yes",
        "aof, rdb, rdb, yes",
        "psync, rdb, rdb, yes"
    })
    void shouldBeTheSameAtEachStep(String way, String persistence, String format, String preamble) throws Exception {
        DataDump before;
        Map<String, Object> digests;
        try (RealRedis source = source(way)) {
            fill(source, seed);
            if (way.startsWith("aof")) {
                rewriteAndGoOn(source);
            }
            before = DataDump.of(source.port());
            digests = DataDump.digests(source);
            bring(way, source, persistence);
        }
        try (ServerProcess server =
                directory.server().with("--persistence", persistence).start()) {
            DataDump.of(server.port()).assertSameAs(before, "here, -Dtransfer.seed=" + seed);
            assertThat(server.terminate().status()).isZero();
        }
        takeBack(format, preamble, persistence);
        try (RealRedis target = target(format)) {
            DataDump.of(target.port()).assertSameAs(before, "back in real Redis, -Dtransfer.seed=" + seed);
            DataDump.assertSame(DataDump.digests(target), digests, "digests, -Dtransfer.seed=" + seed);
        }
    }

    private static void fill(RealRedis redis, long seed) throws IOException {
        try (RespClient client = new RespClient(redis.port())) {
            new RandomData(seed).fill(client);
        }
    }

    private RealRedis source(String way) throws IOException, InterruptedException {
        String appendOnly = way.startsWith("aof") ? "yes" : "no";
        String preamble = way.equals("aof-without-preamble") ? "no" : "yes";
        return directory.redis(
                directory.path("source"), "--appendonly", appendOnly, "--aof-use-rdb-preamble", preamble);
    }

    /** While the source runs, or when it has ended, as the way has it. */
    private void bring(String way, RealRedis source, String persistence) throws Exception {
        if (way.equals("psync")) {
            String url = "redis://127.0.0.1:" + source.port();
            importFrom(url, persistence, "--until-caught-up");
            return;
        }
        if (way.equals("rdb")) {
            try (RespClient client = new RespClient(source.port())) {
                assertThat(client.call("SAVE")).isEqualTo("OK");
            }
        }
        source.terminate();
        importFrom(directory.path("source").toString(), persistence);
    }

    /** Half of it will be in the base, the rest follows as commands. */
    private void rewriteAndGoOn(RealRedis source) throws IOException {
        try (RespClient client = new RespClient(source.port())) {
            client.call("BGREWRITEAOF");
            Awaitility.await()
                    .until(() -> ServerInfo.of(client)
                                    .text("aof_rewrite_in_progress")
                                    .equals("0")
                            && ServerInfo.of(client)
                                    .text("aof_rewrite_scheduled")
                                    .equals("0"));
            assertThat(ServerInfo.of(client).text("aof_last_bgrewrite_status")).isEqualTo("ok");
            RandomData.later(seed + 1).fill(client);
        }
    }

    private void importFrom(String from, String persistence, String... options) throws Exception {
        List<String> arguments = new ArrayList<>(List.of(from, "--persistence", persistence));
        arguments.addAll(List.of(options));
        String summary = directory
                .transfer("import", directory.data(), arguments.toArray(String[]::new))
                .succeed();
        assertThat(summary).contains("imported").contains("keys");
    }

    private void takeBack(String format, String preamble, String persistence) throws Exception {
        Files.createDirectories(directory.path("target"));
        String summary = directory
                .transfer(
                        "export",
                        directory.data(),
                        "--format",
                        format,
                        "--persistence",
                        persistence,
                        "--aof-use-rdb-preamble",
                        preamble,
                        directory.path("target").toString())
                .succeed();
        assertThat(summary).contains("exported to");
        if (format.equals("rdb")) {
            Program.run("redis-check-rdb", directory.path("target/dump.rdb").toString());
        } else {
            Program.run(
                    "redis-check-aof",
                    directory
                            .path("target/appendonlydir/appendonly.aof.manifest")
                            .toString());
        }
    }

    private RealRedis target(String format) throws IOException, InterruptedException {
        return directory.redis(directory.path("target"), "--appendonly", format.equals("aof") ? "yes" : "no");
    }
}
