package io.nvmredis.stock.aof;

import io.nvmredis.spi.CommitListener;
import io.nvmredis.spi.errors.PersistenceException;
import io.nvmredis.spi.support.ThreadJoins;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides when a transaction is as durable as {@code appendfsync} says, and has the thread that makes it so.
 *
 * <p>Under {@code always} the thread writes and syncs all appended transactions, reports them, and begins again with
 * those appended meanwhile: one sync for all clients that wait. Under {@code everysec} and {@code no} the committing
 * thread writes itself, in microseconds, unless the write might have to wait: while a sync is under way, while a write
 * has failed, and while the file is being changed. Then the committer's thread writes and reports.
 *
 * <p>Redis has no such thread: during a sync it puts the write off, for 2 seconds at most, and answers its clients all
 * the same. Here, too, the write holds up no event loop, but no client is answered before it; a sync that takes more
 * than 2 seconds is counted and logged as in Redis.
 */
final class Committer implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Committer.class);
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final AofWriter writer;
    private final CommitListener listener;
    private final BooleanSupplier isPaused;
    private final Thread thread = new Thread(this, "aof-commit");
    private final AtomicLong requestedLsn = new AtomicLong();
    private final AtomicLong delayedSyncs = new AtomicLong();
    private @Nullable EverySecond everySecond;
    /** LSN reported last; only the committer's thread uses it. */
    private long toldLsn;

    private volatile AppendFsync mode;
    /** LSN up to which transactions count as durable without a sync, because syncs were paused during a rewrite. */
    private volatile long excusedLsn;

    private volatile boolean isStopped;
    private volatile @Nullable PersistenceException failure;

    /**
     * Creates a committer, not yet started.
     *
     * @param isPaused whether syncs are paused now
     */
    Committer(AofWriter writer, CommitListener listener, AppendFsync mode, BooleanSupplier isPaused) {
        this.writer = writer;
        this.listener = listener;
        this.mode = mode;
        this.isPaused = isPaused;
        requestedLsn.set(writer.lastLsn());
        toldLsn = writer.lastLsn();
        thread.setDaemon(true);
    }

    void start(EverySecond syncing) {
        everySecond = syncing;
        thread.start();
    }

    AppendFsync mode() {
        return mode;
    }

    /** Returns the reason why nothing will become durable any more, or null. */
    @Nullable
    PersistenceException failure() {
        return failure;
    }

    /** Returns the number of writes made while a single sync had been under way for more than 2 seconds. */
    long delayedSyncs() {
        return delayedSyncs.get();
    }

    long durableLsn() {
        return mode == AppendFsync.ALWAYS ? Math.max(writer.syncedLsn(), excusedLsn) : writer.writtenLsn();
    }

    boolean commitsInline() {
        EverySecond syncing = everySecond;
        return mode != AppendFsync.ALWAYS && !writer.isHeldUp() && (syncing == null || !syncing.isSyncing());
    }

    /** Returns when the transaction with this LSN is durable. */
    void commit(long lsn) {
        if (durableLsn() >= lsn) {
            return;
        }
        if (mode != AppendFsync.ALWAYS) {
            try {
                writer.write();
            } catch (IOException e) {
                throw failure("cannot be written", e);
            }
        }
        // The mode may have been changed meanwhile.
        if (durableLsn() < lsn) {
            request(lsn);
            await(lsn);
        }
    }

    private static PersistenceException failure(String what, IOException e) {
        return new PersistenceException("the append-only file " + what + ": " + e.getMessage(), e);
    }

    private void await(long lsn) {
        boolean isInterrupted = false;
        synchronized (thread) {
            while (durableLsn() < lsn) {
                PersistenceException failed = failure;
                if (failed != null || isStopped) {
                    throw failed != null ? failed : new PersistenceException("the append-only file is closed");
                }
                try {
                    thread.wait(100);
                } catch (InterruptedException e) {
                    isInterrupted = true;
                }
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Has the thread make the transaction with this LSN durable and tell the listener. */
    void request(long lsn) {
        requestedLsn.accumulateAndGet(Math.min(lsn, writer.lastLsn()), Math::max);
        LockSupport.unpark(thread);
    }

    /** Changes the mode. Waiting threads are released by the rules of the new mode. */
    void change(AppendFsync newMode) throws IOException {
        if (newMode == AppendFsync.ALWAYS && mode != AppendFsync.ALWAYS) {
            // What counted as durable stays durable: everything written is on the medium when the new mode begins.
            writer.writeAndSyncThen(() -> mode = newMode);
        } else {
            mode = newMode;
        }
        LockSupport.unpark(thread);
    }

    @Override
    public void run() {
        while (!isStopped && failure == null) {
            long lsn = requestedLsn.get();
            if (lsn <= toldLsn) {
                LockSupport.park(this);
                continue;
            }
            try {
                if (durableLsn() < lsn) {
                    makeDurable();
                }
                tell();
            } catch (IOException e) {
                failed(e);
            } catch (RuntimeException e) {
                LOG.error("a commit of the append-only file failed", e);
                failed(new IOException(e));
            }
        }
    }

    private void makeDurable() throws IOException {
        if (mode != AppendFsync.ALWAYS) {
            noteDelay();
            writer.write();
        } else if (isPaused.getAsBoolean()) {
            writer.write();
            excusedLsn = writer.writtenLsn();
        } else {
            writer.writeAndSync();
        }
    }

    private void noteDelay() {
        EverySecond syncing = everySecond;
        if (syncing != null && syncing.syncingNanos() > PATIENCE_NANOS) {
            delayedSyncs.incrementAndGet();
            LOG.warn("a sync of the append-only file takes more than two seconds (is the disk busy?)");
        }
    }

    private void tell() {
        toldLsn = durableLsn();
        synchronized (thread) {
            thread.notifyAll();
        }
        listener.onDurable(toldLsn);
    }

    /** Handles a failure: under {@code always} nothing more becomes durable; otherwise the write is tried again. */
    private void failed(IOException e) {
        if (mode != AppendFsync.ALWAYS) {
            LOG.error("the append-only file cannot be written, writes are refused until it can: {}", e.getMessage());
            LockSupport.parkNanos(this, RETRY_NANOS);
            return;
        }
        PersistenceException fatal = failure("cannot be written or synced; restart the server when it can", e);
        failure = fatal;
        synchronized (thread) {
            thread.notifyAll();
        }
        listener.onCommitFailed(fatal);
    }

    /** Stops the thread, and returns when it has ended. */
    void stop() {
        isStopped = true;
        LockSupport.unpark(thread);
        ThreadJoins.join(thread);
    }
}
