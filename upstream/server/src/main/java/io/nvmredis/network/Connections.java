package io.nvmredis.network;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The clients that are connected, up to a limit. Any thread. */
public final class Connections {
    private final Set<ClientConnection> open = ConcurrentHashMap.newKeySet();
    /** Guarded by this, as is the wait for none. */
    private int admitted;
    /** Guarded by this. */
    private int limit;

    public Connections(int limit) {
        this.limit = limit;
    }

    /** Whether there is room for one more; if so it must {@link #leave} in the end. */
    synchronized boolean admit() {
        if (admitted >= limit) {
            return false;
        }
        admitted++;
        return true;
    }

    /** For clients to come: nobody is disconnected. */
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

    /** Whether the last one has left before the time was over. */
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
