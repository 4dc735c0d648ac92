package io.nvmredis.rdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import io.nvmredis.rdb.MemoryDataSet.Value;
import io.nvmredis.spi.LoadingListener;
import io.nvmredis.spi.Snapshot;
import io.nvmredis.spi.TransactionSink;
import io.nvmredis.spi.ValueType;
import io.nvmredis.spi.errors.PersistenceException;
import io.nvmredis.spi.testkit.RealRedis;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.util.SafeEncoder;

/** Files go to the real Redis of the machine and come from it. */
class RdbRedisTest {
    private static final long SEED = System.nanoTime();

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void findRedis() {
        RealRedis.assume("redis-server");
        RealRedis.assume("redis-check-rdb");
        file = directory.resolve("dump.rdb");
    }

    private RealRedis start(String... options) {
        return RealRedis.start(ProcessBuilder::start, directory, List.of(options));
    }

    private static Jedis client(RealRedis redis) {
        return new Jedis(
                new HostAndPort("127.0.0.1", redis.port()),
                DefaultJedisClientConfig.builder().socketTimeoutMillis(60_000).build());
    }

    @Test
    void shouldWriteWhatRedisLoads() throws Exception {
        System.out.println("seed " + SEED);
        for (int round = 0; round < 2; round++) {
            MemoryDataSet data = withoutNegativeZeros(new RandomDataSets(SEED + round, false).make(400));
            write(data, new RdbOptions(round == 0, true, false));
            assertThat(RealRedis.check("redis-check-rdb", file))
                    .doesNotStartWith("FAILED")
                    .contains("Checksum OK");
            try (RealRedis redis = start("--sanitize-dump-payload", "yes");
                    Jedis client = client(redis)) {
                RedisContent.read(client).assertHolds(data);
            }
        }
    }

    @Test
    void shouldLoadWhatRedisWrites() throws IOException {
        System.out.println("seed " + SEED);
        MemoryDataSet data = withoutNegativeZeros(new RandomDataSets(SEED, false).make(400));
        try (RealRedis redis = start();
                Jedis client = client(redis)) {
            RedisContent.write(data, client);
            MemoryDataSet written = RedisContent.read(client);
            assertThat(written.content().keySet()).isEqualTo(data.content().keySet());
            written.content()
                    .forEach((database, keys) -> keys.forEach((key, value) -> {
                        if (value.type == ValueType.STREAM) {
                            // When a consumer was seen, and what is pending of entries that are lost, cannot be written
                            // by commands.
                            data.database(database).put(key, value);
                        }
                    }));
            client.save();
        }
        loaded().assertHolds(data);
    }

    @Test
    void shouldLoadPackedCollectionsOfManyElements() throws IOException {
        MemoryDataSet data = new MemoryDataSet();
        try (RealRedis redis = start(
                        "--set-max-intset-entries",
                        "100000",
                        "--zset-max-listpack-entries",
                        "100000",
                        "--hash-max-listpack-entries",
                        "100000",
                        "--list-max-listpack-size",
                        "100000",
                        "--stream-node-max-entries",
                        "0",
                        "--stream-node-max-bytes",
                        "0");
                Jedis client = client(redis)) {
            Value set = data.put(0, "set", ValueType.SET);
            Value list = data.put(0, "list", ValueType.LIST);
            for (int i = 0; i < 70_000; i++) {
                set.map.put(Integer.toString(i), "");
                list.list.add(Integer.toString(i % 100));
            }
            client.sadd("set", set.map.keySet().toArray(String[]::new));
            client.rpush("list", list.list.toArray(String[]::new));
            assertThat(client.objectEncoding("set")).isEqualTo("intset");
            // More elements than a number of 16 bits with a sign can say; the list has more than one without.
            client.eval("for i = 1, 170 do local a = {} for j = 1, 100 do a[2*j-1] = 'f'..(i*100+j) a[2*j] = j end"
                    + " redis.call('HSET', 'hash', unpack(a)) end");
            data.put(0, "hash", ValueType.HASH);
            data.database(0).get("hash").map.putAll(client.hgetAll("hash"));
            assertThat(client.objectEncoding("hash")).isEqualTo("listpack");
            for (int i = 1; i < 300; i++) {
                String other = i % 7 == 0 ? "b" : "a";
                client.sendCommand(Protocol.Command.XADD, "stream", i + "-1", other, "1", "a", "2", "c", "" + i);
            }
            client.sendCommand(Protocol.Command.XDEL, "stream", "5-1", "7-1", "299-1");
            MemoryDataSet read = RedisContent.read(client);
            data.database(0).put("stream", read.database(0).get("stream"));
            client.save();
        }
        loaded().assertHolds(data);
    }

    @Test
    void shouldHandALibraryOnAsTheCommandThatLoadsIt() throws IOException {
        String code = "#!lua name=mylib\nredis.register_function('f', function() return 1 end)";
        List<String> commands = new ArrayList<>();
        try (RealRedis redis = start();
                Jedis client = client(redis)) {
            client.functionLoad(code);
            client.save();
        }
        TransactionSink sink = new TransactionSink() {
            @Override
            public void apply(long lsn, byte[] bytes, int offset, int length) {
                throw new AssertionError("there is no key");
            }

            @Override
            public void run(long lsn, byte[] bytes, int offset, int length) {
                commands.add(new String(bytes, offset, length, StandardCharsets.ISO_8859_1));
            }
        };
        RdbLoadReport report = RdbLoader.load(file, RdbLoadOptions.DEFAULT, sink, LoadingListener.NONE);
        assertThat(commands).containsExactly(RealRedis.resp("FUNCTION", "LOAD", "REPLACE", code));
        assertThat(report.transactionCount()).isOne();
        assertThat(RdbFile.isEmpty(file)).isFalse();
    }

    @Test
    void shouldRefuseADamagedPayload() throws IOException {
        try (RealRedis redis = start();
                Jedis client = client(redis)) {
            client.set("key", "value");
            client.save();
        }
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 11] ^= 1;
        Files.write(file, bytes);
        assertThatThrownBy(this::loaded)
                .isInstanceOf(PersistenceException.class)
                .hasMessageContaining("checksum");
    }

    @Test
    @Timeout(120)
    void shouldSurviveAnyChangeOfWhatRedisWrites() throws IOException {
        System.out.println("seed " + SEED);
        try (RealRedis redis = start("--rdbchecksum", "no");
                Jedis client = client(redis)) {
            RedisContent.write(new RandomDataSets(SEED, false).make(40), client);
            client.sadd("intset", "1", "2", "300", "70000");
            client.sendCommand(Protocol.Command.XADD, "groups", "1-1", "field", "value");
            client.sendCommand(Protocol.Command.XGROUP, "CREATE", "groups", "group", "0");
            client.sendCommand(Protocol.Command.XREADGROUP, "GROUP", "group", "me", "STREAMS", "groups", ">");
            client.save();
        }
        byte[] bytes = Files.readAllBytes(file);
        Random random = new Random(SEED);
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        int count = 0;
        while (System.nanoTime() < end) {
            byte[] changed = bytes.clone();
            for (int i = random.nextInt(3); i >= 0; i--) {
                changed[random.nextInt(changed.length)] = (byte) random.nextInt();
            }
            try {
                RdbInput input = new RdbInput(
                        new ByteArrayInputStream(changed), "the file", changed.length, LoadingListener.NONE);
                RdbLoadOptions options = RdbLoadOptions.DEFAULT.withSkipsUnsupported(true);
                new RdbLoader(input, options, (lsn, effects, offset, length) -> {}).load();
            } catch (PersistenceException e) {
                assertThat(e.getMessage()).contains("the file");
            } catch (RuntimeException | Error e) {
                fail("a damaged file ended in " + e, e);
            }
            count++;
        }
        System.out.println(count + " changes");
    }

    @Test
    void shouldComputeTheChecksumThatRedisDoes() throws IOException {
        // From the self-test of Redis's crc64.c.
        byte[] bytes = SafeEncoder.encode("123456789");
        assertThat(Crc64.update(0, bytes, 0, bytes.length)).isEqualTo(0xe9c6d914c4b8d9caL);
    }

    /** Redis itself loses the sign of a zero in a small sorted set, because the listpack holds an integer. */
    private static MemoryDataSet withoutNegativeZeros(MemoryDataSet data) {
        data.content()
                .values()
                .forEach(keys ->
                        keys.values().forEach(value -> value.scores.replaceAll((member, score) -> score + 0.0)));
        return data;
    }

    private void write(MemoryDataSet data, RdbOptions options) throws IOException {
        try (FileChannel channel = FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE);
                Snapshot snapshot = data.cut(lsn -> {})) {
            RdbFile.write(snapshot, channel, options, RdbFile.Progress.NONE);
        }
    }

    private MemoryDataSet loaded() {
        MemoryDataSet loaded = new MemoryDataSet();
        RdbLoader.load(file, RdbLoadOptions.DEFAULT, loaded, LoadingListener.NONE);
        return loaded;
    }
}
