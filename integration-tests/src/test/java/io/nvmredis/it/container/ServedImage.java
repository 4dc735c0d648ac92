package io.nvmredis.it.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nvmredis.it.kit.RespClient;
import io.nvmredis.it.kit.TcpProxy;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.testcontainers.containers.GenericContainer;

/** A running container behind a port that stays the same when the server is started again. */
final class ServedImage implements AutoCloseable {
    private static final int STOP_SECONDS = 30;
    private static final Duration START_DEADLINE = Duration.ofSeconds(60);

    private final GenericContainer<?> container;
    private final TcpProxy proxy;

    private ServedImage(GenericContainer<?> container) throws IOException {
        this.container = container;
        proxy = new TcpProxy(() -> new InetSocketAddress(container.getHost(), Ports.of(container)));
    }

    /** Takes a container that has not been started, and starts it. */
    static ServedImage start(GenericContainer<?> container) throws IOException {
        container.start();
        return new ServedImage(container);
    }

    int port() {
        return proxy.port();
    }

    String uri() {
        return "redis://127.0.0.1:" + port();
    }

    TcpProxy proxy() {
        return proxy;
    }

    /** A client that hides nothing. */
    RespClient connect() throws IOException {
        return new RespClient(port());
    }

    /** Ends the server in order, starts it again, and waits until it answers. */
    void restart() {
        container
                .getDockerClient()
                .restartContainerCmd(container.getContainerId())
                .withTimeout(STOP_SECONDS)
                .exec();
        await().atMost(START_DEADLINE).ignoreExceptions().untilAsserted(() -> {
            try (RespClient client = connect()) {
                assertThat(client.call("PING")).isEqualTo("PONG");
            }
        });
    }

    @Override
    public void close() throws IOException {
        proxy.close();
        container.stop();
    }
}
