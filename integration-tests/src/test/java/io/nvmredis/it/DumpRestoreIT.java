package io.nvmredis.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.it.kit.Requirement;
import io.nvmredis.it.kit.RespClient;
import io.nvmredis.it.kit.RespClient.RespError;
import io.nvmredis.it.kit.ServerProcess;
import io.nvmredis.it.kit.TestDirectory;
import io.nvmredis.spi.testkit.DumpedValues;
import io.nvmredis.spi.testkit.RealRedis;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What DUMP of this server replies, redis-server 7.0 restores, and the other way round, in each encoding that Redis has;
 * and what a damaged payload does.
 */
class DumpRestoreIT {
    private static final int DAMAGED = 4_000;
    /** Of payloads that Redis restores although they are damaged: see {@link #shouldRefuseWhatRedisRefuses}. */
    private static final int MOST_REFUSED_HERE_ALONE = DAMAGED / 20;

    private static final byte SORTED_SET_IN_A_LISTPACK = 17;
    /** Newest type that Redis 7.0 reads; this server reads those of newer versions, too. */
    private static final byte NEWEST_TYPE = 19;

    /** Commands that make values in all encodings on a redis-server. */
    private static final String VALUES = """
            SET int8 12
            SET int16 -3000
            SET int32 7000000
            SET int64 4611686018427387904
            SET plain {bytes}
            SET empty {}
            SET compressed {900}
            SET large {60000}
            SETBIT bits 77 1
            PFADD sparse a b c
            PFADD dense {words}
            SET deadline v PXAT 4102444800000
            RPUSH listpack a 1 -5 70000 12345678901234 {100} {}
            CONFIG SET list-max-listpack-size 2
            RPUSH nodes {words} {900}
            DEBUG QUICKLIST-PACKED-THRESHOLD 100b
            RPUSH plain-nodes a {200} b {300}
            DEBUG QUICKLIST-PACKED-THRESHOLD 1gb
            CONFIG SET list-max-listpack-size -2 list-compress-depth 1
            RPUSH inner-nodes-compressed {words} {900} {4000} {4000} {words} {5000} {words}
            SADD intset2 1 2 -4
            SADD intset4 1 70000 -5000
            SADD intset8 1 1099511627776 -1125899906842624
            SADD hashed a b 1 {80}
            CONFIG SET set-max-intset-entries 1
            SADD hashed-integers 1 2 3
            HSET hash-listpack a 1 b two c {60}
            CONFIG SET hash-max-listpack-entries 0
            HSET hash-table a 1 b two c {600}
            ZADD zset-listpack 1 a 2.5 b -inf c inf d 1e300 e 0.1 f
            CONFIG SET zset-max-listpack-entries 0
            ZADD skiplist 1 a 2.5 b -inf c inf d 1e300 e 0.1 f
            XADD stream 1-1 f v
            XADD stream 2-1 f v2 g {30}
            XADD stream 2-2 f 17
            XADD stream 3-1 f {900}
            CONFIG SET stream-node-max-entries 2
            XADD stream 4-1 f v
            XADD stream 5-1 other v
            XADD stream 6-1 other w
            XDEL stream 2-1 6-1
            XGROUP CREATE stream g 0
            XGROUP CREATE stream h $
            XGROUP CREATECONSUMER stream g idle
            XREADGROUP GROUP g x COUNT 2 STREAMS stream >
            XREADGROUP GROUP g y COUNT 1 STREAMS stream >
            XACK stream g 1-1
            XADD emptied 5-5 a b
            XDEL emptied 5-5
            """;

    @RegisterExtension
    private final TestDirectory directory = TestDirectory.inMemory();

    @BeforeEach
    void requireRedis() {
        Requirement.requireRedis();
    }

    /** Replaces a number in braces by so many letters, "words" by 1,000 words, and "bytes" by a word of all bytes. */
    private static String[] words(String line) {
        List<String> words = new ArrayList<>();
        for (String word : line.split(" ", -1)) {
            if (word.equals("{words}")) {
                for (int i = 0; i < 1_000; i++) {
                    words.add("word" + i);
                }
            } else if (word.equals("{bytes}")) {
                words.add(IntStream.range(0, 256).mapToObj(Character::toString).collect(Collectors.joining()));
            } else if (word.startsWith("{")) {
                String length = word.substring(1, word.length() - 1);
                words.add("abcdefg".repeat(length.isEmpty() ? 0 : Integer.parseInt(length) / 7));
            } else {
                words.add(word);
            }
        }
        return words.toArray(new String[0]);
    }

    private static void fill(RespClient redis) throws IOException {
        for (String line : VALUES.lines().toList()) {
            assertThat(redis.call(words(line))).as(line).isNotInstanceOf(RespError.class);
        }
    }

    private static Map<String, String> dumps(RespClient client) throws IOException {
        Map<String, String> dumps = new TreeMap<>();
        for (String key : DataDump.scan(client)) {
            dumps.put(key, (String) client.call("DUMP", key));
        }
        return dumps;
    }

    private static void restore(RespClient client, Map<String, String> dumps) throws IOException {
        for (Map.Entry<String, String> dump : dumps.entrySet()) {
            String deadline = dump.getKey().equals("deadline") ? "4102444800000" : "0";
            assertThat(client.call("RESTORE", dump.getKey(), deadline, dump.getValue(), "ABSTTL"))
                    .as(dump.getKey())
                    .isEqualTo("OK");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nvm-aof", "aof"})
    void shouldExchangeValuesOfAllEncodingsWithRedis(String persistence) throws Exception {
        ServerProcess.Builder builder = directory.server().with("--persistence", persistence);
        if (persistence.equals("nvm-aof")) {
            builder.domain("emulated");
        }
        try (RealRedis redis = directory.redis(directory.path("redis"));
                RespClient there = new RespClient(redis.port())) {
            fill(there);
            DataDump expected = DataDump.of(redis.port());
            Map<String, String> dumped;
            try (ServerProcess server = builder.start();
                    RespClient here = server.connect()) {
                restore(here, dumps(there));
                DataDump.of(server.port()).assertSameAs(expected, "restored here");
                dumped = dumps(here);
                there.call("FLUSHALL");
                restore(there, dumped);
                DataDump.of(redis.port()).assertSameAs(expected, "restored there");
                server.kill();
            }
            try (ServerProcess server = builder.start();
                    RespClient here = server.connect()) {
                // None of the values is in memory now where there is a table.
                assertThat(dumps(here).keySet()).isEqualTo(dumped.keySet());
                there.call("FLUSHALL");
                restore(there, dumps(here));
                DataDump.of(server.port()).assertSameAs(expected, "killed");
                DataDump.of(redis.port()).assertSameAs(expected, "restored there after the kill");
            }
        }
    }

    @Test
    void shouldRestoreTheEncodingsOfOlderVersions() throws Exception {
        try (RealRedis redis = directory.redis(directory.path("redis"));
                RespClient there = new RespClient(redis.port());
                ServerProcess server = directory.server().domain("emulated").start();
                RespClient here = server.connect()) {
            for (Map.Entry<String, byte[]> dump : DumpedValues.all().entrySet()) {
                String payload = new String(dump.getValue(), RespClient.BYTES);
                String key = dump.getKey().replace(' ', '-');
                assertThat(here.call("RESTORE", key, "0", payload)).isEqualTo("OK");
                assertThat(there.call("RESTORE", key, "0", payload)).isEqualTo("OK");
            }
            DataDump.of(server.port()).assertSameAs(DataDump.of(redis.port()), "restored");
        }
    }

    private static String withoutFirstId(RespClient client) throws IOException {
        return String.valueOf(DataDump.contentIfAny(client, "k")).replaceAll("recorded-first-entry-id=[0-9-]+", "");
    }

    private static boolean isOfAnotherVersion(byte[] payload) {
        return payload.length > 0
                && (payload[0] > NEWEST_TYPE || List.of(9, 10, 12, 13, 14).contains((int) payload[0]));
    }

    private static byte[] damaged(byte[] body, Random random) {
        byte[] damaged = body.clone();
        for (int change = random.nextInt(3); change >= 0 && damaged.length > 0; change--) {
            int at = random.nextInt(damaged.length);
            switch (random.nextInt(4)) {
                case 0 -> damaged[at] = (byte) random.nextInt(256);
                case 1 -> damaged[at] ^= (byte) (1 << random.nextInt(Byte.SIZE));
                case 2 -> damaged[at] = new byte[] {0, 1, 0x7F, -128, -127, -64, -61, -1, -2}[random.nextInt(9)];
                default -> damaged = Arrays.copyOf(damaged, random.nextInt(4) == 0 ? at : damaged.length);
            }
        }
        return damaged;
    }

    /**
     * Compares with a Redis that looks into packed encodings, as {@code sanitize-dump-payload yes} has it do; by default
     * it does not, and would serve what is damaged inside. Redis restores, and this server refuses: a count or a length that is
     * spelt as the beginning of a compressed string; a score in a listpack that is no number; a stream whose last id, number of
     * entries or number of deleted ones is not that of its entries. Of a restored stream, Redis takes the first id from
     * the payload, and this server from its entries; a sorted set in a listpack Redis keeps in whatever order it is, so that
     * it is not compared. Of ziplists and zipmaps, which Redis does not write any more, this server does not look at the
     * lengths that only a reader from behind needs, nor at the number of fields; damaged ones are left out here.
     */
    @Test
    void shouldRefuseWhatRedisRefuses() throws Exception {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        try (RealRedis redis = directory.redis(directory.path("redis"), "--sanitize-dump-payload", "yes");
                RespClient there = new RespClient(redis.port());
                ServerProcess server = directory.server().domain("emulated").start();
                RespClient here = server.connect()) {
            List<byte[]> bodies = new ArrayList<>();
            for (byte[] payload : DumpedValues.all().values()) {
                if (!isOfAnotherVersion(payload)) {
                    bodies.add(Arrays.copyOf(payload, payload.length - DumpedValues.FOOTER_LENGTH));
                }
            }
            int refusedHereAlone = 0;
            int accepted = 0;
            for (int i = 0; i < DAMAGED; i++) {
                byte[] body = damaged(bodies.get(random.nextInt(bodies.size())), random);
                if (isOfAnotherVersion(body)) {
                    continue;
                }
                String hex = HexFormat.of().formatHex(body);
                String payload = new String(DumpedValues.sealed(body), RespClient.BYTES);
                Object expected = there.call("RESTORE", "k", "0", payload);
                Object found = here.call("RESTORE", "k", "0", payload);
                if (expected.equals("OK") && !found.equals("OK")) {
                    assertThat(found).isEqualTo(new RespError("ERR Bad data format"));
                    refusedHereAlone++;
                } else {
                    assertThat(found).as("seed %d, %s", seed, hex).isEqualTo(expected);
                }
                if (found.equals("OK")) {
                    accepted++;
                }
                if (found.equals("OK") && body[0] != SORTED_SET_IN_A_LISTPACK) {
                    assertThat(withoutFirstId(here))
                            .as("seed %d, %s", seed, hex)
                            .isEqualTo(withoutFirstId(there));
                } else if (!found.equals("OK")) {
                    assertThat(here.call("EXISTS", "k"))
                            .as("seed %d, %s", seed, hex)
                            .isEqualTo(0L);
                }
                here.call("DEL", "k");
                there.call("DEL", "k");
            }
            assertThat(refusedHereAlone).as("seed %d", seed).isLessThan(MOST_REFUSED_HERE_ALONE);
            assertThat(accepted).as("seed %d", seed).isGreaterThan(DAMAGED / 20);
        }
    }

    /** Runs of one byte, compressed as far as LZF goes: 3 bytes stand for 264, after a first byte that stands for itself. */
    private static String compressed(int runs, String firstByte) {
        return firstByte + "e0ff00".repeat(runs);
    }

    private static String length(long bytes) {
        return "80" + HexFormat.of().toHexDigits(bytes, 8);
    }

    /** A string of {@code runs * 264 + 1} bytes, all of them alike. */
    private static String run(int runs, String element) {
        String data = compressed(runs, "00" + element);
        return "c3" + length(data.length() / 2) + length(runs * 264L + 1) + data;
    }

    @Test
    void shouldOutliveHostilePayloadsWithALittleHeap() throws Exception {
        ServerProcess.Builder builder = directory.server().domain("emulated").jvm("-Xmx64m");
        try (ServerProcess server = builder.start();
                RespClient client = server.connect()) {
            String[] bodies = {
                // A string, an element, a packed list, a hash and a stream that become 88 times as long.
                "00" + run(12_000, "61"),
                "01" + length(3) + run(12_000, "61") + run(12_000, "62") + run(12_000, "63"),
                "12" + length(1) + "02" + run(12_000, "00"),
                "10" + run(12_000, "01"),
                "1301" + "10" + "00".repeat(15) + "01" + run(12_000, "01"),
                // Counts without anything behind them.
                "01" + "817fffffffffffffff",
                "02" + "817fffffffffffffff",
                "04" + length(0xFFFFFFFFL) + "0161",
                "13" + length(0xFFFFFFFFL) + "10" + "00".repeat(16),
                "00" + length(0xFFFFFFFFL),
                "00c3" + length(4) + length(0x7FFFFFFFL) + "61616161"
            };
            for (int round = 0; round < 5; round++) {
                for (String body : bodies) {
                    String payload =
                            new String(DumpedValues.sealed(HexFormat.of().parseHex(body)), RespClient.BYTES);
                    Object reply = client.call("RESTORE", "k", "0", payload);
                    assertThat(reply).as("%.40s", body).isInstanceOf(RespError.class);
                    assertThat(((RespError) reply).message())
                            .as("%.40s", body)
                            .matches("ERR Bad data format|OOM the value would take more than .*");
                }
            }
            assertThat(client.call("DBSIZE")).isEqualTo(0L);
            assertThat(client.call("SET", "k", "v")).isEqualTo("OK");
            assertThat(server.said()).doesNotContain("OutOfMemory");
        }
    }
}
