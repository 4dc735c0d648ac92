package io.nvmredis.engine;

import static io.nvmredis.engine.TestClient.bytes;
import static io.nvmredis.engine.TestClient.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.engine.context.Limits;
import io.nvmredis.engine.context.ServerContext;
import io.nvmredis.spi.testkit.DumpedValues;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** DUMP and RESTORE. */
class DumpCommandsTest {
    private static final String ONE = text(DumpedValues.sealed(new byte[] {0, (byte) 0xC0, 1}));
    private static final String BAD_FORMAT = "-ERR Bad data format\r\n";

    private TestClient client = new TestClient();

    @AfterEach
    void close() {
        client.close();
    }

    private String dump(String key) {
        String reply = client.run("DUMP", key);
        return reply.substring(reply.indexOf('\n') + 1, reply.length() - 2);
    }

    private static String sealed(String hex) {
        return text(DumpedValues.sealed(HexFormat.of().parseHex(hex)));
    }

    @Test
    void shouldRecordTheValueThatIsRestoredAsAnyOther() {
        client.run("RPUSH", "l", "a", "b");
        String payload = dump("l");
        assertThat(client.effectsOf("RESTORE", "copy", "0", payload)).containsExactly("RPUSH copy a b");
        assertThat(client.effectsOf("RESTORE", "copy", "4102444800000", ONE, "REPLACE", "ABSTTL"))
                .containsExactly("DEL copy", "SET copy 1", "PEXPIREAT copy 4102444800000");
        assertThat(client.run("GET", "copy")).isEqualTo("$1\r\n1\r\n");
    }

    @Test
    void shouldCheckTheWordsInTheOrderOfRedis() {
        client.run("SET", "k", "v");
        assertThat(client.run("RESTORE", "k", "x", "y", "FREQ", "256"))
                .isEqualTo("-ERR Invalid FREQ value, must be >= 0 and <= 255\r\n");
        assertThat(client.run("RESTORE", "k", "x", "y", "IDLETIME", "-1"))
                .isEqualTo("-ERR Invalid IDLETIME value, must be >= 0\r\n");
        assertThat(client.run("RESTORE", "k", "x", "y", "IDLETIME", "1", "FREQ", "1"))
                .isEqualTo("-ERR syntax error\r\n");
        assertThat(client.run("RESTORE", "k", "x", "y")).isEqualTo("-BUSYKEY Target key name already exists.\r\n");
        assertThat(client.run("RESTORE", "k", "x", "y", "REPLACE"))
                .isEqualTo("-ERR value is not an integer or out of range\r\n");
        assertThat(client.run("RESTORE", "k", "-1", "y", "REPLACE"))
                .isEqualTo("-ERR Invalid TTL value, must be >= 0\r\n");
        assertThat(client.run("RESTORE", "k", "1", "y", "REPLACE"))
                .isEqualTo("-ERR DUMP payload version or checksum are wrong\r\n");
        assertThat(client.run("RESTORE", "k", "1", sealed("06"), "REPLACE")).isEqualTo(BAD_FORMAT);
        assertThat(client.run("GET", "k")).isEqualTo("$1\r\nv\r\n");
    }

    @Test
    void shouldDeleteTheKeyWhereTheDeadlineHasPassed() {
        client.run("SET", "k", "v");
        assertThat(client.effectsOf("RESTORE", "k", "1", ONE, "ABSTTL", "REPLACE"))
                .containsExactly("DEL k");
        assertThat(client.effectsOf("RESTORE", "k", "1", ONE, "ABSTTL")).isEmpty();
        assertThat(client.run("RESTORE", "k", Long.toString(Long.MAX_VALUE), ONE))
                .isEqualTo("+OK\r\n");
        assertThat(client.run("EXISTS", "k")).as("a deadline beyond the range").isEqualTo(":0\r\n");
        client.run("RESTORE", "k", "1000", ONE);
        assertThat(client.run("PTTL", "k")).isEqualTo(":1000\r\n");
    }

    @Test
    void shouldKeepTheIdleTime() {
        client.run("RESTORE", "k", "0", ONE, "IDLETIME", "1000");
        assertThat(client.run("OBJECT", "IDLETIME", "k")).isEqualTo(":1000\r\n");
    }

    @Test
    void shouldDumpWhatTheSameTransactionHasMade() {
        client.run("MULTI");
        client.run("HSET", "h", "f", "v");
        client.run("DUMP", "h");
        client.run("EXEC");
        client.run("MULTI");
        client.run("SADD", "s", "a");
        client.run("ZADD", "z", "1", "a");
        client.run("RPUSH", "l", "a");
        client.run("XADD", "x", "1-1", "f", "v");
        for (String key : new String[] {"s", "z", "l", "x"}) {
            client.run("DUMP", key);
        }
        String inside = client.run("EXEC");
        for (String key : new String[] {"s", "z", "l", "x"}) {
            assertThat(inside).as(key).contains(dump(key));
        }
    }

    @Test
    void shouldPublishTheEventsOfRedis() {
        client.run("CONFIG", "SET", "notify-keyspace-events", "Eg");
        Session subscriber = client.openSession(client.pushed);
        TestClient.run(subscriber, "PSUBSCRIBE", "*");
        client.pushed.clear();
        client.run("RESTORE", "k", "0", ONE);
        client.run("RESTORE", "k", "1", ONE, "REPLACE", "ABSTTL");
        assertThat(client.pushed.toString()).contains(":restore").contains(":del");
        assertThat(client.pushed).hasSize(2);
    }

    @Test
    void shouldRefuseWhatNoRedisWouldHaveDumped() {
        String[] refused = {
            // Types: none, a module's, one of a newer version that is not read.
            "",
            "07",
            "1c00",
            // Empty collections, and elements that are there twice.
            "0100",
            "020201610161",
            "0402016101310161013200",
            "05020161000000000000f03f0161000000000000f03f",
            // Counts and lengths beyond the end.
            "01817fffffffffffffff0161",
            "0080ffffffff",
            "00c3ff",
            "0f8100ffffffffffffff"
        };
        for (String hex : refused) {
            assertThat(client.run("RESTORE", "k", "0", sealed(hex))).as(hex).isEqualTo(BAD_FORMAT);
        }
        assertThat(client.run("EXISTS", "k")).isEqualTo(":0\r\n");
    }

    @Test
    void shouldNeverLeaveHalfAValueWhateverThePayload() {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        for (byte[] payload : DumpedValues.all().values()) {
            byte[] body = Arrays.copyOf(payload, payload.length - DumpedValues.FOOTER_LENGTH);
            for (int i = 0; i < 300; i++) {
                byte[] changed = body.clone();
                changed[random.nextInt(body.length)] = (byte) random.nextInt(256);
                String reply = client.run("RESTORE", "k", "0", text(DumpedValues.sealed(changed)));
                String hex = HexFormat.of().formatHex(changed).toLowerCase(Locale.ROOT);
                assertThat(client.run("EXISTS", "k"))
                        .as("seed %d, %s: %s", seed, hex, reply)
                        .isEqualTo(reply.equals("+OK\r\n") ? ":1\r\n" : ":0\r\n");
                assertThat(reply).as("seed %d, %s", seed, hex).matches("\\+OK\r\n|" + BAD_FORMAT + "|-OOM .*\r\n");
                client.run("DEL", "k");
            }
        }
    }

    @Test
    void shouldBoundWhatAPayloadMayBecome() {
        client.close();
        ServerContext small = new TestClient.NoContext(Long.MAX_VALUE / 2) {
            @Override
            public Limits limits() {
                return new Limits(1_000, 10_000, 2_000, 1 << 20, 1 << 20);
            }
        };
        client = new TestClient(small);
        // A string of 80,000 zeros in some 900 bytes, and a list of 200 elements.
        byte[] zeros = new byte[1_000];
        assertThat(client.run("RESTORE", "k", "0", sealed("00c343e880013880" + "00".repeat(1_000))))
                .startsWith("-");
        assertThat(client.run("RESTORE", "k", "0", sealed("01c8" + "01".repeat(4))))
                .startsWith("-");
        assertThat(client.run("RESTORE", "k", "0", sealed("014100" + "0161".repeat(256))))
                .startsWith("-OOM the value");
        assertThat(client.run(
                        "RESTORE", "k", "0", sealed("0045dc" + text(zeros).replace("\0", "61") + "61".repeat(500))))
                .startsWith("-OOM the value");
        assertThat(client.run("EXISTS", "k")).isEqualTo(":0\r\n");
        String word = "x".repeat(900);
        client.run(
                "EVAL", "for i = 1, 9 do redis.call('RPUSH', KEYS[1], ARGV[1] .. math.random()) end", "1", "l", word);
        client.run("SADD", "s", words(new Random(1)));
        assertThat(client.run("LLEN", "l")).isEqualTo(":9\r\n");
        assertThat(client.run("DUMP", "l")).as("which is compressed").startsWith("$");
        assertThat(bytes(client.run("DUMP", "l")).length).isLessThan(2_000);
    }

    private static String words(Random random) {
        return Long.toHexString(random.nextLong());
    }
}
