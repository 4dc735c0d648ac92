package io.nvmredis.network;

import java.util.concurrent.TimeUnit;

/**
 * Looks once a second for clients that have been idle for longer than {@code timeout}, and has them disconnected. Runs on
 * an event loop; the clients' own loops decide.
 */
final class IdleClients implements Runnable {
    private final Connections connections;
    private final ClientLimits limits;

    IdleClients(FrontEnd frontEnd) {
        this.connections = frontEnd.connections();
        this.limits = frontEnd.limits();
    }

    @Override
    public void run() {
        long seconds = limits.idleSeconds();
        if (seconds > 0) {
            long limitNanos = TimeUnit.SECONDS.toNanos(seconds);
            connections.forEach(connection -> connection.endIfIdle(limitNanos));
        }
    }
}
