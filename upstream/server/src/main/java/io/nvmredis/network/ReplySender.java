package io.nvmredis.network;

import io.netty.channel.socket.SocketChannel;
import io.nvmredis.engine.Session;

/**
 * Sends one client's replies, each when everything that it could have observed is durable. Belongs to the connection's
 * event loop.
 */
final class ReplySender {
    private final SocketChannel channel;
    private final Session session;
    private final DurabilityGate gate;
    private final LoopWaiters waiters;
    private final Runnable advance;
    private final ReplyQueue replies;
    /** Listed in {@link #waiters}. */
    private boolean awaitingCommit;

    /**
     * A sender with nothing to send.
     *
     * @param advance run when a commit that was waited for has ended, well or not
     */
    ReplySender(SocketChannel channel, Session session, DurabilityGate gate, Runnable advance) {
        this.channel = channel;
        this.session = session;
        this.gate = gate;
        this.waiters = gate.waiters(channel.eventLoop());
        this.advance = advance;
        this.replies = new ReplyQueue(channel.alloc());
    }

    /** What is to be sent is added here. */
    ReplyQueue replies() {
        return replies;
    }

    /**
     * Ends the batch and sends what may be sent, with one flush unless it is much.
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
            // The failure is looked at before the durable LSN, so that nothing that became durable just before it is
            // given up. The durable LSN is looked at once, for writing and for the decision to wait alike: what became
            // durable between two looks would be neither written nor waited for.
            boolean failed = gate.hasFailed();
            long durableLsn = gate.durableLsn();
            while (replies.writeTo(channel, durableLsn)) {
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

    /** Whether {@link #send} could not send everything because it is not durable. */
    boolean isAwaitingCommit() {
        return awaitingCommit;
    }

    /** More is durable than when it began to wait, or nothing more will be. */
    void onDurable() {
        awaitingCommit = false;
        advance.run();
    }
}
