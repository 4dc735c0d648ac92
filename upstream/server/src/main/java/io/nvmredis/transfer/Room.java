package io.nvmredis.transfer;

import io.nvmredis.spi.CommitListener;
import io.nvmredis.spi.Persister;
import io.nvmredis.spi.errors.PersistenceException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Makes the writing thread wait while the log has no room, and tells it of a commit that failed in the background.
 *
 * <p>Threads: one thread waits; the persister's own threads tell.
 */
final class Room implements CommitListener {
    /**
     * Period of looks for room, for the case that it was told before the thread waited; otherwise the thread is told.
     */
    private static final long LOOK_UP_MILLIS = 20;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition isTold = lock.newCondition();
    private volatile @Nullable PersistenceException failure;

    /** Waits until this persister takes transactions again. */
    void await(Persister persister) {
        requireNoFailure();
        if (!persister.isBackedUp()) {
            return;
        }
        lock.lock();
        try {
            while (persister.isBackedUp()) {
                requireNoFailure();
                isTold.await(LOOK_UP_MILLIS, TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TransferException("interrupted while waiting for room in the log", e);
        } finally {
            lock.unlock();
        }
    }

    private void requireNoFailure() {
        PersistenceException told = failure;
        if (told != null) {
            throw new TransferException("what was imported could not be made durable: " + told.getMessage(), told);
        }
    }

    @Override
    public void onDurable(long durableLsn) {
        // Only the last commit is waited for, by closing the persister.
    }

    @Override
    public void onCommitFailed(PersistenceException told) {
        failure = told;
        onRoom();
    }

    @Override
    public void onRoom() {
        lock.lock();
        try {
            isTold.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
