package io.nvmredis.nvm.log;

import io.nvmredis.spi.CommitListener;
import io.nvmredis.spi.errors.PersistenceException;
import io.nvmredis.spi.support.ThreadJoins;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits on a thread of its own, all waiting requests in one persist, and tells a listener.
 *
 * <p>While one persist runs, the requests of the next gather; so the slower the medium, the larger the groups. A client
 * that only reads does not wait for it.
 */
public final class GroupCommitter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GroupCommitter.class);

    private final Log log;
    private final CommitListener listener;
    private final AtomicLong requestedLsn;
    private final Thread thread;
    private volatile boolean idle;
    private volatile boolean closed;

    public GroupCommitter(Log log, CommitListener listener) {
        this.log = log;
        this.listener = listener;
        // Read here and not by the thread: a request may come before the thread runs.
        long toldLsn = log.durableLsn();
        this.requestedLsn = new AtomicLong(toldLsn);
        this.thread = new Thread(() -> run(toldLsn), "nvm-commit");
        thread.setDaemon(true);
        thread.start();
    }

    /** Requests a commit of everything up to this LSN. Any thread; does not wait. */
    public void request(long lsn) {
        long seen = requestedLsn.get();
        while (lsn > seen && !requestedLsn.compareAndSet(seen, lsn)) {
            seen = requestedLsn.get();
        }
        // The committer sets idle, then checks the request once more, then parks: no request is missed.
        if (idle) {
            LockSupport.unpark(thread);
        }
    }

    private void run(long firstToldLsn) {
        long toldLsn = firstToldLsn;
        while (true) {
            long wantedLsn = requestedLsn.get();
            if (wantedLsn > toldLsn) {
                if (!commitAndTell(wantedLsn)) {
                    return;
                }
                toldLsn = wantedLsn;
            } else if (closed) {
                return;
            } else {
                park(toldLsn);
            }
        }
    }

    private void park(long toldLsn) {
        idle = true;
        if (requestedLsn.get() <= toldLsn && !closed) {
            LockSupport.park(this);
        }
        idle = false;
    }

    private boolean commitAndTell(long lsn) {
        try {
            log.commit(lsn);
        } catch (RuntimeException | Error e) {
            // Any failure: the waiting clients must be told, and no other may be left to wait for this thread.
            PersistenceException failure = e instanceof PersistenceException failed ? failed : log.fail(e);
            tell(() -> listener.onCommitFailed(failure));
            return false;
        }
        tell(() -> listener.onDurable(log.durableLsn()));
        return true;
    }

    /** Tells the listener. An exception that it throws must not end the commits. */
    private static void tell(Runnable message) {
        try {
            message.run();
        } catch (RuntimeException | Error e) {
            LOG.error("a commit listener has failed", e);
        }
    }

    /** Commits what has been requested, and ends the thread. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        ThreadJoins.join(thread);
    }
}
