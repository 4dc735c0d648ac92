package io.nvmredis.spi.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
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
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** A {@code redis-server} from the PATH, on a port of its own, and a connection to it. */
public final class RealRedis implements AutoCloseable {
    private final Process process;
    private final int port;
    private final Connection connection;

    private RealRedis(Process process, Socket socket) throws IOException {
        this.process = process;
        port = socket.getPort();
        connection = new Connection(socket);
    }

    /** One more connection, closed with the server. */
    public Connection connect() {
        try {
            return new Connection(new Socket(InetAddress.getLoopbackAddress(), port));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Skips the test if a program is not there. */
    public static void assume(String program) {
        boolean isThere = false;
        for (String directory : System.getenv("PATH").split(":", -1)) {
            isThere |= Files.isExecutable(Path.of(directory, program));
        }
        Assumptions.assumeTrue(isThere, program + " is not in the PATH: install Debian's redis-server and redis-tools");
    }

    public static RealRedis start(Path directory, String... options) {
        assume("redis-server");
        try {
            int port;
            try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                port = free.getLocalPort();
            }
            List<String> command = new ArrayList<>(List.of(
                    "redis-server",
                    "--port",
                    "" + port,
                    "--bind",
                    "127.0.0.1",
                    "--dir",
                    directory.toString(),
                    "--save",
                    "",
                    "--appendonly",
                    "yes"));
            command.addAll(List.of(options));
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolveSibling("redis.log").toFile())
                    .start();
            return connect(process, port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static RealRedis connect(Process process, int port) throws IOException {
        Socket[] connected = new Socket[1];
        try {
            await().atMost(Duration.ofSeconds(30)).until(() -> {
                if (!process.isAlive()) {
                    throw new AssertionError("redis-server has ended");
                }
                try {
                    connected[0] = new Socket(InetAddress.getLoopbackAddress(), port);
                    return true;
                } catch (IOException e) {
                    return false;
                }
            });
            RealRedis redis = new RealRedis(process, connected[0]);
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> !redis.command("PING").startsWith("-LOADING"));
            return redis;
        } catch (RuntimeException | Error e) {
            process.destroyForcibly();
            throw e;
        }
    }

    /** A command as a client sends it. */
    public static String resp(String... words) {
        StringBuilder text = new StringBuilder("*" + words.length + "\r\n");
        for (String word : words) {
            text.append('$').append(word.length()).append("\r\n").append(word).append("\r\n");
        }
        return text.toString();
    }

    /** Sends a command and returns the reply, arrays with spaces between their elements. */
    public String command(String... words) {
        return connection.command(words);
    }

    /** A client. */
    public static final class Connection {
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

    /** What {@code redis-check-aof} says of a manifest or file. */
    public static String check(Path file) {
        assume("redis-check-aof");
        try {
            Process process = new ProcessBuilder("redis-check-aof", file.toString())
                    .redirectErrorStream(true)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), ISO_8859_1);
            return process.waitFor() == 0 ? output : "FAILED: " + output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Ends it as a signal does, with everything written. */
    @Override
    public void close() {
        process.destroy();
        try {
            connection.socket.close();
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("redis-server does not end");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            throw new AssertionError(e);
        }
    }
}
