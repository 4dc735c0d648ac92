package io.nvmredis.nvm.replay;

import io.nvmredis.spi.errors.PersistenceException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Threads that wait until the replay has applied a part of the backlog. None waits for a replay that cannot go on: it
 * gets an exception instead.
 */
final class ReplayWaiters {
    private final Object lock = new Object();
    private @Nullable PersistenceException failure;
    private @Nullable String shortage;
    /** What a test without threads does in place of waiting. */
    private @Nullable Runnable inPlaceOfWaiting;

    void doInPlaceOfWaiting(Runnable action) {
        inPlaceOfWaiting = action;
    }

    /**
     * Waits until the applied LSN has risen so far.
     *
     * @throws PersistenceException if the replay has stopped or finds no room
     */
    void await(long lsn, LongSupplier appliedLsn) {
        boolean isInterrupted = false;
        Runnable action = inPlaceOfWaiting;
        while (action != null && appliedLsn.getAsLong() < lsn) {
            action.run();
        }
        try {
            synchronized (lock) {
                while (appliedLsn.getAsLong() < lsn) {
                    requireGoing();
                    try {
                        lock.wait();
                    } catch (InterruptedException e) {
                        isInterrupted = true;
                    }
                }
            }
        } finally {
            if (isInterrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void requireGoing() {
        PersistenceException failed = failure;
        if (failed != null) {
            throw new PersistenceException("its many changes could not be applied: " + failed.getMessage(), failed);
        }
        if (shortage != null) {
            throw new PersistenceException("its many changes wait for room: " + shortage);
        }
    }

    /** Lets the threads look again; called after each rise of the applied LSN. */
    void wake(@Nullable String newShortage) {
        synchronized (lock) {
            shortage = newShortage;
            lock.notifyAll();
        }
    }

    void fail(PersistenceException cause) {
        synchronized (lock) {
            failure = cause;
            lock.notifyAll();
        }
    }
}
