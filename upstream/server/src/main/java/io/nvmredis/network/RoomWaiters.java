package io.nvmredis.network;

import io.netty.channel.EventLoop;
import io.nvmredis.engine.Engine;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/**
 * Connections of one event loop whose next command waits until the log has room, because it writes, or until the keys
 * are counted, because it needs their number.
 *
 * <p>No wake-up is missed: the loop sets {@link #occupied} and then asks once more whether there is room; the persister
 * makes room and then looks at {@link #occupied}. Both are volatile, so at least one of the two sees the other.
 */
final class RoomWaiters {
    private final EventLoop loop;
    private final Engine engine;
    /** Waiters in the order in which they came. Touched by the loop alone. */
    private final Set<Runnable> waiting = new LinkedHashSet<>();

    /** Time at which a command first had to wait for room, by {@link System#nanoTime}; 0 if none has to. */
    private long fullNanos;

    private volatile boolean occupied;
    /** Whether a task is on its way, so that many calls between two turns of the loop cost one task. */
    private final AtomicBoolean waking = new AtomicBoolean();

    RoomWaiters(EventLoop loop, Engine engine) {
        this.loop = loop;
        this.engine = engine;
    }

    /**
     * Queues a waiter, which is run when there may be room, and is forgotten then.
     *
     * @return false if there is room already; the waiter is not queued then
     */
    boolean await(Runnable waiter) {
        boolean mustWait = await(waiter, engine::isBackedUp);
        if (mustWait && fullNanos == 0) {
            fullNanos = System.nanoTime();
        }
        return mustWait;
    }

    /**
     * Queues a waiter that is run when the keys may be counted, and is forgotten then.
     *
     * @return false if they are counted already; the waiter is not queued then
     */
    boolean awaitCount(Runnable waiter) {
        return await(waiter, engine::isCounting);
    }

    private boolean await(Runnable waiter, BooleanSupplier mustWait) {
        occupied = true;
        if (!mustWait.getAsBoolean()) {
            occupied = !waiting.isEmpty();
            return false;
        }
        waiting.add(waiter);
        return true;
    }

    /** Tells whether this waiter is queued. */
    boolean awaits(Runnable waiter) {
        return waiting.contains(waiter);
    }

    /** Forgets the waiter of a connection that is gone. */
    void forget(Runnable waiter) {
        waiting.remove(waiter);
    }

    /** Runs the waiters soon. Any thread. */
    void wake() {
        if (occupied && waking.compareAndSet(false, true)) {
            try {
                loop.execute(this::tell);
            } catch (RejectedExecutionException e) {
                // The loop has ended, and its connections with it: no waiter is left to be run.
                waking.set(false);
            }
        }
    }

    private void tell() {
        // Reset first: room that is made from here on needs another turn.
        waking.set(false);
        if (fullNanos != 0 && !engine.isBackedUp()) {
            engine.commandMeter().latency().took("back-pressure", System.nanoTime() - fullNanos);
            fullNanos = 0;
        }
        List<Runnable> told = new ArrayList<>(waiting);
        waiting.clear();
        told.forEach(Runnable::run);
        occupied = !waiting.isEmpty();
    }
}
