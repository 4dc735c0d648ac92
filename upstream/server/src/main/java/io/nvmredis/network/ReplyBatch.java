package io.nvmredis.network;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Replies of one read batch: small replies are copied into pooled buffers, large ones wrapped as they are. Belongs to
 * the connection's event loop.
 */
final class ReplyBatch {
    /**
     * Longest reply in bytes that is copied: that is cheaper than a buffer of its own in the socket's gathering write.
     */
    static final int COPIED_LENGTH = 1 << 10;

    /** Most bytes per buffer of small replies; a longer one would be copied again and again while it grows. */
    private static final int MAX_CAPACITY = 64 << 10;

    private final ByteBufAllocator allocator;
    private final int initialCapacity;
    private @Nullable ByteBuf copied;
    /** Buffers before {@link #copied}; null, which is the rule, as long as that is everything. */
    private @Nullable ArrayDeque<ByteBuf> parts;

    private int copiedLength;
    /** Bytes that have been polled of a large reply whose array is kept for the rest of it. */
    private long polledBytes;
    /** Bytes that large replies take on the heap beyond their contents. */
    long wastedBytes;

    long pushedBytes;
    /** LSN that must be durable before any of this batch is sent. */
    long lsn;

    /**
     * Makes an empty batch.
     *
     * @param typicalLength bytes of small replies that are expected, so that the buffer need not grow
     */
    ReplyBatch(ByteBufAllocator allocator, int typicalLength) {
        this.allocator = allocator;
        this.initialCapacity = Math.max(64, Math.min(typicalLength, MAX_CAPACITY));
    }

    void add(byte[] reply) {
        if (reply.length > COPIED_LENGTH) {
            wrap(reply);
            return;
        }
        ByteBuf buffer = copied;
        if (buffer != null && buffer.writerIndex() + reply.length > MAX_CAPACITY) {
            endCopied();
            buffer = null;
        }
        if (buffer == null) {
            buffer = allocator.directBuffer(initialCapacity);
            copied = buffer;
        }
        buffer.writeBytes(reply);
        copiedLength += reply.length;
    }

    private void wrap(byte[] reply) {
        endCopied();
        before().add(Unpooled.wrappedBuffer(reply));
    }

    private void endCopied() {
        if (copied != null) {
            before().add(copied);
            copied = null;
        }
    }

    private ArrayDeque<ByteBuf> before() {
        ArrayDeque<ByteBuf> before = parts;
        if (before == null) {
            before = new ArrayDeque<>(4);
            parts = before;
        }
        return before;
    }

    /** Returns the bytes of small replies that were added. */
    int copiedLength() {
        return copiedLength;
    }

    long polledBytes() {
        return polledBytes;
    }

    /** Returns the next bytes, at most so many of a large reply, or null after the last. The caller owns them. */
    @Nullable
    ByteBuf poll(int pieceLength) {
        ArrayDeque<ByteBuf> before = parts;
        ByteBuf first = before == null ? null : before.peekFirst();
        if (before == null || first == null) {
            ByteBuf last = copied;
            copied = null;
            return last;
        }
        if (first.readableBytes() > pieceLength) {
            polledBytes += pieceLength;
            return first.readRetainedSlice(pieceLength);
        }
        polledBytes = 0;
        return before.pollFirst();
    }

    void release() {
        if (parts != null) {
            parts.forEach(ByteBuf::release);
            parts.clear();
        }
        if (copied != null) {
            copied.release();
            copied = null;
        }
    }
}
