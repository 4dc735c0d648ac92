package io.nvmredis.rdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisException;

/** A redis-server of the machine on a directory, for as long as it is open. */
final class RealRedis implements AutoCloseable {
    private final Process process;
    private final Jedis client;
    private final Path log;

    RealRedis(Path directory, String... options) throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        List<String> command = new ArrayList<>(List.of(
                "redis-server",
                "--port",
                Integer.toString(port),
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--dir",
                directory.toString(),
                "--appendonly",
                "no"));
        command.addAll(List.of(options));
        log = Files.createTempFile(directory, "redis", ".log");
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        client = connected(port);
    }

    private Jedis connected(int port) {
        try {
            return await().atMost(Duration.ofSeconds(30))
                    .until(() -> connectedOrNull(port), candidate -> candidate != null);
        } catch (RuntimeException | Error e) {
            process.destroyForcibly();
            throw e;
        }
    }

    private @Nullable Jedis connectedOrNull(int port) {
        if (!process.isAlive()) {
            throw new AssertionError("redis-server has ended: " + text(log));
        }
        Jedis candidate = null;
        try {
            candidate = new Jedis(
                    new HostAndPort("127.0.0.1", port),
                    DefaultJedisClientConfig.builder()
                            .socketTimeoutMillis(60_000)
                            .build());
            candidate.ping();
            return candidate;
        } catch (JedisException e) {
            if (candidate != null) {
                candidate.close();
            }
            return null;
        }
    }

    Jedis client() {
        return client;
    }

    /** Skips a test where a program is not installed. */
    static void assumeInstalled(String program) {
        boolean isInstalled = Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
        assumeTrue(isInstalled, program + " is not installed");
    }

    /** What a program prints; it must end with status 0. */
    static String run(String... command) throws IOException, InterruptedException {
        Path output = Files.createTempFile("output", ".txt");
        try {
            int status = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start()
                    .waitFor();
            assertThat(status).as(text(output)).isZero();
            return text(output);
        } finally {
            Files.delete(output);
        }
    }

    private static String text(Path file) {
        try {
            return MemoryDataSet.text(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        client.close();
        process.destroy();
        await().atMost(Duration.ofSeconds(30)).until(() -> !process.isAlive());
    }
}
