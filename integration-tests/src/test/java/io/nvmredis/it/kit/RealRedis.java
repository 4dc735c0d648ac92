package io.nvmredis.it.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Debian's {@code redis-server} in a process of its own, on a free port of the loopback.
 *
 * <p>It never outlives its test: {@link #close} kills what still runs, and so does the {@link TestDirectory} that it was
 * started through.
 */
public final class RealRedis implements AutoCloseable {
    private static final Duration START_DEADLINE = Duration.ofSeconds(60);
    private static final Duration EXIT_DEADLINE = Duration.ofSeconds(60);
    private static final int START_ATTEMPTS = 5;

    private final Processes processes;
    private final int port;
    private final Process process;
    private final ProcessOutput output;

    private RealRedis(Processes processes, int port, Process process) {
        this.processes = processes;
        this.port = port;
        this.process = process;
        output = new ProcessOutput(process.getInputStream(), "redis-server");
    }

    /** Goes on only if it can be run, and what checks its files. */
    public static void require() {
        Requirement.requirePrograms(
                "redis-server",
                "apt-get install redis-server gives it",
                "redis-server",
                "redis-cli",
                "redis-check-aof",
                "redis-check-rdb");
    }

    /** One that keeps its data in this directory, which is made; and has served a command. */
    static RealRedis start(Processes processes, Path directory, String... options)
            throws IOException, InterruptedException {
        Files.createDirectories(directory);
        // Another process may take the port first.
        for (int attempt = 1; ; attempt++) {
            RealRedis redis = launch(processes, directory, options);
            if (redis.isServing()) {
                return redis;
            }
            redis.close();
            if (attempt == START_ATTEMPTS) {
                throw new AssertionError("redis-server does not start:\n" + String.join("\n", redis.output.allLines()));
            }
        }
    }

    private static RealRedis launch(Processes processes, Path directory, String... options) throws IOException {
        int port = freePort();
        List<String> command = new ArrayList<>(List.of("redis-server", "--port", Integer.toString(port)));
        command.addAll(List.of("--bind", "127.0.0.1", "--dir", directory.toString(), "--save", ""));
        command.addAll(List.of("--enable-debug-command", "local", "--daemonize", "no"));
        command.addAll(Arrays.asList(options));
        Process process = processes.start(new ProcessBuilder(command).redirectErrorStream(true));
        return new RealRedis(processes, port, process);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private boolean isServing() {
        await().atMost(START_DEADLINE).pollInterval(Duration.ofMillis(10)).until(() -> !process.isAlive() || answers());
        return process.isAlive();
    }

    private boolean answers() {
        try (RespClient client = connect()) {
            Object reply = client.call("PING");
            return reply.equals("PONG") || reply.toString().contains("NOAUTH");
        } catch (IOException e) {
            return false;
        }
    }

    public int port() {
        return port;
    }

    public RespClient connect() throws IOException {
        return new RespClient(port);
    }

    /** Ends it in order, as SIGTERM does. */
    public void terminate() throws InterruptedException {
        process.destroy();
        assertThat(process.waitFor(EXIT_DEADLINE.toMillis(), TimeUnit.MILLISECONDS))
                .as("redis-server ends: %s", output.lines())
                .isTrue();
        assertThat(process.exitValue()).as("%s", output.allLines()).isZero();
    }

    @Override
    public void close() {
        processes.end(process);
    }

    /** Runs one of Redis's programs, and returns what it says if it succeeds. */
    public static List<String> run(String... command) throws IOException, InterruptedException {
        return Program.run(Duration.ofMinutes(2), command);
    }
}
