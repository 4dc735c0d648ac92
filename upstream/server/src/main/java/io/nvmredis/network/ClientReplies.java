package io.nvmredis.network;

import io.netty.buffer.Unpooled;
import io.netty.channel.socket.SocketChannel;
import io.nvmredis.engine.Session;
import java.util.function.Consumer;

/**
 * Replies and messages of one client until its socket has taken them: no more than may wait, and each sent only when it
 * is durable. Belongs to the connection's event loop.
 */
// Futures of the channel are ignored: an operation that fails closes the channel.
@SuppressWarnings("FutureReturnValueIgnored")
final class ClientReplies {
    private final SocketChannel channel;
    private final ClientLoop loop;
    private final Runnable advance;
    private final Consumer<String> giveUp;
    private final ReplySender sender;
    private final ReplyQueue queue;
    private final OutputWatch watch;
    /** Whether {@link #drained} will be called when the socket has taken what was handed to the channel. */
    private boolean draining;

    /**
     * Makes the replies of a client that has none yet.
     *
     * @param advance run when more may be done than before
     * @param giveUp disconnects the client because more waits for it than may, and is given the reason
     */
    ClientReplies(
            SocketChannel channel,
            ClientLoop loop,
            Session session,
            FrontEnd server,
            ClientAccount account,
            Runnable advance,
            Consumer<String> giveUp) {
        this.channel = channel;
        this.loop = loop;
        this.advance = advance;
        this.giveUp = giveUp;
        this.sender = new ReplySender(channel, session, server, advance);
        this.queue = sender.replies();
        this.watch = new OutputWatch(channel, sender, server.limits(), account, advance, session::mustAuthenticate);
    }

    void add(byte[] reply) {
        queue.add(reply);
        requireLimit();
    }

    /** Adds the last reply of the connection, or a part of a feed: it is sent however much waits already. */
    void addLast(byte[] reply) {
        queue.add(reply);
    }

    void addPush(byte[] message) {
        queue.addPush(message);
        requireLimit();
    }

    private void requireLimit() {
        String broken = watch.brokenLimit();
        if (broken != null) {
            giveUp.accept(broken);
        }
    }

    /**
     * Sends the replies that may be sent.
     *
     * @return false if there are replies that will never be durable
     */
    boolean send() {
        if (!sender.send()) {
            return false;
        }
        if (queue.isEmpty()) {
            watch.relax();
        }
        if (!draining && watch.pendingBytes() > 0) {
            awaitDrain();
        }
        String broken = watch.brokenSoftLimit();
        if (broken != null) {
            giveUp.accept(broken);
        }
        return true;
    }

    /** Arranges for {@link #drained} when the socket has taken all: by itself the channel tells only if it was full. */
    private void awaitDrain() {
        draining = true;
        // Later, because the channel counts what has been taken after it has told.
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(sent -> loop.later(this::drained));
    }

    private void drained() {
        draining = false;
        advance.run();
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }

    /** Tells whether {@code advance} will be run when more replies can be sent. */
    boolean isAwaited() {
        return sender.isAwaitingCommit() || draining;
    }

    /** Tells whether another command may be run before the client takes replies. */
    boolean hasRoom() {
        return watch.hasRoom();
    }

    /** Watches whether the client takes replies: there are commands to be run, and no room for their replies. */
    void watch() {
        watch.watch();
    }

    /** Tells whether the client is being watched, so that {@code advance} will be run. */
    boolean isWatched() {
        return watch.isWatching();
    }

    /** Returns the bytes of memory that waiting replies take, or that are promised to replies to come. */
    long memoryBytes() {
        return watch.memoryBytes();
    }

    /** Returns the number of batches. */
    int batchCount() {
        return queue.batchCount();
    }

    void discard() {
        queue.discard();
    }
}
