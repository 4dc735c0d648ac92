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
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * HyperLogLogs are what they are in redis-server 7.0, byte for byte, after the same commands: sparse, dense, in between,
 * counted or not, damaged.
 */
class HyperLogLogIT {
    private static final int KEYS = 5;
    private static final int ROUNDS = 30;
    private static final int COMMANDS_A_ROUND = 120;
    private static final int MAX_SPARSE_LENGTH = 3000;
    private static final int[] SIZES = {0, 1, 10, 1_000, 100_000};
    private static final int DENSE_LENGTH = 16 + 12288;

    @RegisterExtension
    private final TestDirectory directory = TestDirectory.inMemory();

    private final long seed = Long.getLong("hyperloglog.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private ServerProcess server;
    private RealRedis redis;
    private TwinClient clients;

    @BeforeEach
    void start() throws Exception {
        Requirement.requireRedis();
        System.out.printf(Locale.ROOT, "-Dhyperloglog.seed=%d%n", seed);
        redis = directory.redis(directory.path("redis"));
        server = directory.server().domain("emulated").start();
        clients = new TwinClient(server.port(), redis.port());
    }

    @AfterEach
    void stop() throws IOException {
        if (clients != null) {
            clients.close();
        }
    }

    @Test
    void shouldHaveTheBytesThatRedisHas() throws Exception {
        int dense = 0;
        int sparse = 0;
        for (int round = 0; round < ROUNDS; round++) {
            same("FLUSHALL");
            // Few elements stay sparse, many become dense, and now and then in the middle of a command.
            int reach = 1 << (2 + random.nextInt(14));
            for (int i = 0; i < COMMANDS_A_ROUND; i++) {
                same(command(reach));
            }
            for (int key = 0; key < KEYS; key++) {
                String bytes = same("GET", "p" + key);
                sparse += bytes.length() <= 3 * MAX_SPARSE_LENGTH ? 1 : 0;
                dense += bytes.length() > 3 * MAX_SPARSE_LENGTH ? 1 : 0;
            }
        }
        assertThat(dense).as("of each kind enough").isPositive();
        assertThat(sparse).as("of each kind enough").isPositive();
        requireSameAfterARestart();
    }

    private String[] command(int reach) {
        return switch (random.nextInt(12)) {
            case 0, 1 -> new String[] {"PFCOUNT", key()};
            case 2 -> new String[] {"PFCOUNT", key(), key(), key()};
            case 3 -> new String[] {"PFMERGE", key(), key()};
            case 4 -> new String[] {"PFMERGE", key(), key(), key(), key()};
            case 5 -> new String[] {"PFADD", key()};
            case 6 -> new String[] {"GET", key()};
            case 7 -> random.nextInt(4) == 0 ? new String[] {"DEL", key()} : new String[] {"STRLEN", key()};
            default -> addition(reach);
        };
    }

    private String[] addition(int reach) {
        List<String> words = new ArrayList<>(List.of("PFADD", key()));
        for (int i = 1 + random.nextInt(random.nextInt(4) == 0 ? 500 : 20); i > 0; i--) {
            words.add(element(random.nextInt(reach)));
        }
        return words.toArray(String[]::new);
    }

    /** Of every length that the hash treats in its own way. */
    private static String element(int number) {
        return "\u00e9\u0000x".repeat(number % 7) + number;
    }

    private String key() {
        return "p" + random.nextInt(KEYS);
    }

    /** Sends a command to both; the reply, which is the same. */
    private String same(String... command) throws IOException {
        String[] replies = clients.call(command);
        assertThat(replies[0])
                .as("%s, -Dhyperloglog.seed=%d", TwinClient.printable(List.of(List.of(command))), seed)
                .isEqualTo(replies[1]);
        return replies[0];
    }

    private void requireSameAfterARestart() throws Exception {
        clients.close();
        server.kill();
        server.close();
        server = directory.server().domain("emulated").start();
        clients = new TwinClient(server.port(), redis.port());
        for (int key = 0; key < KEYS; key++) {
            same("GET", "p" + key);
            same("PFCOUNT", "p" + key);
            same("PFADD", "p" + key, "after", "the", "restart");
            same("GET", "p" + key);
        }
    }

    @Test
    void shouldSayWhatRedisSaysOfWhatIsNone() throws Exception {
        same("PFADD", "good", "a", "b", "c");
        same("RPUSH", "list", "a");
        List<String> others = new ArrayList<>(List.of("", "1", "HYLL", "HYLL\u0001", "HYLL\u0000".repeat(20)));
        others.add("HYLL\u0001" + "\u0000".repeat(11));
        others.add("HYLL\u0001" + "\u0000".repeat(10) + "\u0080");
        others.add("HYLL\u0002" + "\u0000".repeat(20));
        others.add("HYLL\u0000" + "\u0000".repeat(DENSE_LENGTH - 5));
        others.add("HYLL\u0000" + "\u00ff".repeat(DENSE_LENGTH - 5));
        others.add("HYLL\u0000" + "\u0000".repeat(DENSE_LENGTH - 4));
        // Too few registers, too many, and runs that are longer than they need be.
        others.add(sparse("\u007f\u00fe"));
        others.add(sparse("\u007f\u00ff\u0000"));
        others.add(sparse("\u007f\u00ff\u0080"));
        others.add(sparse("\u007f\u00fe\u0080"));
        others.add(sparse("@\u0000".repeat(16384)));
        others.add(sparse("\u0000".repeat(16384)));
        others.add(sparse("\u0084".repeat(16384)));
        for (String each : others) {
            for (String[] command : List.of(
                    new String[] {"PFCOUNT", "k"},
                    new String[] {"PFCOUNT", "k", "good"},
                    new String[] {"PFMERGE", "other", "good", "k"},
                    new String[] {"PFMERGE", "k", "good"},
                    new String[] {"PFADD", "k"},
                    new String[] {"PFADD", "k", "one"})) {
                same("SET", "k", each);
                same(command);
                same("GET", "k");
                same("GET", "other");
                same("PFCOUNT", "list");
                same("PFADD", "list", "a");
                same("PFMERGE", "list", "good");
            }
        }
    }

    private static String sparse(String runs) {
        return "HYLL\u0001" + "\u0000".repeat(10) + "\u0080" + runs;
    }

    @Test
    void shouldTreatThemAsStrings() throws Exception {
        same("PFADD", "p0", "a", "b", "c");
        same("TYPE", "p0");
        String bytes = (String) value("p0");
        same("SET", "p1", bytes);
        same("PFADD", "p1", "d");
        same("PFADD", "p1", "a");
        same("PFCOUNT", "p0", "p1");
        same("SETBIT", "p1", "127", "0");
        same("PFCOUNT", "p1");
        same("GETRANGE", "p1", "0", "20");
        same("SETRANGE", "p0", "15", "\u0080");
        same("EXPIRE", "p0", "1000");
        same("PFADD", "p0", "e");
        same("PFMERGE", "p0", "p1");
        same("PERSIST", "p0");
        same("COPY", "p0", "p2");
        same("RENAME", "p2", "p3");
        same("APPEND", "p3", "\u0000");
        same("PFADD", "p3", "f");
        same("PFCOUNT", "p3");
        for (String key : List.of("p0", "p1", "p3")) {
            same("GET", key);
        }
    }

    @Test
    void shouldTellWhoWatchesAndWhoMayWrite() throws Exception {
        same("PFADD", "p0", "a");
        for (String[] between : List.of(
                new String[] {"PFCOUNT", "p0"},
                new String[] {"PFCOUNT", "p0"},
                new String[] {"PFADD", "p0", "a"},
                new String[] {"PFADD", "p0", "b"},
                new String[] {"PFCOUNT", "p0", "p0"},
                new String[] {"PFMERGE", "p0", "p0"})) {
            same("WATCH", "p0");
            same(between);
            same("MULTI");
            same("PING");
            same("EXEC");
        }
        same("EVAL_RO", "return redis.pcall('PFCOUNT', KEYS[1])", "1", "p0");
        same("EVAL", "return redis.pcall('PFCOUNT', KEYS[1])", "1", "p0");
        same("EVAL", "redis.call('PFADD', KEYS[1], 'x') return redis.call('PFCOUNT', KEYS[1])", "1", "p0");
        same("GET", "p0");
    }

    private Object value(String key) throws IOException {
        try (RespClient client = new RespClient(redis.port())) {
            return client.call("GET", key);
        }
    }

    @Test
    void shouldBeAsGoodInAnExport() throws Exception {
        for (int size : SIZES) {
            String key = "of" + size;
            same("PFADD", key);
            for (int done = 0; done < size; done += 500) {
                List<String> words = new ArrayList<>(List.of("PFADD", key));
                for (int i = done; i < Math.min(size, done + 500); i++) {
                    words.add("element" + i);
                }
                same(words.toArray(String[]::new));
            }
        }
        same("PFCOUNT", "of1000");
        Map<Integer, String> bytes = new HashMap<>();
        for (int size : SIZES) {
            bytes.put(size, same("GET", "of" + size));
        }
        assertThat(server.terminate().status()).isZero();
        for (String format : List.of("rdb", "aof")) {
            Path target = Files.createDirectory(directory.path(format));
            ServerProcess.Exit exit = directory
                    .transfer("export", directory.data(), "--format", format, target.toString())
                    .domain("emulated")
                    .run();
            assertThat(exit.status()).as("%s", exit.err()).isZero();
            String appendOnly = format.equals("aof") ? "yes" : "no";
            try (RealRedis loaded = directory.redis(target, "--appendonly", appendOnly);
                    TwinClient both = new TwinClient(loaded.port(), redis.port())) {
                for (int size : SIZES) {
                    assertThat(both.call("GET", "of" + size)[0]).isEqualTo(bytes.get(size));
                    String[] counts = both.call("PFCOUNT", "of" + size);
                    assertThat(counts[0]).isEqualTo(counts[1]);
                }
            }
        }
    }
}
