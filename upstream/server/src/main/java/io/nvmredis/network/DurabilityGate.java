package io.nvmredis.network;

import io.netty.channel.EventLoop;
import io.nvmredis.engine.Engine;
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
 * Decides when replies may leave: once every transaction that they could have observed is durable.
 *
 * <p>Where a commit costs microseconds the event loop makes it itself. Elsewhere it is asked for, and the connection
 * waits in its loop's {@link LoopWaiters} until the persister tells how far it has come.
 *
 * <p>After a failed commit, nothing that is not durable yet will be: connections that wait for it are closed without
 * the replies, because the clients must not take their writes for kept, nor for lost.
 *
 * <p>Threads: event loops ask, the persister's own thread tells. No lock: see {@link LoopWaiters} for why no wake-up is
 * missed.
 */
public final class DurabilityGate implements CommitListener {
    private static final Logger LOG = LoggerFactory.getLogger(DurabilityGate.class);

    private final Map<EventLoop, LoopWaiters> loops = new ConcurrentHashMap<>();
    private final Map<EventLoop, RoomWaiters> roomWaiters = new ConcurrentHashMap<>();
    private final AtomicBoolean failed = new AtomicBoolean();
    /** The highest LSN that the persister has told of. */
    private final AtomicLong toldLsn = new AtomicLong();

    private volatile @Nullable Persister persister;

    /** Gives it the open persister, before the first command that could write. */
    public void attach(Persister openPersister) {
        persister = openPersister;
    }

    LoopWaiters waiters(EventLoop loop) {
        return loops.computeIfAbsent(loop, key -> new LoopWaiters(key, this));
    }

    /** The connections of a loop that wait for room in the log. */
    RoomWaiters roomWaiters(EventLoop loop, Engine engine) {
        return roomWaiters.computeIfAbsent(loop, key -> new RoomWaiters(key, engine));
    }

    /** Everything up to this LSN is durable. While the persister is opening, there is nothing to wait for. */
    long durableLsn() {
        Persister attached = persister;
        return attached == null ? 0 : Math.max(toldLsn.get(), attached.durableLsn());
    }

    /** Whether what is not durable by now never will be. */
    boolean hasFailed() {
        return failed.get();
    }

    /**
     * Begins to make everything up to this LSN durable.
     *
     * @return whether it is durable already; if not, it will be told, unless {@link #hasFailed}
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

    private static boolean commitOrRequest(Persister to, long lsn) {
        if (to.commitsInline() && commitInline(to, lsn)) {
            return true;
        }
        to.requestCommit(lsn);
        return false;
    }

    /** Whether it is durable now. If not, the persister means to go on: what failed, it tries again by itself. */
    private static boolean commitInline(Persister to, long lsn) {
        try {
            to.commit(lsn);
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

    private void wake() {
        loops.values().forEach(LoopWaiters::wake);
    }
}
