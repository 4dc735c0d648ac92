package io.nvmredis.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Commands with the replies that Redis gives, as they stand in a file: see the beginning of one. */
final class ReplyCases {
    private ReplyCases() {}

    /** A command, the connection that it is sent on, and the reply. */
    private record Step(String connection, String command, String reply) {}

    /** What stands under one title. */
    record Case(String title, List<Object> steps) {
        /** Runs it on an engine of its own. */
        void run() {
            try (TestClient client = new TestClient()) {
                Map<String, Session> sessions = new HashMap<>(Map.of("1", client.session));
                for (Object each : steps) {
                    Step step = (Step) each;
                    Session session = sessions.computeIfAbsent(step.connection(), key -> client.openSession());
                    String found = text(TestClient.run(session, words(step.command())));
                    assertThat(matches(step.reply(), found))
                            .as("%s: %s replies %s and not %s", title, step.command(), found, step.reply())
                            .isTrue();
                }
            }
        }

        @Override
        public String toString() {
            return title;
        }
    }

    static List<Case> of(String resource) {
        List<Case> cases = new ArrayList<>();
        List<String> lines = lines(resource);
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (line.startsWith("== ")) {
                cases.add(new Case(line.substring(3), new ArrayList<>()));
            } else if (!line.isEmpty() && Character.isLetterOrDigit(line.charAt(0))) {
                boolean isSecond = line.startsWith("2> ");
                cases.get(cases.size() - 1)
                        .steps()
                        .add(new Step(
                                isSecond ? "2" : "1",
                                isSecond ? line.substring(3) : line,
                                lines.get(++i).strip()));
            }
        }
        return cases;
    }

    private static List<String> lines(String resource) {
        try (InputStream input = ReplyCases.class.getResourceAsStream(resource)) {
            return new String(input.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The words of a line, with the escapes of double quotes. */
    static String[] words(String line) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean isQuoted = false;
        boolean isWord = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '"') {
                isQuoted = !isQuoted;
                isWord = true;
            } else if (c == '\\' && isQuoted) {
                char escaped = line.charAt(++i);
                if (escaped == 'x') {
                    word.append((char) Integer.parseInt(line, i + 1, i + 3, 16));
                    i += 2;
                } else {
                    word.append(escaped == 'n' ? '\n' : escaped == 'r' ? '\r' : escaped == 't' ? '\t' : escaped);
                }
            } else if (c == ' ' && !isQuoted) {
                if (isWord || word.length() > 0) {
                    words.add(word.toString());
                }
                word.setLength(0);
                isWord = false;
            } else {
                word.append(c);
            }
        }
        if (isWord || word.length() > 0) {
            words.add(word.toString());
        }
        return words.toArray(new String[0]);
    }

    private static boolean matches(String expected, String found) {
        if (expected.startsWith("/") && expected.endsWith("/")) {
            return found.matches("(?s).*" + expected.substring(1, expected.length() - 1) + ".*");
        }
        String right = expected.startsWith("=") ? expected.substring(1) : expected;
        return withoutWords(right).equals(withoutWords(found));
    }

    /** Of an error its code only. */
    private static String withoutWords(String reply) {
        return reply.startsWith("-") && reply.indexOf(' ') > 0
                ? reply.substring(0, reply.indexOf(' '))
                : reply.replaceAll("-([A-Z]+) [^,\\]]*", "-$1");
    }

    /** A reply in RESP as the files show it. */
    static String text(String resp) {
        int[] at = {0};
        return text(resp, at);
    }

    private static String text(String resp, int[] at) {
        int end = resp.indexOf('\r', at[0]);
        String line = resp.substring(at[0] + 1, end);
        char kind = resp.charAt(at[0]);
        at[0] = end + 2;
        switch (kind) {
            case ':' -> {
                return line;
            }
            case '$' -> {
                int length = Integer.parseInt(line);
                if (length < 0) {
                    return "nil";
                }
                String value = resp.substring(at[0], at[0] + length);
                at[0] += length + 2;
                return quoted(value);
            }
            case '*' -> {
                int count = Integer.parseInt(line);
                List<String> elements = new ArrayList<>();
                for (int i = 0; i < count; i++) {
                    elements.add(text(resp, at));
                }
                return count < 0 ? "nil[]" : "[" + String.join(", ", elements) + "]";
            }
            default -> {
                return kind + line;
            }
        }
    }

    private static String quoted(String value) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c >= ' ' && c < 127 && c != '"' && c != '\\') {
                quoted.append(c);
            } else {
                quoted.append(String.format(Locale.ROOT, "\\x%02x", (int) c));
            }
        }
        return quoted.append('"').toString();
    }
}
