package io.nvmredis.engine;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
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
    private static final long STACK_BYTES = 16 << 20;

    @TempDir
    Path directory;

    @Test
    void shouldReplyAsRedisDoes() throws IOException, InterruptedException {
        assumeRedis();
        List<String> scripts = scripts();
        List<String> expected;
        try (Oracle redis = new Oracle(directory)) {
            expected = replies(scripts, redis::command);
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

    private static void assumeRedis() {
        boolean isThere = Arrays.stream(System.getenv("PATH").split(":", -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "redis-server")));
        Assumptions.assumeTrue(isThere, "redis-server is not in the PATH: install Debian's redis-server");
    }

    /** A redis-server, whose replies are shown as they are sent. */
    private static final class Oracle implements AutoCloseable {
        private final Process process;
        private final Socket socket;
        private final InputStream input;

        Oracle(Path directory) throws IOException {
            int port;
            try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                port = free.getLocalPort();
            }
            process = new ProcessBuilder(
                            "redis-server",
                            "--port",
                            "" + port,
                            "--bind",
                            "127.0.0.1",
                            "--save",
                            "",
                            "--dir",
                            "" + directory)
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("redis.log").toFile())
                    .start();
            Socket[] connected = new Socket[1];
            await().atMost(Duration.ofSeconds(30)).until(() -> {
                try {
                    connected[0] = new Socket(InetAddress.getLoopbackAddress(), port);
                    return true;
                } catch (IOException e) {
                    return !process.isAlive();
                }
            });
            socket = connected[0];
            input = new BufferedInputStream(socket.getInputStream());
        }

        String command(String... words) {
            StringBuilder request = new StringBuilder("*" + words.length + "\r\n");
            for (String word : words) {
                request.append('$')
                        .append(word.length())
                        .append("\r\n")
                        .append(word)
                        .append("\r\n");
            }
            try {
                socket.getOutputStream().write(request.toString().getBytes(ISO_8859_1));
                StringBuilder reply = new StringBuilder();
                read(reply);
                return reply.toString();
            } catch (IOException e) {
                throw new AssertionError("redis-server has gone at: " + String.join(" ", words), e);
            }
        }

        private void read(StringBuilder reply) throws IOException {
            String line = line();
            reply.append(line);
            if (line.charAt(0) == '$' && line.charAt(1) != '-') {
                int length = Integer.parseInt(line.substring(1).strip()) + 2;
                reply.append(new String(input.readNBytes(length), ISO_8859_1));
            } else if (line.charAt(0) == '*') {
                for (int left = Integer.parseInt(line.substring(1).strip()); left > 0; left--) {
                    read(reply);
                }
            }
        }

        private String line() throws IOException {
            StringBuilder line = new StringBuilder();
            for (int next = input.read(); ; next = input.read()) {
                if (next < 0) {
                    throw new IOException("the connection is closed");
                }
                line.append((char) next);
                if (next == '\n') {
                    return line.toString();
                }
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
            process.destroy();
            try {
                process.waitFor(30, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            process.destroyForcibly();
        }
    }
}
