package io.nvmredis.testcontainers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.testcontainers.containers.ContainerLaunchException;
import org.testcontainers.containers.wait.strategy.AbstractWaitStrategy;

/**
 * Waits until the server answers clients otherwise than that it is loading. Gives up as soon as the container has ended,
 * with what the server has said: Testcontainers removes a container that has not started, and its log.
 */
final class ReadinessWait extends AbstractWaitStrategy {
    private static final int PROBE_TIMEOUT_MILLIS = 2_000;
    private static final long POLL_MILLIS = 50;
    private static final byte[] PING = "PING\r\n".getBytes(StandardCharsets.US_ASCII);

    private final int port;

    ReadinessWait(int port) {
        this.port = port;
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
            socket.getOutputStream().write(PING);
            BufferedReader replies =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            String reply = replies.readLine();
            // A port that Docker maps takes connections before the server does, and drops them.
            return reply != null && !reply.startsWith("-LOADING");
        } catch (IOException | IllegalArgumentException e) {
            // Nobody listens there yet, or the port is not mapped yet or any more.
            return false;
        }
    }
}
