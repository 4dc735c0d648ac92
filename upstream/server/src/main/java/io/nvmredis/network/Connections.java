package io.nvmredis.network;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Clients that are connected, up to a limit. Any thread. */
public final class Connections {
    private final Set<ClientConnection> open = ConcurrentHashMap.newKeySet();
    /**
     * Number of clients that have been admitted and have not left. Guarded by this, which is notified when a client
     * leaves.
     */
    private int admitted;
    /** Most clients that may be connected. Guarded by this. */
    private int limit;

    /** Number of clients that have been admitted. Guarded by this. */
    private long admittedCount;
    /** Number of clients that have been turned away. Guarded by this. */
    private long rejectedCount;

    public Connections(int limit) {
        this.limit = limit;
    }

    /**
     * Admits one more client if there is room. Returns false if there is none; a client that was admitted must {@link
     * #leave}.
     */
    synchronized boolean admit() {
        if (admitted >= limit) {
            rejectedCount++;
            return false;
        }
        admitted++;
        admittedCount++;
        return true;
    }

    /** Notes that a client was turned away for another reason than the limit. */
    synchronized void reject() {
        rejectedCount++;
    }

    synchronized long admittedCount() {
        return admittedCount;
    }

    synchronized long rejectedCount() {
        return rejectedCount;
    }

    /** Sets the limit for clients to come; no client is disconnected. */
    public synchronized void limit(int newLimit) {
        limit = newLimit;
    }

    public synchronized int limit() {
        return limit;
    }

    synchronized void leave() {
        admitted--;
        notifyAll();
    }

    public synchronized int count() {
        return admitted;
    }

    /** Waits until no client is left. Returns false if the time is over before. */
    synchronized boolean awaitNone(long timeoutMillis) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
        while (admitted > 0) {
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (left <= 0) {
                return false;
            }
            wait(left);
        }
        return true;
    }

    void add(ClientConnection connection) {
        open.add(connection);
    }

    void remove(ClientConnection connection) {
        open.remove(connection);
    }

    void forEach(Consumer<ClientConnection> action) {
        open.forEach(action);
    }
}
