package io.nvmredis.network;

import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Connections of one event loop that wait for a commit.
 *
 * <p>No wake-up is missed. The loop sets {@link #occupied} and then looks at the durable LSN; the persister raises the
 * durable LSN and then looks at {@link #occupied}. Both are volatile, so at least one of the two sees the other: the
 * connection does not wait, or the loop gets a task, which runs after the connection has been put in the queue.
 */
final class LoopWaiters {
    private final EventLoop loop;
    private final DurabilityGate gate;
    /** Senders that wait. Touched by the loop alone. */
    private final ArrayDeque<ReplySender> waiting = new ArrayDeque<>();

    private volatile boolean occupied;
    /** Whether a task is on its way, so that many commits between two turns of the loop cost one task. */
    private final AtomicBoolean waking = new AtomicBoolean();

    LoopWaiters(EventLoop loop, DurabilityGate gate) {
        this.loop = loop;
        this.gate = gate;
    }

    /**
     * Queues a sender, whose {@link ReplySender#onDurable} is called when this LSN may be durable or a commit has
     * failed.
     *
     * @return false if it is durable or a commit has failed already; the sender is not called then
     */
    boolean await(ReplySender sender, long lsn) {
        occupied = true;
        if (gate.durableLsn() >= lsn || gate.hasFailed()) {
            occupied = !waiting.isEmpty();
            return false;
        }
        waiting.add(sender);
        return true;
    }

    /** Wakes the senders that wait. Any thread. */
    void wake() {
        if (occupied && waking.compareAndSet(false, true)) {
            try {
                loop.execute(this::tell);
            } catch (RejectedExecutionException e) {
                // The loop has ended, and its connections with it: no sender is left to be told.
                waking.set(false);
            }
        }
    }

    private void tell() {
        // Reset first: what becomes durable from here on needs another turn.
        waking.set(false);
        for (int i = waiting.size(); i > 0; i--) {
            waiting.remove().onDurable();
        }
        occupied = !waiting.isEmpty();
    }
}
