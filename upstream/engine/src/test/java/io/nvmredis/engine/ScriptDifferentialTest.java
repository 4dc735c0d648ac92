package io.nvmredis.engine;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.spi.testkit.RealRedis;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the scripts of {@code scripts.lua}, a line each, here and on a redis-server 7.0, each on the same few keys, and
 * compares the replies byte by byte. Of a text that is no Lua the words after "near" are not compared: LuaJ's compiler
 * has others.
 */
class ScriptDifferentialTest {
    private static final String NO_LUA = "-ERR Error compiling script (new function): ";
    private static final List<List<String>> KEYS = List.of(
            List.of("flushall"),
            List.of("set", "str", "hello"),
            List.of("rpush", "list", "a", "b", "c"),
            List.of("hset", "hash", "f", "v"),
            List.of("zadd", "zset", "1", "a", "2.5", "b"),
            List.of("sadd", "set", "m"));
    /** As a worker of the server has it. */
    private static final long STACK_BYTES = 32 << 20;

    @TempDir
    Path directory;

    @Test
    void shouldReplyAsRedisDoes() throws IOException, InterruptedException {
        List<String> scripts = scripts();
        List<String> expected;
        try (RealRedis redis = RealRedis.start(directory, "--appendonly", "no");
                RealRedis.Connection connection = redis.connect()) {
            expected = replies(scripts, connection::raw);
        }
        List<String> found = new ArrayList<>();
        try (TestClient client = new TestClient()) {
            Thread thread = new Thread(null, () -> found.addAll(replies(scripts, client::run)), "scripts", STACK_BYTES);
            thread.start();
            thread.join();
        }
        List<String> differing = new ArrayList<>();
        for (int i = 0; i < scripts.size(); i++) {
            if (!comparable(found.get(i)).equals(comparable(expected.get(i)))) {
                differing.add(scripts.get(i) + "\n  redis: " + expected.get(i) + "  here:  " + found.get(i));
            }
        }
        assertThat(differing).isEmpty();
    }

    private static String comparable(String reply) {
        return reply.startsWith(NO_LUA) ? NO_LUA : reply;
    }

    /** Where a line has to end in a script, the file has {@code \n}. */
    private static List<String> scripts() throws IOException {
        try (InputStream file = ScriptDifferentialTest.class.getResourceAsStream("script/scripts.lua")) {
            return Arrays.stream(new String(file.readAllBytes(), ISO_8859_1).split("\n"))
                    .map(line -> isOfLines(line) ? line.replace("\\n", "\n") : line)
                    .toList();
        }
    }

    private static boolean isOfLines(String line) {
        return line.startsWith("#!") || line.startsWith("\\n") || line.contains("{}\\n") || line.contains("()\\n");
    }

    private static List<String> replies(List<String> scripts, Server server) {
        List<String> replies = new ArrayList<>();
        for (String script : scripts) {
            KEYS.forEach(command -> server.run(command.toArray(new String[0])));
            replies.add(server.run("eval", script, "2", "k1", "k2", "arg1", "b", "10"));
        }
        return replies;
    }

    private interface Server {
        String run(String... words);
    }
}
