package io.nvmredis.engine;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Keeps event loops from ever waiting for a script.
 *
 * <p>A script holds the engine's lock as long as it runs, so a thread that must not wait may not try for that lock
 * meanwhile. A script passes the gate alone, ordinary commands share it; both take the gate before the engine's lock
 * and never the other way round. An event loop that cannot share the gate at once hands its commands to workers, which
 * wait here, where they can look up every few milliseconds and answer BUSY.
 */
final class EngineGate {
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock(true);
    /**
     * Number of scripts and other exclusive actions that run or want to run. Each is counted before it queues, so that
     * event loops make way for it.
     */
    private final AtomicInteger scripts = new AtomicInteger();

    /** Takes a share of the gate for an event loop, if that is possible at once. Never waits. */
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

    /** Waits up to {@code millis} for the gate alone, despite interrupts. Returns whether the thread has it. */
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

    /**
     * Waits up to {@code millis}, or until an interrupt, for one side of the gate. Returns whether the thread has it.
     */
    static boolean tryFor(Lock side, long millis) {
        try {
            return side.tryLock(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
