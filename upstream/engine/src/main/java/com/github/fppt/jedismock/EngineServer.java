package com.github.fppt.jedismock;

import com.github.fppt.jedismock.storage.BlockingManager;
import com.github.fppt.jedismock.storage.RedisBase;
import com.github.fppt.jedismock.storage.RedisConfiguration;
import com.github.fppt.jedismock.storage.ScriptingManager;
import com.github.fppt.jedismock.storage.SubscriptionRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.util.Map;

/**
 * Upstream's server without its network, on databases that somebody else supplies.
 *
 * <p>In upstream's package because what it overrides and opens up is visible there alone: the map of databases, which
 * is also the engine's lock, and the making of a client over a socket of ours. Code that holds a {@link RedisServer}
 * keeps working.
 */
public class EngineServer extends RedisServer {
    private final Map<Integer, RedisBase> databases;
    private final SubscriptionRegistry subscriptions;
    private volatile String host = "127.0.0.1";
    private volatile int port;

    public EngineServer(Map<Integer, RedisBase> databases, SubscriptionRegistry subscriptions) {
        this.databases = databases;
        this.subscriptions = subscriptions;
    }

    /** Where the network listens, for the commands that tell. */
    public void listensAt(String newHost, int newPort) {
        host = newHost;
        port = newPort;
    }

    /** Upstream's idea of a connection, over the streams of this socket. */
    public RedisClient newClient(Socket socket) {
        try {
            return new RedisClient(this, socket, client -> {});
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    Map<Integer, RedisBase> getRedisBases() {
        return databases;
    }

    public BlockingManager blockingManager() {
        return getBlockingManager();
    }

    public ScriptingManager scriptingManager() {
        return getScriptingManager();
    }

    public RedisConfiguration configuration() {
        return getConfiguration();
    }

    public SubscriptionRegistry subscriptionRegistry() {
        return subscriptions;
    }

    @Override
    SubscriptionRegistry getSubscriptionRegistry() {
        return subscriptions;
    }

    @Override
    public RedisServer start() {
        throw new UnsupportedOperationException("the network is not upstream's here: start the server's network");
    }

    @Override
    public void stop() {
        throw new UnsupportedOperationException("the network is not upstream's here: stop the server's network");
    }

    @Override
    public boolean isRunning() {
        return port != 0;
    }

    @Override
    public String getHost() {
        return host;
    }

    @Override
    public int getBindPort() {
        return port;
    }
}
