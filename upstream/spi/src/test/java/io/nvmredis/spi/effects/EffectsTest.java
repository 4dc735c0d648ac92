package io.nvmredis.spi.effects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nvmredis.spi.errors.PersistenceException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EffectsTest {
    private final Transaction transaction = new Transaction();
    private final Effects effects = new Effects(transaction);

    @Test
    void shouldEncodeAsRedisCommands() {
        effects.begin(Effect.SET, 2).argument(ascii("key")).argument(ascii("a\r\nb"));
        effects.begin(Effect.FLUSHDB, 0);

        assertThat(new String(transaction.bytes(), 0, transaction.length(), StandardCharsets.US_ASCII))
                .isEqualTo("*3\r\n$3\r\nSET\r\n$3\r\nkey\r\n$4\r\na\r\nb\r\n*1\r\n$7\r\nFLUSHDB\r\n");
        assertThat(transaction.effectCount()).isEqualTo(2);
    }

    @Test
    void shouldReadBackWhatWasWritten() {
        effects.begin(Effect.SELECT, 1).argument(15L);
        effects.begin(Effect.XADD, 4)
                .argument(ascii("s"))
                .streamId(5, -1)
                .argument(ascii(""))
                .argument(ascii("v"));

        EffectReader reader = reader();
        assertThat(reader.next()).isTrue();
        assertThat(reader.effect()).isEqualTo(Effect.SELECT);
        assertThat(reader.number(0)).isEqualTo(15);
        assertThat(reader.next()).isTrue();
        assertThat(reader.effect()).isEqualTo(Effect.XADD);
        assertThat(reader.argumentCount()).isEqualTo(4);
        assertThat(reader.text(1)).isEqualTo("5-18446744073709551615");
        assertThat(reader.argument(2)).isEmpty();
        assertThat(reader.next()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, -1, 9, 10, -10, 99, 100, Long.MAX_VALUE, Long.MIN_VALUE, Long.MIN_VALUE + 1})
    void shouldKeepEveryNumber(long number) {
        effects.begin(Effect.PEXPIREAT, 1).argument(number);
        EffectReader reader = reader();
        assertThat(reader.next()).isTrue();
        assertThat(reader.number(0)).isEqualTo(number);
        assertThat(reader.text(0)).isEqualTo(Long.toString(number));
    }

    @ParameterizedTest
    @ValueSource(
            doubles = {
                0.0,
                -0.0,
                1,
                -1,
                0.1,
                1e300,
                -1e-300,
                9007199254740991.0,
                9007199254740994.0,
                Double.MIN_VALUE,
                Double.MAX_VALUE,
                Double.POSITIVE_INFINITY,
                Double.NEGATIVE_INFINITY,
                3.25
            })
    void shouldKeepEveryScore(double score) {
        effects.begin(Effect.ZADD, 1).argument(score);
        EffectReader reader = reader();
        assertThat(reader.next()).isTrue();
        assertThat(Double.doubleToLongBits(reader.score(0))).isEqualTo(Double.doubleToLongBits(score));
    }

    @Test
    void shouldRefuseWhatIsNotATransaction() {
        for (String text : new String[] {
            "x",
            "*",
            "*0\r\n",
            "*1\r\n$3\r\nFOO\r\n",
            "*2\r\n$3\r\nDEL\r\n",
            "*1\r\n$9\r\nFLUSHDB\r\n",
            "*99999999\r\n$3\r\nDEL\r\n"
        }) {
            EffectReader reader = new EffectReader().reset(ascii(text), 0, text.length());
            assertThatThrownBy(reader::next)
                    .as(text)
                    .isInstanceOf(PersistenceException.class)
                    .hasMessageContaining("at byte");
        }
    }

    @Test
    void shouldNeverReadBeyondDamagedBytes() {
        long seed = 7;
        Random random = new Random(seed);
        effects.begin(Effect.HSET, 3)
                .argument(ascii("hash"))
                .argument(ascii("field"))
                .argument(ascii("value"));
        effects.begin(Effect.ZADD, 3).argument(ascii("z")).argument(1.5).argument(ascii("m"));
        for (int i = 0; i < 20_000; i++) {
            byte[] damaged = Arrays.copyOf(transaction.bytes(), transaction.length());
            damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            EffectReader reader = new EffectReader().reset(damaged, 0, damaged.length);
            try {
                while (reader.next()) {
                    for (int argument = 0; argument < reader.argumentCount(); argument++) {
                        assertThat(reader.offset(argument) + reader.length(argument))
                                .isLessThanOrEqualTo(damaged.length);
                    }
                }
            } catch (PersistenceException e) {
                assertThat(e).as("seed %d, round %d", seed, i).hasMessageContaining("malformed transaction");
            }
        }
    }

    @Test
    void shouldGiveBackABufferThatOneHugeValueHasGrown() {
        effects.begin(Effect.SET, 2).argument(ascii("k")).argument(new byte[32 << 20]);
        transaction.reset();
        assertThat(transaction.bytes().length).isLessThan(1 << 20);
        assertThat(transaction.isEmpty()).isTrue();
    }

    private EffectReader reader() {
        return new EffectReader().reset(transaction.bytes(), 0, transaction.length());
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
