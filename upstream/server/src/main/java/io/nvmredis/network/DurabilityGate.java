package io.nvmredis.network;

import io.netty.channel.EventLoop;
import io.nvmredis.engine.Engine;
import io.nvmredis.engine.measure.LatencyMonitor;
import io.nvmredis.spi.CommitListener;
import io.nvmredis.spi.Persister;
import io.nvmredis.spi.errors.PersistenceException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides when replies may be sent: a reply is sent only after every transaction that it could reveal is durable.
 *
 * <p>Where a commit costs microseconds the event loop makes it itself. Elsewhere the event loop requests it, and the
 * connection waits in its loop's {@link LoopWaiters} until the persister tells how far it has come.
 *
 * <p>After a failed commit nothing more becomes durable. Connections that wait for a commit are closed without their
 * replies, because clients must take their writes neither for kept nor for lost.
 *
 * <p>Threads: event loops ask, the persister's own thread tells. No lock: {@link LoopWaiters} says why no wake-up is
 * missed.
 */
public final class DurabilityGate implements CommitListener {
    private static final Logger LOG = LoggerFactory.getLogger(DurabilityGate.class);

    private final Map<EventLoop, LoopWaiters> loops = new ConcurrentHashMap<>();
    private final Map<EventLoop, RoomWaiters> roomWaiters = new ConcurrentHashMap<>();
    private final AtomicBoolean failed = new AtomicBoolean();
    /** Highest LSN that the persister has reported as durable. */
    private final AtomicLong toldLsn = new AtomicLong();

    private volatile @Nullable Persister persister;
    private volatile @Nullable LatencyMonitor latency;

    /** Attaches the open persister, before the first command that could write. */
    public void attach(Persister openPersister, LatencyMonitor monitor) {
        latency = monitor;
        persister = openPersister;
    }

    LoopWaiters waiters(EventLoop loop) {
        return loops.computeIfAbsent(loop, key -> new LoopWaiters(key, this));
    }

    /** Returns the connections of a loop that wait for room in the log. */
    RoomWaiters roomWaiters(EventLoop loop, Engine engine) {
        return roomWaiters.computeIfAbsent(loop, key -> new RoomWaiters(key, engine));
    }

    /**
     * Returns the LSN up to which everything is durable; 0 while the persister opens, when there is nothing to wait
     * for.
     */
    long durableLsn() {
        Persister attached = persister;
        return attached == null ? 0 : Math.max(toldLsn.get(), attached.durableLsn());
    }

    /** Tells whether a commit has failed, so that transactions that are not durable by now never will be. */
    boolean hasFailed() {
        return failed.get();
    }

    /**
     * Begins to make everything up to this LSN durable.
     *
     * @return true if it is durable already; after false the connections that wait are woken later, unless the gate
     * {@link #hasFailed}
     */
    boolean commit(long lsn) {
        if (lsn <= durableLsn()) {
            return true;
        }
        if (hasFailed()) {
            return false;
        }
        Persister attached = persister;
        if (attached == null) {
            throw new IllegalStateException("a transaction before the persister was open");
        }
        try {
            return commitOrRequest(attached, lsn);
        } catch (PersistenceException e) {
            onCommitFailed(e);
            return false;
        }
    }

    private boolean commitOrRequest(Persister to, long lsn) {
        if (to.commitsInline() && commitInline(to, lsn)) {
            return true;
        }
        to.requestCommit(lsn);
        return false;
    }

    /**
     * Commits on this thread. Returns false if that failed and the persister goes on: it then tries again by itself.
     */
    private boolean commitInline(Persister to, long lsn) {
        LatencyMonitor monitor = latency;
        long startNanos = monitor != null && monitor.isOn() ? System.nanoTime() : 0;
        try {
            to.commit(lsn);
            if (monitor != null && startNanos != 0) {
                monitor.took("commit", System.nanoTime() - startNanos);
            }
            return true;
        } catch (PersistenceException e) {
            if (to.commitsInline()) {
                throw e;
            }
            LOG.warn("writes wait to become durable: {}", e.getMessage());
            return false;
        }
    }

    @Override
    public void onDurable(long durableLsn) {
        toldLsn.accumulateAndGet(durableLsn, Math::max);
        wake();
    }

    @Override
    public void onCommitFailed(PersistenceException failure) {
        if (failed.compareAndSet(false, true)) {
            LOG.error(
                    "cannot make writes durable; clients that wait for it are disconnected: {}", failure.getMessage());
        }
        wake();
    }

    @Override
    public void onRoom() {
        roomWaiters.values().forEach(RoomWaiters::wake);
    }

    @Override
    public void took(String activity, long nanos) {
        LatencyMonitor monitor = latency;
        if (monitor != null) {
            monitor.took(activity, nanos);
        }
    }

    private void wake() {
        loops.values().forEach(LoopWaiters::wake);
    }
}
