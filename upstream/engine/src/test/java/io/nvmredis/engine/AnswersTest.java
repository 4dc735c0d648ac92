package io.nvmredis.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The replies that stand in {@code answers.txt}: a title, commands, and below each of them what Redis replies. */
class AnswersTest {
    private record Step(String command, String reply) {}

    private record Case(String title, List<Step> steps) {
        @Override
        public String toString() {
            return title;
        }
    }

    static Stream<Case> cases() throws IOException {
        try (InputStream file = Objects.requireNonNull(AnswersTest.class.getResourceAsStream("answers.txt"))) {
            String text = new String(file.readAllBytes(), StandardCharsets.UTF_8);
            return Stream.of(text.split("(?m)^== ", -1)).skip(1).map(AnswersTest::read);
        }
    }

    private static Case read(String text) {
        List<String> lines = text.lines().filter(line -> !line.isEmpty()).toList();
        List<Step> steps = new ArrayList<>();
        for (int i = 1; i + 1 < lines.size(); i += 2) {
            steps.add(new Step(lines.get(i), lines.get(i + 1).substring(2)));
        }
        return new Case(lines.get(0), steps);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void shouldReplyAsRedisDoes(Case examined) {
        assertThat(examined.steps()).isNotEmpty();
        try (TestClient client = new TestClient()) {
            for (Step step : examined.steps()) {
                String reply = client.run(words(step.command()).toArray(new String[0]));
                String shown = ReplyText.read(new ByteArrayInputStream(reply.getBytes(StandardCharsets.ISO_8859_1)));
                if (step.reply().startsWith("/")) {
                    assertThat(shown)
                            .as(step.command())
                            .containsPattern(step.reply().replaceAll("^/|/$", ""));
                } else {
                    assertThat(shown).as(step.command()).isEqualTo(step.reply());
                }
            }
        }
    }

    /** Words as in a shell; within quotes {@code \xHH} is a byte, and {@code \n} a line's end. */
    private static List<String> words(String line) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean isQuoted = false;
        boolean hasWord = false;
        for (int i = 0; i < line.length(); i++) {
            char letter = line.charAt(i);
            if (letter == '"') {
                isQuoted = !isQuoted;
                hasWord = true;
            } else if (letter == ' ' && !isQuoted) {
                words.add(word.toString());
                word.setLength(0);
                hasWord = false;
            } else if (letter == '\\' && isQuoted) {
                boolean isByte = line.charAt(i + 1) == 'x';
                word.append(isByte ? (char) Integer.parseInt(line.substring(i + 2, i + 4), 16) : '\n');
                i += isByte ? 3 : 1;
            } else {
                word.append(letter);
            }
        }
        if (hasWord || word.length() > 0) {
            words.add(word.toString());
        }
        return words;
    }
}
