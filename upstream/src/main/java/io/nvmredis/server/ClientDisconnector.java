package io.nvmredis.server;

import io.nvmredis.engine.Engine;
import io.nvmredis.engine.Session;
import io.nvmredis.engine.SessionOutput;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Disconnects all clients when the server stops: those first that have been answered, the others after a while. */
final class ClientDisconnector {
    private static final Logger LOG = LoggerFactory.getLogger(ClientDisconnector.class);

    /** How long clients are given to take their last replies, and scripts to end. */
    private static final long GRACE_MILLIS = 5_000;
    /** How long what has been told to end is given to do so. */
    private static final long END_MILLIS = 2_000;

    private final Connections connections;
    private final Workers workers;
    private final Engine engine;

    ClientDisconnector(Connections connections, Workers workers, Engine engine) {
        this.connections = connections;
        this.workers = workers;
        this.engine = engine;
    }

    void disconnectAll() {
        try {
            connections.forEach(ClientConnection::shutDown);
            if (!connections.awaitNone(GRACE_MILLIS)) {
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
        workers.execute(this::killScript);
        connections.awaitNone(END_MILLIS);
        connections.forEach(ClientConnection::disconnect);
        connections.awaitNone(END_MILLIS);
    }

    /** A script that does not end would hold the engine, and so the persister, for ever. */
    private void killScript() {
        Session session = engine.openSession(new Nobody());
        try {
            session.executeOnWorker(
                    List.of("SCRIPT".getBytes(StandardCharsets.US_ASCII), "KILL".getBytes(StandardCharsets.US_ASCII)));
        } finally {
            session.close();
        }
    }

    /** Where the server's own commands are answered to. */
    private static final class Nobody implements SessionOutput {
        @Override
        public void push(byte[] message) {
            // Nobody listens.
        }

        @Override
        public void close() {
            // Nothing is open.
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public int localPort() {
            return 0;
        }
    }
}
