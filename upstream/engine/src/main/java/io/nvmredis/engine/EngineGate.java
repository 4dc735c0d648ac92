package io.nvmredis.engine;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Keeps event loops from ever waiting for a script.
 *
 * <p>A script holds the engine's lock as long as it runs, so nobody who must not wait may try for that lock while one
 * does. Scripts pass the gate alone, ordinary commands share it; both take it before the engine's lock and never the
 * other way round. An event loop that cannot share it at once hands its commands to workers, which wait here, where they
 * can look up every few milliseconds and answer BUSY.
 */
final class EngineGate {
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock(true);
    /** Scripts that run or want to: counted before they queue, so that loops make way for them. */
    private final AtomicInteger scripts = new AtomicInteger();

    /** For an event loop: never waits. */
    boolean tryEnter() {
        return scripts.get() == 0 && lock.readLock().tryLock();
    }

    void exit() {
        lock.readLock().unlock();
    }

    void scriptArrives() {
        scripts.incrementAndGet();
    }

    void scriptLeaves() {
        scripts.decrementAndGet();
    }

    Lock shared() {
        return lock.readLock();
    }

    Lock alone() {
        return lock.writeLock();
    }

    /** Waits so long to have the gate alone, whoever interrupts it. Returns whether that was to be had. */
    boolean awaitAlone(long millis) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        boolean isInterrupted = false;
        try {
            while (true) {
                try {
                    return alone().tryLock(end - System.nanoTime(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    isInterrupted = true;
                }
            }
        } finally {
            if (isInterrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Waits a little for a side of the gate. */
    static boolean tryFor(Lock side, long millis) {
        try {
            return side.tryLock(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
