package io.nvmredis.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a load: sends operations, and tells the load which have been answered.
 *
 * <p>The times that belong to operations under way are kept in a ring, since they are answered in order.
 */
final class LoadConnection extends ChannelInboundHandlerAdapter {
    private final byte[] scratch;
    private final ReplyScanner scanner = new ReplyScanner();
    private final LongRing times = new LongRing();
    private @Nullable ChannelHandlerContext context;
    private @Nullable Listener listener;
    private int repliesOfNext;
    private int replyCount = 1;

    /** Who drives the load. */
    interface Listener {
        /** Operations have been answered, in the order in which they were sent; take their times. */
        void answered(LoadConnection connection, int count, long nowNanos);

        void failed(IOException failure);
    }

    /**
     * A connection.
     *
     * @param scratch shared by the connections of a thread
     */
    LoadConnection(byte[] scratch) {
        this.scratch = scratch;
    }

    void begin(Listener newListener, int repliesPerOperation) {
        listener = newListener;
        replyCount = repliesPerOperation;
        repliesOfNext = 0;
        ChannelHandlerContext open = context;
        if (open == null || !open.channel().isActive()) {
            // Between two loads, so that nobody was told.
            fail(new EOFException("the server has closed the connection"));
        }
    }

    ReplyScanner scanner() {
        return scanner;
    }

    /** The oldest operation that is not answered: when it was sent, or was to be. */
    long takeTime() {
        return times.take();
    }

    int pendingCount() {
        return times.size();
    }

    /** Sends operations of one time, and keeps that time for each. */
    void send(ByteBuffer operations, int count, long timeNanos) {
        ChannelHandlerContext open = context;
        if (open == null) {
            throw new IllegalStateException("not connected");
        }
        for (int i = 0; i < count; i++) {
            times.add(timeNanos);
        }
        ByteBuf buffer = open.alloc().directBuffer(operations.remaining());
        buffer.writeBytes(operations);
        // A failure comes to exceptionCaught.
        var unused = open.writeAndFlush(buffer, open.voidPromise());
    }

    @Override
    public void channelActive(ChannelHandlerContext active) {
        context = active;
    }

    @Override
    public void channelRead(ChannelHandlerContext reading, Object message) {
        ByteBuf received = (ByteBuf) message;
        long now = System.nanoTime();
        int replies = repliesOfNext;
        try {
            while (received.isReadable()) {
                int length = Math.min(scratch.length, received.readableBytes());
                received.readBytes(scratch, 0, length);
                replies += scanner.scan(scratch, 0, length);
            }
        } finally {
            received.release();
        }
        repliesOfNext = replies % replyCount;
        Listener current = listener;
        if (current != null && replies >= replyCount) {
            current.answered(this, replies / replyCount, now);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext closed) {
        fail(new EOFException("the server closed the connection"));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext failed, Throwable cause) {
        fail(cause instanceof IOException e ? e : new IOException(cause));
    }

    private void fail(IOException failure) {
        Listener current = listener;
        if (current != null) {
            current.failed(failure);
        }
    }
}
