package io.nvmredis.server;

/** Port on which the metrics of a server are shown, until it is closed. */
public interface MetricsEndpoint extends AutoCloseable {
    int port();

    @Override
    void close();
}
