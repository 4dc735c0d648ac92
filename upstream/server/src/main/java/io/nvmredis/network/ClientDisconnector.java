package io.nvmredis.network;

import io.nvmredis.engine.Engine;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Disconnects all clients when the server stops: clients that have been answered first, the others after a while. */
public final class ClientDisconnector {
    private static final Logger LOG = LoggerFactory.getLogger(ClientDisconnector.class);

    /** Milliseconds that clients have to take their last replies, and scripts to end. */
    private static final long GRACE_MILLIS = 5_000;

    /** Least number of milliseconds that clients have, however long the server has waited before. */
    private static final long LEAST_GRACE_MILLIS = 500;
    /** Milliseconds that scripts and connections have to end after they are told to. */
    private static final long END_MILLIS = 2_000;

    private final Connections connections;
    private final Engine engine;

    public ClientDisconnector(Connections connections, Engine engine) {
        this.connections = connections;
        this.engine = engine;
    }

    /** Disconnects the clients. The milliseconds that they have been given already are taken off their time. */
    public void disconnectAll(long waitedMillis) {
        try {
            connections.forEach(ClientConnection::shutDown);
            if (!connections.awaitNone(Math.max(LEAST_GRACE_MILLIS, GRACE_MILLIS - waitedMillis))) {
                force();
            }
        } catch (InterruptedException e) {
            LOG.warn("interrupted while clients were being disconnected; going on without");
            Thread.currentThread().interrupt();
        }
    }

    private void force() throws InterruptedException {
        LOG.warn(
                "{} clients do not take their replies or wait for a command to end; they are disconnected",
                connections.count());
        engine.killScript();
        connections.awaitNone(END_MILLIS);
        connections.forEach(ClientConnection::disconnect);
        connections.awaitNone(END_MILLIS);
    }
}
