package io.nvmredis.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScoreWordsTest {
    private static List<byte[]> words(String line) {
        return Arrays.stream(line.split(" ", -1))
                .map(word -> word.getBytes(StandardCharsets.UTF_8))
                .toList();
    }

    private static List<byte[]> spelt(List<byte[]> words) {
        return ScoreWords.spelt(new String(words.get(0), StandardCharsets.UTF_8), words);
    }

    @ParameterizedTest
    @CsvSource({
        "zadd z inf inf, zadd z +inf inf",
        "zadd z 1 a Infinity b -INFINITY c, zadd z 1 a +inf b -inf c",
        "zadd z NX CH +infinity a, zadd z NX CH +inf a",
        "zadd z GT INCR inf a, zadd z GT INCR +inf a",
        "zincrby z inf inf, zincrby z +inf inf",
        "zremrangebyscore z -infinity inf, zremrangebyscore z -inf +inf",
        "zadd z 1 a inf, zadd z 1 a +inf"
    })
    void shouldSpellScoresAndNothingElse(String line, String expected) {
        List<byte[]> spelt = spelt(words(line));
        assertThat(spelt.stream()
                        .map(word -> new String(word, StandardCharsets.UTF_8))
                        .collect(Collectors.joining(" ")))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "zadd z 1 inf 2 infinity",
                "zadd inf +inf a -inf b",
                "zadd z",
                "zadd",
                "zincrby z",
                "sadd inf inf inf",
                "zremrangebyscore z (inf 5"
            })
    void shouldCopyNothingWhereThereIsNothingToSpell(String line) {
        List<byte[]> words = words(line);
        assertThat(spelt(words)).isSameAs(words);
    }
}
