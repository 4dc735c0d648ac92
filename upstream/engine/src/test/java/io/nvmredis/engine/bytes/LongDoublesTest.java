package io.nvmredis.engine.bytes;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.engine.TestClient;
import io.nvmredis.spi.testkit.RealRedis;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LongDoublesTest {
    private static String sum(String first, String second) {
        return new String(LongDoubles.text(LongDoubles.sum(parse(first), parse(second))), StandardCharsets.US_ASCII);
    }

    private static BigDecimal parse(String text) {
        return LongDoubles.parse(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    @ParameterizedTest
    @CsvSource({
        "1, 0.50, 1.5",
        "1.5, 1e2, 101.5",
        "0.1, 0.2, 0.3",
        "3.0e3, 200, 3200",
        "-1, 1, 0",
        "1e-30, -2e-30, 0",
        "9007199254740993, 0, 9007199254740993",
        "1e20, 1, 100000000000000000000",
        "0x10, 0x.8p1, 17",
        "1e-4945, 1, 1",
    })
    void shouldAddAndShowAsRedisDoes(String first, String second, String expected) {
        assertThat(sum(first, second)).isEqualTo(expected);
    }

    @Test
    void shouldRefuseWhatIsNoNumber() {
        for (String text :
                new String[] {"", " 1", "1 ", "x", "nan", "1e5000", "1e-5000", "0x", "\u00b2", "--1", "1e999999999"}) {
            assertThat(parse(text)).as(text).isNull();
        }
    }

    @Test
    void shouldGiveTheSumsOfRedis(@TempDir Path directory) {
        try (RealRedis redis = RealRedis.start(directory.resolve("."), "--appendonly", "no");
                TestClient client = new TestClient()) {
            RealRedis.Connection connection = redis.connect();
            long seed = System.nanoTime();
            Random random = new Random(seed);
            for (int i = 0; i < 2_000; i++) {
                String[] set = {"SET", "n", number(random)};
                String[] add = {"INCRBYFLOAT", "n", number(random)};
                client.run(set);
                connection.raw(set);
                assertThat(client.run(add))
                        .as("seed %d: %s and %s", seed, set[2], add[2])
                        .isEqualTo(connection.raw(add));
            }
        }
    }

    private static String number(Random random) {
        return switch (random.nextInt(7)) {
            case 0 -> Integer.toString(random.nextInt());
            case 1 -> Long.toString(random.nextLong());
            case 2 -> Double.toString(random.nextGaussian());
            case 3 -> Double.toString(Double.longBitsToDouble(random.nextLong()) % 1e40);
            case 4 -> random.nextInt(100) + "." + random.nextInt(1000) + "e" + (random.nextInt(40) - 20);
            case 5 -> "0x" + Long.toHexString(random.nextLong()) + "p-" + random.nextInt(70);
            default -> random.nextInt(1000) + "." + (random.nextLong() >>> 1);
        };
    }
}
