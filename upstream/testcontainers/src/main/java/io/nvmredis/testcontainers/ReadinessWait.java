package io.nvmredis.testcontainers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.testcontainers.containers.ContainerLaunchException;
import org.testcontainers.containers.wait.strategy.AbstractWaitStrategy;

/**
 * Waits until the server answers clients otherwise than that it is loading. Gives up as soon as the container has ended,
 * with what the server has said: Testcontainers removes a container that has not started, and its log.
 */
final class ReadinessWait extends AbstractWaitStrategy {
    private static final int PROBE_TIMEOUT_MILLIS = 2_000;
    private static final long POLL_MILLIS = 50;
    private static final String LOADING = "-LOADING";
    private static final String PING = "*1\r\n$4\r\nPING\r\n";

    private final int port;
    private final Supplier<String> password;

    /**
     * Makes one for a server.
     *
     * @param port where it listens within the container
     * @param password what clients must give, or nothing
     */
    ReadinessWait(int port, Supplier<String> password) {
        this.port = port;
        this.password = password;
    }

    @Override
    protected void waitUntilReady() {
        long beginNanos = System.nanoTime();
        while (!serves()) {
            if (!waitStrategyTarget.isRunning()) {
                throw new ContainerLaunchException(
                        "the server has ended before it was ready: " + waitStrategyTarget.getLogs());
            }
            if (System.nanoTime() - beginNanos > startupTimeout.toNanos()) {
                throw new ContainerLaunchException(
                        "the server was not ready after " + startupTimeout.toSeconds() + " s");
            }
            pause();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ContainerLaunchException("interrupted before the server was ready", e);
        }
    }

    private boolean serves() {
        try (Socket socket = new Socket()) {
            socket.connect(
                    new InetSocketAddress(waitStrategyTarget.getHost(), waitStrategyTarget.getMappedPort(port)),
                    PROBE_TIMEOUT_MILLIS);
            socket.setSoTimeout(PROBE_TIMEOUT_MILLIS);
            // A client that has not given the password is not told that the server is loading.
            String secret = password.get();
            socket.getOutputStream().write((authentication(secret) + PING).getBytes(StandardCharsets.UTF_8));
            BufferedReader replies =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            return (secret.isEmpty() || isServing(replies.readLine())) && isServing(replies.readLine());
        } catch (IOException | IllegalArgumentException e) {
            // Nobody listens there yet, or the port is not mapped yet or any more.
            return false;
        }
    }

    /** A port that Docker maps takes connections before the server does, and drops them: there is no reply then. */
    private static boolean isServing(@Nullable String reply) {
        return reply != null && !reply.startsWith(LOADING);
    }

    private static String authentication(String secret) {
        if (secret.isEmpty()) {
            return "";
        }
        int length = secret.getBytes(StandardCharsets.UTF_8).length;
        return "*2\r\n$4\r\nAUTH\r\n$" + length + "\r\n" + secret + "\r\n";
    }
}
