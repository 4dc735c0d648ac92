package io.nvmredis.nvm.log;

import io.nvmredis.nvm.events.CommitEvent;
import io.nvmredis.nvm.format.SegmentDescriptor;
import io.nvmredis.nvm.pmem.PersistSite;
import io.nvmredis.spi.errors.PersistenceException;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Makes records durable: one persist per commit, whatever the number of records.
 *
 * <p>{@code lock} guards {@code segment} and {@code offset}, before which everything is durable. A thread that has
 * waited for the lock mostly finds its LSN durable already.
 */
final class LogCommitter {
    private final Log log;
    private final ReentrantLock lock = new ReentrantLock();
    private LogSegment segment;
    private int offset;
    private boolean closed;
    private volatile long durableLsn;
    private volatile long commitCount;
    private volatile @Nullable Thread waiter;

    LogCommitter(Log log, LogSegment segment, int offset, long durableLsn) {
        this.log = log;
        this.segment = segment;
        this.offset = offset;
        this.durableLsn = durableLsn;
    }

    long durableLsn() {
        return durableLsn;
    }

    long commitCount() {
        return commitCount;
    }

    void commit(long lsn) {
        if (lsn <= durableLsn) {
            return;
        }
        lock.lock();
        try {
            if (lsn > durableLsn) {
                persistAppended();
            }
        } finally {
            lock.unlock();
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // Counted under the lock.
    private void persistAppended() {
        if (closed) {
            throw new PersistenceException("the log is closed");
        }
        log.requireHealthy();
        // Read in this order, so that the position covers at least the LSN.
        long lsn = log.lastLsn();
        long target = log.position();
        CommitEvent event = new CommitEvent();
        event.begin();
        try {
            persistTo(target);
        } catch (RuntimeException | Error e) {
            throw log.fail(e);
        }
        event.end();
        if (event.shouldCommit()) {
            event.lastLsn = lsn;
            event.transactions = lsn - durableLsn;
            event.offset = offset;
            event.commit();
        }
        durableLsn = lsn;
        commitCount++;
        // The waiter stores itself, then checks the LSN once more, then parks: no commit is missed.
        Thread waiting = waiter;
        if (waiting != null) {
            LockSupport.unpark(waiting);
        }
        // Not flushed: it is a hint, true from now on, by which damage to this commit is recognised after a process
        // crash.
        SegmentDescriptor.writeFrontier(segment.region(), segment.salt(), lsn);
        try {
            log.raiseHighWaterAhead();
        } catch (RuntimeException | Error e) {
            // This commit is durable; there will be no other.
            log.fail(e);
        }
    }

    private void persistTo(long target) {
        LogSegment at = segment;
        int from = offset;
        while (at.epoch() != LogPosition.epoch(target)) {
            flush(at, from, at.endOffset());
            at = at.next();
            from = SegmentDescriptor.RECORDS_OFFSET;
        }
        int end = LogPosition.offset(target);
        flush(at, from, end);
        // A crash before this leaves any subset of the cache lines of these records, of which recovery keeps the whole
        // transactions before the first bad record; a crash after it leaves all of them. Clients are told only after
        // it.
        at.region().drain(PersistSite.LOG_COMMIT);
        segment = at;
        offset = end;
    }

    private static void flush(LogSegment at, int from, int end) {
        if (end > from) {
            at.region().flush(PersistSite.LOG_COMMIT, from, end - from);
        }
    }

    void awaitAbove(long lsn, long nanos) {
        waiter = Thread.currentThread();
        if (durableLsn <= lsn) {
            LockSupport.parkNanos(this, nanos);
        }
        waiter = null;
    }

    /** Ends all commits, so that the segments can be unmapped. */
    void close() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
    }

    /** Persists the frontier, at a clean close. */
    void persistFrontier() {
        lock.lock();
        try {
            SegmentDescriptor.writeFrontier(segment.region(), segment.salt(), durableLsn);
            // A crash before this leaves an older frontier or none; a crash after it leaves one by which damage to any
            // committed record is told from a torn tail.
            segment.region().persist(PersistSite.CLOSE_FRONTIER, SegmentDescriptor.FRONTIER_LSN_OFFSET, 2 * Long.BYTES);
        } finally {
            lock.unlock();
        }
    }
}
