package io.nvmredis.junit5;

import io.nvmredis.server.NvmRedisServer;
import java.nio.file.Path;
import java.util.Map;

/**
 * Server that a test has been given, which it may start again.
 *
 * <p>Threads: any. {@link #restart} excludes itself; a client that is connected meanwhile loses its connection.
 */
public final class EmbeddedRedis {
    private static final String PORT = "port";

    private final Map<String, String> settings;
    private volatile NvmRedisServer server;

    /** Starts a server, which has served no client when this returns. */
    EmbeddedRedis(Map<String, String> settings) {
        this.settings = settings;
        server = start(settings.getOrDefault(PORT, "0"));
    }

    private NvmRedisServer start(String port) {
        NvmRedisServer.Builder builder = NvmRedisServer.builder();
        settings.forEach(builder::setting);
        return builder.setting(PORT, port).build().start();
    }

    /** Returns the server as it runs now: {@link #restart} makes another. */
    public NvmRedisServer server() {
        return server;
    }

    public String host() {
        return server.host();
    }

    /** Returns the port, which {@link #restart} keeps. */
    public int port() {
        return server.port();
    }

    /** Returns the address for clients: {@code redis://127.0.0.1:32768}. */
    public String uri() {
        return "redis://" + host() + ":" + port();
    }

    /** Returns the directory of the data, which is deleted in the end, unless the setting {@code dir} has named it. */
    public Path directory() {
        return server.directory();
    }

    /**
     * Ends the server in order and starts it again on the same data and the same port; returns when it serves them. What
     * a persistence keeps over that is there again: everything, or with {@code rdb} what has been saved, or with {@code
     * none} nothing.
     */
    public synchronized void restart() {
        int port = server.port();
        server.close();
        server = start(Integer.toString(port));
    }

    synchronized void close() {
        server.close();
    }

    @Override
    public String toString() {
        return uri() + " on " + directory();
    }
}
