package io.nvmredis.stock.aof;

import io.nvmredis.spi.support.ThreadJoins;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Thread that syncs the file once per second, repeats a failed write, and checks whether a rewrite is due.
 *
 * <p>After a failed sync, commands are refused until one succeeds, as in Redis; transactions written before it that the
 * kernel then still had in memory may be lost when the power fails.
 */
final class EverySecond implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(EverySecond.class);
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final AofWriter writer;
    private final BooleanSupplier mustSync;
    private final BooleanSupplier mayRetry;
    private final Runnable onTick;
    private final Thread thread = new Thread(this, "aof-everysec");
    private long lastSyncNanos = System.nanoTime();
    private long lastRetryNanos = lastSyncNanos;

    private volatile boolean isStopped;
    private volatile boolean isSyncing;
    private volatile long syncStartNanos;
    private volatile @Nullable IOException failure;

    /**
     * Creates the thread, not yet started.
     *
     * @param mustSync whether the file is to be synced every second now
     * @param mayRetry whether a failed write may be repeated
     * @param onTick runs ten times per second
     */
    EverySecond(AofWriter writer, BooleanSupplier mustSync, BooleanSupplier mayRetry, Runnable onTick) {
        this.writer = writer;
        this.mustSync = mustSync;
        this.mayRetry = mayRetry;
        this.onTick = onTick;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Returns whether a sync is under way, so that a write may take as long as it does. */
    boolean isSyncing() {
        return isSyncing;
    }

    /** Returns how long the sync has been under way, or 0 if there is none. */
    long syncingNanos() {
        return isSyncing ? System.nanoTime() - syncStartNanos : 0;
    }

    /** Returns the reason why the last sync failed, or null if it did not. */
    @Nullable
    IOException failure() {
        return failure;
    }

    @Override
    public void run() {
        while (!isStopped) {
            LockSupport.parkNanos(this, TICK_NANOS);
            try {
                long now = System.nanoTime();
                retry(now);
                if (now - lastSyncNanos >= SECOND_NANOS && mustSync.getAsBoolean()) {
                    lastSyncNanos = now;
                    sync();
                }
                onTick.run();
            } catch (RuntimeException e) {
                LOG.error("the thread that syncs the append-only file goes on after an unexpected failure", e);
            }
        }
    }

    private void retry(long now) {
        if (writer.writeFailure() != null && now - lastRetryNanos >= SECOND_NANOS && mayRetry.getAsBoolean()) {
            lastRetryNanos = now;
            try {
                writer.write();
                LOG.info("the append-only file can be written again; writes are accepted");
            } catch (IOException e) {
                LOG.warn("the append-only file still cannot be written: {}", e.getMessage());
            }
        }
    }

    private void sync() {
        if (writer.writtenLsn() <= writer.syncedLsn() && failure == null) {
            return;
        }
        syncStartNanos = System.nanoTime();
        isSyncing = true;
        try {
            writer.sync();
            failure = null;
        } catch (IOException e) {
            LOG.error("the append-only file cannot be synced, writes are refused: {}", e.getMessage());
            failure = e;
        } finally {
            isSyncing = false;
        }
    }

    /** Stops the thread, and returns when it has ended. */
    void stop() {
        isStopped = true;
        LockSupport.unpark(thread);
        ThreadJoins.join(thread);
    }
}
