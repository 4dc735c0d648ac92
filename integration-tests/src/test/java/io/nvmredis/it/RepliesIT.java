package io.nvmredis.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.it.kit.ReplyText;
import io.nvmredis.it.kit.Requirement;
import io.nvmredis.it.kit.RespClient;
import io.nvmredis.it.kit.RunningServer;
import io.nvmredis.it.kit.ServerProcess;
import io.nvmredis.it.kit.TestDirectory;
import io.nvmredis.spi.testkit.RealRedis;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Replies and effects that once were wrong, with what redis-server 7.0 replies: {@code replies.txt} holds the cases and
 * says how they are written.
 */
class RepliesIT {
    private static final String CASES = "/replies.txt";

    /** A case with a string of 512 MB, and a heap that keeps one. */
    private static final String LONG_STRING = "SETBIT at the highest offset";

    private static final String HEAP_FOR_LONG_STRINGS = "-Xmx17g";

    @RegisterExtension
    static final RunningServer SERVER = new RunningServer();

    @RegisterExtension
    private final TestDirectory directory = TestDirectory.onDisk();

    /** A command, on one of two connections, and the reply that is expected. */
    private record Step(boolean isOnSecond, List<String> command, String expected) {
        /** Of a later Redis than 7.0, or not the same each time. */
        boolean isOfEveryRedis() {
            return !expected.startsWith("=") && !expected.startsWith("/");
        }
    }

    private record Case(String title, List<Step> steps) {}

    @TestFactory
    Stream<DynamicTest> shouldReplyAsRedis() throws IOException {
        return cases().stream().map(each -> DynamicTest.dynamicTest(each.title(), () -> checkHere(each)));
    }

    private void checkHere(Case each) throws Exception {
        if (!each.title().equals(LONG_STRING)) {
            check(each, SERVER.port());
            return;
        }
        try (ServerProcess server =
                directory.server().jvm(HEAP_FOR_LONG_STRINGS).start()) {
            check(each, server.port());
        }
    }

    /** What the heap does not allow is refused, and nothing of it is kept. */
    @Test
    void shouldRefuseAStringThatTheHeapDoesNotKeep() throws IOException {
        try (RespClient client = new RespClient(SERVER.port())) {
            assertThat(client.callExactly("SETBIT", "k", "4294967295", "0")).startsWith("-ERR bit offset");
            assertThat(client.callExactly("EXISTS", "k")).isEqualTo("0");
            assertThat(client.callExactly("PING")).isEqualTo("+PONG");
        }
    }

    @Test
    void shouldExpectWhatRedisReplies() throws Exception {
        Requirement.requireRedis();
        try (RealRedis redis = directory.redis(directory.data())) {
            for (Case each : cases()) {
                if (each.steps().stream().allMatch(Step::isOfEveryRedis)) {
                    check(each, redis.port());
                }
            }
        }
    }

    private static void check(Case each, int port) throws IOException {
        try (RespClient first = new RespClient(port);
                RespClient second = new RespClient(port)) {
            first.call("FLUSHALL");
            for (Step step : each.steps()) {
                String reply = (step.isOnSecond() ? second : first)
                        .callExactly(step.command().toArray(new String[0]));
                assertThat(matches(step.expected(), reply))
                        .as(
                                "%s: %s\n  expected %s\n  but got  %s",
                                each.title(), String.join(" ", step.command()), step.expected(), reply)
                        .isTrue();
            }
        }
    }

    private static boolean matches(String expected, String reply) {
        if (expected.length() > 1 && expected.startsWith("/") && expected.endsWith("/")) {
            return Pattern.compile(expected.substring(1, expected.length() - 1))
                    .matcher(reply)
                    .find();
        }
        return ReplyText.areEqual(expected.startsWith("=") ? expected.substring(1) : expected, reply);
    }

    private static List<Case> cases() throws IOException {
        List<Case> cases = new ArrayList<>();
        String[] lines = read().split("\n", -1);
        for (int i = 0; i < lines.length; i++) {
            String line = lines[i];
            if (line.startsWith("== ")) {
                cases.add(new Case(line.substring(3), new ArrayList<>()));
            } else if (!line.isBlank() && !line.startsWith("#")) {
                boolean isOnSecond = line.startsWith("2> ");
                List<String> command = words(isOnSecond ? line.substring(3) : line);
                cases.get(cases.size() - 1).steps().add(new Step(isOnSecond, command, lines[++i].strip()));
            }
        }
        return cases;
    }

    private static String read() throws IOException {
        try (InputStream input = RepliesIT.class.getResourceAsStream(CASES)) {
            return new String(input.readAllBytes(), RespClient.BYTES);
        }
    }

    private static final Map<Character, Character> ESCAPES = new HashMap<>(Map.of('n', '\n', 'r', '\r', 't', '\t'));

    /** Words between spaces; in double quotes a backslash begins an escape, and {@code \\xHH} is a byte. */
    private static List<String> words(String line) {
        List<String> words = new ArrayList<>();
        StringBuilder word = null;
        boolean isQuoted = false;
        for (int i = 0; i < line.length(); i++) {
            char next = line.charAt(i);
            if (next == ' ' && !isQuoted) {
                addTo(words, word);
                word = null;
                continue;
            }
            word = word == null ? new StringBuilder() : word;
            if (next == '"') {
                isQuoted = !isQuoted;
            } else if (next == '\\' && isQuoted && line.charAt(i + 1) == 'x') {
                word.append((char) Integer.parseInt(line.substring(i + 2, i + 4), 16));
                i += 3;
            } else if (next == '\\' && isQuoted) {
                char escaped = line.charAt(++i);
                word.append(ESCAPES.getOrDefault(escaped, escaped));
            } else {
                word.append(next);
            }
        }
        addTo(words, word);
        return words;
    }

    private static void addTo(List<String> words, StringBuilder word) {
        if (word != null) {
            words.add(word.toString());
        }
    }
}
