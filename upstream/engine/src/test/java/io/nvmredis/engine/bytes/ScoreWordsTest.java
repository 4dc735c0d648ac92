package io.nvmredis.engine.bytes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScoreWordsTest {
    private static double parse(String text) {
        return ScoreWords.parse(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static double bound(String text) {
        return ScoreWords.parseBound(text.getBytes(StandardCharsets.ISO_8859_1), 0);
    }

    @Property
    void shouldReadEveryScoreAsItWasWritten(@ForAll double score) {
        assertThat(parse(ScoreWords.of(score))).isEqualTo(score);
    }

    @ParameterizedTest
    @CsvSource({
        "3, 3",
        "0.1, 0.10000000000000001",
        "1.5, 1.5",
        "1e20, 1e+20",
        "1e16, 10000000000000000",
        "1e17, 1e+17",
        "123456789012345678, 1.2345678901234568e+17",
        "1e-4, 0.0001",
        "1e-5, 1.0000000000000001e-05",
        "-2.5e-300, -2.5e-300",
        "3.1, 3.1000000000000001",
        "-1e-7, -9.9999999999999995e-08",
        "1e300, 1.0000000000000001e+300",
        "1700000000.123, 1700000000.1229999",
        "inf, inf",
        "-Infinity, -inf",
        "-0, -0"
    })
    void shouldWriteWhatRedisWrites(String score, String expected) {
        assertThat(ScoreWords.of(parse(score))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"0x10, 16", "0X1p3, 8", "+.5, 0.5", "5., 5", "1E3, 1000", "0e-999, 0", "INFINITY, Infinity"})
    void shouldReadWhatRedisReads(String text, double expected) {
        assertThat(parse(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " 1", "1 ", "x", "nan", "1e400", "1e-400", "1d", "1f", "1_0", ".", "e1", "0x", "--1"})
    void shouldRefuseWhatIsNoScore(String text) {
        assertThat(parse(text)).isNaN();
    }

    @ParameterizedTest
    @CsvSource({"'', 0", "' 1', 1", "1e400, Infinity", "-inf, -Infinity"})
    void shouldReadMoreAsOneEndOfARange(String text, double expected) {
        assertThat(bound(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1 ", "x", "nan", " "})
    void shouldRefuseWhatIsNoEndOfARange(String text) {
        assertThat(bound(text)).isNaN();
    }
}
