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
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Consumer groups, under random commands that redis-server 7.0 gets, too: the same replies, the same groups after a kill,
 * and the same groups in a Redis that has the export, and here when what a Redis has written is imported.
 */
class StreamGroupsIT {
    private static final int KILLS = 3;
    private static final int COMMANDS_UNTIL_A_KILL = 600;
    private static final String[] STREAMS = {"a", "b", "c"};

    @RegisterExtension
    private final TestDirectory directory = TestDirectory.onDisk();

    private final long seed = Long.getLong("streams.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private int lastId;

    @BeforeEach
    void requireRedisAndPrintSeed() {
        Requirement.requireRedis();
        System.out.printf(Locale.ROOT, "-Dstreams.seed=%d%n", seed);
    }

    private String pick(String... choices) {
        return choices[random.nextInt(choices.length)];
    }

    /** An id of an entry that was added not long ago, if it is still there. */
    private String id() {
        return Math.max(1, lastId - random.nextInt(40)) + "-1";
    }

    private String[] next() {
        String key = pick(STREAMS);
        String group = key + " " + pick("g", "h") + " ";
        String consumer = pick("x", "y", "z");
        String command = switch (random.nextInt(22)) {
            case 0, 1, 2, 3, 4 ->
                "XADD " + key + pick("", "", " MAXLEN 20", " NOMKSTREAM") + " " + ++lastId + "-1 f v" + lastId;
            case 5 -> "XDEL " + key + " " + id() + " " + id();
            case 6 -> "XTRIM " + key + pick(" MAXLEN 12", " MINID " + id());
            case 7, 8 -> "XGROUP CREATE " + group + pick("0", "$", id()) + pick("", " MKSTREAM", " ENTRIESREAD 2");
            case 9 -> "XGROUP " + pick("SETID " + group + pick("0", "$", id()), "DESTROY " + group.strip());
            case 10 -> "XGROUP " + pick("CREATECONSUMER ", "DELCONSUMER ") + group + consumer;
            case 11, 12, 13, 14 ->
                "XREADGROUP GROUP " + pick("g ", "h ") + consumer + pick("", " COUNT 3", " NOACK", " COUNT 1")
                        + " STREAMS " + pick(key + " >", key + " >", key + " 0", "a b > >");
            case 15, 16 -> "XACK " + group + id() + " " + id() + " " + id();
            case 17 ->
                "XCLAIM " + group + consumer + " 0 " + id() + " " + id()
                        + pick("", " FORCE", " JUSTID", " RETRYCOUNT 5", " IDLE 100000 FORCE");
            case 18 -> "XAUTOCLAIM " + group + consumer + pick(" 0 0", " 50000 0") + pick("", " COUNT 2", " JUSTID");
            case 19 -> "XINFO GROUPS " + key;
            case 20 -> "XPENDING " + group.strip();
            default -> pick("COPY a b REPLACE", "RENAME a c", "XSETID " + key + " " + ++lastId + "-0", "DEL " + key);
        };
        return command.split(" ", -1);
    }

    private void runBoth(RespClient here, RespClient redis, int count) throws IOException {
        List<String> done = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String[] command = next();
            done.add(String.join(" ", command));
            Object expected = redis.call(command);
            assertThat(here.call(command))
                    .as("seed %d, after %s", seed, done.subList(Math.max(0, i - 30), i + 1))
                    .isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nvm-aof", "aof", "rdb"})
    void shouldAnswerAsRedisAndKeepEverythingOverAKill(String persistence) throws Exception {
        ServerProcess.Builder builder = directory.server().with("--persistence", persistence);
        try (RealRedis redis = directory.redis(directory.path("redis"));
                RespClient other = new RespClient(redis.port())) {
            for (int kill = 0; kill < KILLS; kill++) {
                try (ServerProcess server = builder.start();
                        RespClient client = server.connect()) {
                    runBoth(client, other, COMMANDS_UNTIL_A_KILL);
                    if (persistence.equals("rdb")) {
                        assertThat(client.call("SAVE")).isEqualTo("OK");
                    } else if (kill == 1) {
                        client.call("BGREWRITEAOF");
                    }
                    DataDump.of(server.port()).assertSameAs(DataDump.of(redis.port()), "running, seed " + seed);
                    server.kill();
                }
                try (ServerProcess server = builder.start()) {
                    DataDump.of(server.port()).assertSameAs(DataDump.of(redis.port()), "killed, seed " + seed);
                }
            }
        }
    }

    /** What a server says of all streams, times included, but not how it keeps them. */
    private static List<String> everything(RespClient client) throws IOException {
        List<String> all = new ArrayList<>();
        for (String key : STREAMS) {
            all.add(String.valueOf(client.call("XINFO", "STREAM", key, "FULL", "COUNT", "0"))
                    .replaceAll("radix-tree-(keys|nodes), [0-9]+", ""));
        }
        return all;
    }

    @Test
    void shouldExportWhatRedisLoads() throws Exception {
        List<String> here;
        try (RealRedis redis = directory.redis(directory.path("twin"));
                RespClient other = new RespClient(redis.port());
                ServerProcess server = directory.server().start();
                RespClient client = server.connect()) {
            runBoth(client, other, 2 * COMMANDS_UNTIL_A_KILL);
            client.call("XGROUP", "CREATE", "a", "last", "0", "MKSTREAM");
            client.call("XREADGROUP", "GROUP", "last", "x", "STREAMS", "a", ">");
            assertThat(server.terminate().status()).isZero();
        }
        try (ServerProcess server = directory.server().start();
                RespClient client = server.connect()) {
            here = everything(client);
            assertThat(here.toString()).contains("pending");
            assertThat(server.terminate().status()).isZero();
        }
        Path loading = directory.path("loading");
        Files.createDirectories(loading);
        directory
                .transfer(
                        "export",
                        directory.data(),
                        "--format",
                        "rdb",
                        loading.resolve("dump.rdb").toString())
                .succeed();
        try (RealRedis redis = directory.redis(loading);
                RespClient client = new RespClient(redis.port())) {
            assertThat(everything(client)).as("seed %d", seed).isEqualTo(here);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"rdb", "yes", "no"})
    void shouldImportWhatRedisWrites(String preamble) throws Exception {
        boolean isRdb = preamble.equals("rdb");
        String[] options =
                isRdb ? new String[0] : new String[] {"--appendonly", "yes", "--aof-use-rdb-preamble", preamble};
        Path source = directory.path("source");
        try (RealRedis redis = directory.redis(source, options);
                RespClient client = new RespClient(redis.port())) {
            for (int i = 0; i < 3 * COMMANDS_UNTIL_A_KILL; i++) {
                client.call(next());
                if (i == COMMANDS_UNTIL_A_KILL && !isRdb) {
                    client.call("BGREWRITEAOF");
                }
            }
            if (isRdb) {
                assertThat(client.call("SAVE")).isEqualTo("OK");
            }
            redis.terminate();
        }
        directory
                .transfer(
                        "import",
                        directory.data(),
                        isRdb ? source.resolve("dump.rdb").toString() : source.toString())
                .succeed();
        // A Redis does not write everything to its append-only file: what it has after a restart is compared.
        try (RealRedis redis = directory.redis(source, options);
                ServerProcess server = directory.server().start()) {
            DataDump.of(server.port())
                    .assertSameAs(DataDump.of(redis.port()), Arrays.toString(options) + ", seed " + seed);
        }
    }
}
