package io.nvmredis.network;

import io.netty.channel.socket.SocketChannel;
import io.nvmredis.engine.Session;

/**
 * Sends one client's replies, each only after every transaction that it could reveal is durable. Belongs to the
 * connection's event loop.
 */
final class ReplySender {
    private final SocketChannel channel;
    private final Session session;
    private final DurabilityGate gate;
    private final Traffic traffic;
    private final LoopWaiters waiters;
    private final Runnable advance;
    private final ReplyQueue replies;
    /** Whether this sender is queued in {@link #waiters}. */
    private boolean awaitingCommit;

    /**
     * Makes a sender with nothing to send.
     *
     * @param advance run when a commit that was waited for has ended, well or not
     */
    ReplySender(SocketChannel channel, Session session, FrontEnd server, Runnable advance) {
        this.channel = channel;
        this.session = session;
        this.gate = server.gate();
        this.traffic = server.turns().of(channel.eventLoop()).traffic();
        this.waiters = gate.waiters(channel.eventLoop());
        this.advance = advance;
        this.replies = new ReplyQueue(channel.alloc());
    }

    /** Returns the queue to which replies are added. */
    ReplyQueue replies() {
        return replies;
    }

    /**
     * Ends the open batch and sends the replies that may be sent, with one flush unless they are long.
     *
     * @return false if there are replies that will never be durable
     */
    boolean send() {
        if (replies.hasOpenBatch()) {
            long lsn = session.observedLsn();
            replies.seal(lsn);
            gate.commit(lsn);
        }
        do {
            // The failure is read before the durable LSN, so that nothing that became durable just before it is given
            // up. The durable LSN is read once, for writing and for the decision to wait alike: what became durable
            // between two reads would be neither written nor waited for.
            boolean failed = gate.hasFailed();
            long durableLsn = gate.durableLsn();
            for (long bytes; (bytes = replies.writeTo(channel, durableLsn)) > 0; ) {
                traffic.written(bytes);
                channel.flush();
            }
            if (replies.firstLsn() <= durableLsn) {
                return true;
            }
            if (failed) {
                return false;
            }
        } while (!awaitCommit());
        return true;
    }

    private boolean awaitCommit() {
        if (!awaitingCommit) {
            awaitingCommit = waiters.await(this, replies.firstLsn());
        }
        return awaitingCommit;
    }

    /** Tells whether {@link #send} could not send everything because it is not durable. */
    boolean isAwaitingCommit() {
        return awaitingCommit;
    }

    /** Called when more may be durable than before the wait, or when nothing more will be. */
    void onDurable() {
        awaitingCommit = false;
        advance.run();
    }
}
