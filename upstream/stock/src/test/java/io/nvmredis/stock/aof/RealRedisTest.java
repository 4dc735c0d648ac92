package io.nvmredis.stock.aof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nvmredis.spi.LoadingListener;
import io.nvmredis.spi.effects.Effect;
import io.nvmredis.spi.effects.Effects;
import io.nvmredis.spi.effects.Transaction;
import io.nvmredis.spi.testkit.RealRedis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The files between here and a real Redis. */
class RealRedisTest {
    private static final String VALID = "All AOF files and manifest are valid";

    @TempDir
    private Path temporary;

    private Path directory;
    private Path manifest;
    private final ModelData data = new ModelData();

    @BeforeEach
    void makeDirectory() throws IOException {
        directory = Files.createDirectories(temporary.resolve("data"));
        manifest = directory.resolve("appendonlydir/appendonly.aof.manifest");
    }

    private AofPersister open(String... settings) {
        AofPersister persister = AofTesting.persister(directory, settings);
        data.clear();
        persister.open(data, new AofTesting.Listener(), LoadingListener.NONE);
        persister.attach(data);
        return persister;
    }

    private static void rewrite(AofPersister persister) {
        persister.rewrite();
        Map<String, String> fields = new HashMap<>();
        await().atMost(Duration.ofSeconds(30)).until(() -> {
            persister.info(fields::put);
            return fields.get("aof_rewrite_in_progress").equals("0");
        });
        assertThat(fields).containsEntry("aof_last_bgrewrite_status", "ok");
    }

    private static void rewrite(RealRedis redis) {
        assertThat(redis.command("BGREWRITEAOF")).contains("started");
        await().atMost(Duration.ofSeconds(30)).until(() -> {
            String info = redis.command("INFO", "persistence");
            return info.contains("aof_rewrite_in_progress:0") && info.contains("aof_rewrite_scheduled:0");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"yes", "no"})
    void shouldPassTheSetBackAndForth(String usesRdb) {
        String[] ours = {"aof-use-rdb-preamble", usesRdb, "aof-timestamp-enabled", "yes"};
        String[] theirs = {"--aof-use-rdb-preamble", usesRdb, "--aof-timestamp-enabled", "yes"};
        Map<String, String> expected = new HashMap<>();
        for (int round = 0; round < 4; round++) {
            try (AofPersister persister = open(ours)) {
                assertThat(data.strings()).isEqualTo(expected);
                writeHere(persister, round);
                if (round % 2 == 1) {
                    rewrite(persister);
                    data.set(persister, "after", "rewrite" + round);
                }
                expected = data.strings();
            }
            assertThat(RealRedis.check(manifest)).contains(VALID);
            try (RealRedis redis = RealRedis.start(directory, theirs)) {
                expected.forEach((key, value) -> assertThat(get(redis, key)).isEqualTo(value));
                assertThat(redis.command("DBSIZE")).isNotEqualTo("0");
                writeThere(redis, round, expected);
                if (round >= 2) {
                    rewrite(redis);
                    redis.command("SET", "after", "theirs" + round);
                    expected.put("0:after", "theirs" + round);
                }
            }
        }
        try (AofPersister persister = open(ours)) {
            assertThat(data.strings()).isEqualTo(expected);
            assertThat(persister.lastLsn()).isNotNegative();
        }
    }

    private static String get(RealRedis redis, String key) {
        redis.command("SELECT", key.substring(0, 1));
        String value = redis.command("GET", key.substring(2));
        redis.command("SELECT", "0");
        return value;
    }

    private void writeHere(AofPersister persister, int round) {
        data.set(persister, "here", "v" + round);
        data.transact(persister, effects -> {
            effects.begin(Effect.SELECT, 1).argument(3L);
            effects.begin(Effect.APPEND, 2).argument(ModelData.bytes("log")).argument(ModelData.bytes("h" + round));
            effects.begin(Effect.SELECT, 1).argument(0L);
            effects.begin(Effect.SET, 2).argument(ModelData.bytes("both")).argument(ModelData.bytes("h" + round));
        });
        data.transact(persister, effects -> {
            effects.begin(Effect.SELECT, 1).argument(3L);
            effects.begin(Effect.SET, 2).argument(ModelData.bytes("x")).argument(ModelData.bytes("y" + round));
        });
    }

    private static void writeThere(RealRedis redis, int round, Map<String, String> expected) {
        redis.command("SET", "there", "v" + round);
        redis.command("MULTI");
        redis.command("SET", "both", "t" + round);
        redis.command("SELECT", "3");
        redis.command("APPEND", "log", "t" + round);
        redis.command("EXEC");
        redis.command("SELECT", "0");
        expected.put("0:there", "v" + round);
        expected.put("0:both", "t" + round);
        expected.merge("3:log", "t" + round, String::concat);
    }

    @Test
    void shouldWriteEveryEffectAsRedisReadsIt() {
        long future = 4_000_000_000_000L;
        try (AofPersister persister = open()) {
            everyEffect(persister, future);
        }
        assertThat(RealRedis.check(manifest)).contains(VALID);
        try (RealRedis redis = RealRedis.start(directory)) {
            assertThat(redis.command("GET", "string")).isEqualTo("abcXYf");
            assertThat(redis.command("PEXPIRETIME", "string")).isEqualTo("" + future);
            assertThat(redis.command("PTTL", "persistent")).isEqualTo("-1");
            assertThat(redis.command("LRANGE", "list", "0", "-1")).isEqualTo("l changed");
            assertThat(redis.command("SMEMBERS", "set")).isEqualTo("b");
            assertThat(redis.command("HGETALL", "hash")).isEqualTo("g w");
            assertThat(redis.command("ZRANGE", "zset", "0", "-1", "WITHSCORES")).isEqualTo("n -0.5 o inf");
            assertThat(redis.command("XRANGE", "stream", "-", "+")).isEqualTo("3-1 f v 4-0 f v");
            assertThat(redis.command("XINFO", "STREAM", "stream"))
                    .contains("last-generated-id 9-9", "max-deleted-entry-id 5-0", "entries-added 7", "groups 1");
            assertThat(redis.command("XINFO", "GROUPS", "stream"))
                    .contains("name g", "consumers 2", "last-delivered-id 4-0", "entries-read 4");
            assertThat(redis.command("XINFO", "STREAM", "stream", "FULL")).contains("4-0 c 1700000000000 2");
            assertThat(redis.command("XPENDING", "stream", "g")).isEqualTo("1 4-0 4-0 c 1");
            redis.command("SELECT", "5");
            assertThat(redis.command("DBSIZE")).isEqualTo("0");
        }
    }

    private void everyEffect(AofPersister persister, long future) {
        new Writing(persister) {
            void all() {
                effect(Effect.SET, "string", "abc");
                effect(Effect.APPEND, "string", "def");
                effect(Effect.SETRANGE, "string", "3", "XY");
                effect(Effect.PEXPIREAT, "string", "" + future);
                effect(Effect.SET, "persistent", "1");
                effect(Effect.PEXPIREAT, "persistent", "" + future);
                effect(Effect.PERSIST, "persistent");
                effect(Effect.SET, "gone", "1");
                effect(Effect.DEL, "gone");
                effect(Effect.RPUSH, "list", "a", "b", "c", "d");
                effect(Effect.LPUSH, "list", "k", "l");
                effect(Effect.RPOP, "list");
                effect(Effect.LSET, "list", "1", "changed");
                effect(Effect.LTRIM, "list", "0", "1");
                effect(Effect.RPUSH, "list", "x");
                effect(Effect.RPOP, "list");
                effect(Effect.SADD, "set", "a", "b");
                effect(Effect.SREM, "set", "a");
                effect(Effect.HSET, "hash", "f", "v", "g", "w");
                effect(Effect.HDEL, "hash", "f");
                effect(Effect.ZADD, "zset", "1", "m", "-0.5", "n", "inf", "o");
                effect(Effect.ZREM, "zset", "m");
                effect(Effect.XADD, "stream", "1-1", "f", "v");
                effect(Effect.XADD, "stream", "2-1", "f", "v");
                effect(Effect.XADD, "stream", "3-1", "f", "v");
                effect(Effect.XADD, "stream", "4-0", "f", "v");
                effect(Effect.XADD, "stream", "5-0", "f", "v");
                effect(Effect.XDEL, "stream", "5-0");
                effect(Effect.XTRIM, "stream", "MAXLEN", "2");
                effect(Effect.XSETID, "stream", "9-9");
                effect(Effect.XSETID, "stream", "9-9", "ENTRIESADDED", "7", "MAXDELETEDID", "5-0");
                effect(Effect.XGROUP, "stream", "CREATE", "g", "1-1", "ENTRIESREAD", "1");
                effect(Effect.XGROUP, "stream", "SETID", "g", "4-0", "ENTRIESREAD", "4");
                effect(Effect.XGROUP, "stream", "CREATECONSUMER", "g", "idle", "1700000000000");
                effect(Effect.XGROUP, "stream", "CREATECONSUMER", "g", "gone", "1700000000000");
                effect(Effect.XGROUP, "stream", "DELCONSUMER", "g", "gone");
                effect(
                        Effect.XCLAIM,
                        "stream",
                        "g",
                        "c",
                        "0",
                        "3-1",
                        "4-0",
                        "RETRYCOUNT",
                        "2",
                        "TIME",
                        "1700000000000",
                        "FORCE",
                        "JUSTID");
                effect(Effect.XACK, "stream", "g", "3-1");
                effect(Effect.XGROUP, "stream", "CREATE", "h", "0-0", "ENTRIESREAD", "-1");
                effect(Effect.XGROUP, "stream", "DESTROY", "h");
                in(5, Effect.SET, "a", "b");
                in(5, Effect.FLUSHDB);
            }
        }.all();
    }

    /** Appends effects, each as a transaction of its own. */
    private static class Writing {
        private final AofPersister persister;

        Writing(AofPersister persister) {
            this.persister = persister;
        }

        void effect(Effect effect, String... arguments) {
            in(0, effect, arguments);
        }

        void in(int database, Effect effect, String... arguments) {
            Transaction transaction = new Transaction();
            Effects effects = new Effects(transaction);
            if (database != 0) {
                effects.begin(Effect.SELECT, 1).argument((long) database);
            }
            effects.begin(effect, arguments.length);
            for (String argument : arguments) {
                effects.argument(ModelData.bytes(argument));
            }
            persister.append(transaction);
        }
    }

    @Test
    void shouldCutWhatRedisCuts() throws IOException {
        try (AofPersister persister = open()) {
            data.set(persister, "a", "1");
        }
        Path incremental = directory.resolve("appendonlydir/appendonly.aof.1.incr.aof");
        long whole = Files.size(incremental);
        String tail = RealRedis.resp("MULTI") + RealRedis.resp("SET", "a", "2");
        Files.writeString(incremental, tail, StandardOpenOption.APPEND);
        try (RealRedis redis = RealRedis.start(directory)) {
            assertThat(redis.command("GET", "a")).isEqualTo("1");
        }
        assertThat(incremental).hasSize(whole);
        Files.writeString(incremental, tail, StandardOpenOption.APPEND);
        try (AofPersister persister = open()) {
            assertThat(data.strings()).containsEntry("0:a", "1");
            assertThat(persister.lastLsn()).isEqualTo(1);
        }
        assertThat(incremental).hasSize(whole);
    }
}
