package io.nvmredis.engine.bytes;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.engine.TestClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobPatternTest {

    @ParameterizedTest
    @CsvSource({
        "*, abc, true",
        "*, '', true",
        "a?c, abc, true",
        "a?c, ac, false",
        "h[ae]llo, hallo, true",
        "h[ae]llo, hillo, false",
        "h[^e]llo, hallo, true",
        "h[^e]llo, hello, false",
        "h[a-c]llo, hbllo, true",
        "h[c-a]llo, hbllo, true",
        "h[a-c]llo, hdllo, false",
        "a\\*c, a*c, true",
        "a\\*c, abc, false",
        "[\\]], ], true",
        "a[b, ab, true",
        "*a*b*, xxaxxbxx, true",
        "*a*b, xxaxxbxx, false",
        "ab, abc, false",
        "abc, ab, false",
        "a**, a, true",
        "a.c, abc, false",
        "(a, (a, true",
        "a\\, a\\, true",
    })
    void shouldMatchAsRedisDoes(String pattern, String text, boolean expected) {
        assertThat(new GlobPattern(TestClient.bytes(pattern)).matches(TestClient.bytes(text)))
                .isEqualTo(expected);
    }

    @Test
    void shouldNotTakeForeverOverAPatternOfStars() {
        GlobPattern pattern = new GlobPattern(TestClient.bytes("a*".repeat(50) + "b"));
        assertThat(pattern.matches(TestClient.bytes("a".repeat(10_000)))).isFalse();
    }
}
