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
 * The connections of one event loop whose next command waits until the log has room, because it writes, or until it is
 * known how many keys there are.
 *
 * <p>No wake-up is missed: the loop sets {@link #occupied} and then asks once more whether there is room; the persister
 * makes room and then looks at {@link #occupied}. Both are volatile, so at least one of the two sees the other.
 */
final class RoomWaiters {
    private final EventLoop loop;
    private final Engine engine;
    /** In the order in which they came. Touched by the loop alone. */
    private final Set<Runnable> waiting = new LinkedHashSet<>();

    private volatile boolean occupied;
    private final AtomicBoolean waking = new AtomicBoolean();

    RoomWaiters(EventLoop loop, Engine engine) {
        this.loop = loop;
        this.engine = engine;
    }

    /**
     * Has the waiter run when there may be room; it is not remembered any more then.
     *
     * @return false if there is room already, and it will not be run
     */
    boolean await(Runnable waiter) {
        return await(waiter, engine::isBackedUp);
    }

    /** The same of who needs to know how many keys there are. */
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

    /** Whether this waiter will be told. */
    boolean awaits(Runnable waiter) {
        return waiting.contains(waiter);
    }

    /** The connection of this waiter is gone. */
    void forget(Runnable waiter) {
        waiting.remove(waiter);
    }

    /** Any thread. */
    void wake() {
        if (occupied && waking.compareAndSet(false, true)) {
            try {
                loop.execute(this::tell);
            } catch (RejectedExecutionException e) {
                // The loop has ended, and its connections with it: nobody is left to be told.
                waking.set(false);
            }
        }
    }

    private void tell() {
        // First of all: room that is made from here on needs another turn.
        waking.set(false);
        List<Runnable> told = new ArrayList<>(waiting);
        waiting.clear();
        told.forEach(Runnable::run);
        occupied = !waiting.isEmpty();
    }
}
