package io.nvmredis.network;

import io.netty.buffer.Unpooled;
import io.netty.channel.socket.SocketChannel;
import io.nvmredis.engine.Session;
import java.util.function.Consumer;

/**
 * The replies and messages of one client until its socket has taken them: no more than may wait, and none before it is
 * durable. Belongs to the connection's event loop.
 */
// The futures of a channel are not looked at: what fails closes the channel.
@SuppressWarnings("FutureReturnValueIgnored")
final class ClientReplies {
    private final SocketChannel channel;
    private final ClientLoop loop;
    private final Runnable advance;
    private final Consumer<String> giveUp;
    private final ReplySender sender;
    private final ReplyQueue queue;
    private final OutputWatch watch;
    /** Somebody will tell when the socket has taken what was handed to the channel. */
    private boolean draining;

    /**
     * The replies of a client that has none yet.
     *
     * @param advance run when more may be done than before
     * @param giveUp has the client disconnected because more waits for it than may, and says why
     */
    ClientReplies(
            SocketChannel channel,
            ClientLoop loop,
            Session session,
            DurabilityGate gate,
            ClientLimits limits,
            ClientAccount account,
            Runnable advance,
            Consumer<String> giveUp) {
        this.channel = channel;
        this.loop = loop;
        this.advance = advance;
        this.giveUp = giveUp;
        this.sender = new ReplySender(channel, session, gate, advance);
        this.queue = sender.replies();
        this.watch = new OutputWatch(channel, sender, limits, account, advance, session::mustAuthenticate);
    }

    void add(byte[] reply) {
        queue.add(reply);
        requireLimit();
    }

    /** Adds a reply after which there will be no other: it is sent however much waits already. */
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
     * Sends what may be sent.
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

    /** Has somebody come back when the socket has taken all: by itself only a channel that was full tells. */
    private void awaitDrain() {
        draining = true;
        // Later: the channel counts what has been taken after it has told.
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(sent -> loop.later(this::drained));
    }

    private void drained() {
        draining = false;
        advance.run();
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }

    /** Whether somebody will tell when more of them can be sent. */
    boolean isAwaited() {
        return sender.isAwaitingCommit() || draining;
    }

    /** Whether another command may be run before the client takes something. */
    boolean hasRoom() {
        return watch.hasRoom();
    }

    /** Has somebody look whether the client takes something: there are commands to be run, and no room for their replies. */
    void watch() {
        watch.watch();
    }

    /** Whether somebody will look whether the client takes something. */
    boolean isWatched() {
        return watch.isWatching();
    }

    /** Memory that waits for the client, or has been promised to what will. */
    long memoryBytes() {
        return watch.memoryBytes();
    }

    /** How many batches of them there are. */
    int batchCount() {
        return queue.batchCount();
    }

    void discard() {
        queue.discard();
    }
}
