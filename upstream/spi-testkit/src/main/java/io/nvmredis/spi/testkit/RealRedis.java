package io.nvmredis.spi.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/**
 * Process of a {@code redis-server} from the PATH, on a port of its own, and a connection to it.
 *
 * <p>It writes no RDB file when it ends, and an append-only file only if it is asked to.
 */
public final class RealRedis implements AutoCloseable {
    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final int START_ATTEMPTS = 5;

    private final Process process;
    private final int port;
    private final CompletableFuture<String> output = new CompletableFuture<>();
    private @Nullable Connection connection;

    /** Starts a process, and may see to it that it ends. */
    @FunctionalInterface
    public interface Launcher {
        Process start(ProcessBuilder builder) throws IOException;
    }

    private RealRedis(Process process, int port) {
        this.process = process;
        this.port = port;
        Thread reader = new Thread(this::readOutput, "redis-server");
        reader.setDaemon(true);
        reader.start();
    }

    private void readOutput() {
        try {
            output.complete(new String(process.getInputStream().readAllBytes(), ISO_8859_1));
        } catch (IOException e) {
            output.complete("[its output could not be read: " + e + "]");
        }
    }

    /** Skips the test if a program is not in the PATH. */
    public static void assume(String program) {
        boolean isThere = false;
        for (String directory : System.getenv("PATH").split(":", -1)) {
            isThere |= Files.isExecutable(Path.of(directory, program));
        }
        Assumptions.assumeTrue(isThere, program + " is not in the PATH: install Debian's redis-server and redis-tools");
    }

    /**
     * Starts a server with an append-only file in this directory, unless the options say otherwise; it has served a
     * command when this method returns.
     */
    public static RealRedis start(Path directory, String... options) {
        assume("redis-server");
        List<String> all = new ArrayList<>(List.of("--appendonly", "yes"));
        all.addAll(List.of(options));
        return start(ProcessBuilder::start, directory, all);
    }

    /**
     * Starts a server that keeps its data in this directory, which is made; it has served a command when this method
     * returns.
     */
    public static RealRedis start(Launcher launcher, Path directory, List<String> options) {
        try {
            Files.createDirectories(directory);
            // Another process may take the port first.
            for (int attempt = 1; ; attempt++) {
                RealRedis redis = launch(launcher, directory, options);
                if (redis.isServing()) {
                    return redis;
                }
                if (attempt == START_ATTEMPTS) {
                    throw new AssertionError("redis-server does not start:\n" + redis.output.join());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static RealRedis launch(Launcher launcher, Path directory, List<String> options) throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        List<String> command = new ArrayList<>(List.of("redis-server", "--port", "" + port, "--bind", "127.0.0.1"));
        command.addAll(List.of("--dir", directory.toString(), "--save", ""));
        command.addAll(options);
        return new RealRedis(launcher.start(new ProcessBuilder(command).redirectErrorStream(true)), port);
    }

    /** Waits until the server serves or has ended. Returns whether it serves. */
    private boolean isServing() {
        try {
            await().atMost(DEADLINE).pollInterval(Duration.ofMillis(10)).until(() -> !process.isAlive() || answers());
            return process.isAlive();
        } catch (RuntimeException | Error e) {
            process.destroyForcibly();
            throw e;
        }
    }

    private boolean answers() {
        try (Connection probe = connect()) {
            String reply = probe.command("PING");
            if (reply.startsWith("-")) {
                return !reply.startsWith("-LOADING");
            }
            // Another server may have taken the port, and this one not have noticed yet.
            return probe.command("INFO", "server").contains("process_id:" + process.pid() + "\r\n");
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    public int port() {
        return port;
    }

    /** Opens another connection. */
    public Connection connect() {
        try {
            return new Connection(new Socket(InetAddress.getLoopbackAddress(), port));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns a command in RESP, as a client sends it. */
    public static String resp(String... words) {
        StringBuilder text = new StringBuilder("*" + words.length + "\r\n");
        for (String word : words) {
            text.append('$').append(word.length()).append("\r\n").append(word).append("\r\n");
        }
        return text.toString();
    }

    /** Sends a command and returns the reply, arrays with spaces between their elements. */
    public String command(String... words) {
        if (connection == null) {
            connection = connect();
        }
        return connection.command(words);
    }

    /** Connection of a client. */
    public static final class Connection implements AutoCloseable {
        private final Socket socket;
        private final InputStream input;

        private Connection(Socket socket) throws IOException {
            this.socket = socket;
            input = new BufferedInputStream(socket.getInputStream());
        }

        /** Sends a command and returns the reply, arrays with spaces between their elements. */
        public String command(String... words) {
            return plain(new int[1], raw(words));
        }

        /** Sends a command and returns the reply as it comes. */
        public String raw(String... words) {
            try {
                socket.getOutputStream().write(resp(words).getBytes(ISO_8859_1));
                StringBuilder reply = new StringBuilder();
                read(reply);
                return reply.toString();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private void read(StringBuilder reply) throws IOException {
            int start = reply.length();
            for (int next = 0; next != '\n'; ) {
                next = input.read();
                if (next < 0) {
                    throw new IOException("redis-server has closed the connection");
                }
                reply.append((char) next);
            }
            String line = reply.substring(start, reply.length() - 2);
            if (line.startsWith("$") && !line.equals("$-1")) {
                reply.append(new String(input.readNBytes(Integer.parseInt(line.substring(1)) + 2), ISO_8859_1));
            } else if (line.startsWith("*")) {
                for (int left = Integer.parseInt(line.substring(1)); left > 0; left--) {
                    read(reply);
                }
            }
        }

        @Override
        public void close() {
            try {
                socket.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static String plain(int[] at, String reply) {
            int end = reply.indexOf('\r', at[0]);
            String line = reply.substring(at[0], end);
            at[0] = end + 2;
            switch (line.charAt(0)) {
                case '$' -> {
                    int length = Integer.parseInt(line.substring(1));
                    if (length < 0) {
                        return "(nil)";
                    }
                    String value = reply.substring(at[0], at[0] + length);
                    at[0] += length + 2;
                    return value;
                }
                case '*' -> {
                    List<String> elements = new ArrayList<>();
                    for (int left = Integer.parseInt(line.substring(1)); left > 0; left--) {
                        elements.add(plain(at, reply));
                    }
                    return String.join(" ", elements);
                }
                case '-' -> {
                    return line;
                }
                default -> {
                    return line.substring(1);
                }
            }
        }
    }

    /** Returns what {@code redis-check-aof} prints about a manifest or file. */
    public static String check(Path file) {
        return check("redis-check-aof", file);
    }

    /** Returns what one of Redis's programs prints about a file, after FAILED if its exit status is not 0. */
    public static String check(String program, Path file) {
        assume(program);
        try {
            Process process = new ProcessBuilder(program, file.toString())
                    .redirectErrorStream(true)
                    .start();
            String said = new String(process.getInputStream().readAllBytes(), ISO_8859_1);
            return process.waitFor() == 0 ? said : "FAILED: " + said;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Ends the server by a signal, with everything written, and asserts that its exit status is 0. */
    public void terminate() {
        close();
        assertThat(process.exitValue()).as("%s", output.join()).isZero();
    }

    /** Ends the server by a signal, with everything written. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (connection != null) {
                connection.close();
            }
            if (!process.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("redis-server does not end");
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            throw new AssertionError(e);
        }
    }
}
