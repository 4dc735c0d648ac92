package io.nvmredis.network;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.nvmredis.engine.bytes.HeapArrays;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Replies that one client is still to be sent, in order: batches that are sealed with the LSN that must be durable
 * before they are sent, and the open batch that replies are added to.
 *
 * <p>Bytes are handed to the channel only while it is writable. So what a slow client does not take stays here, where
 * it is counted, and a huge reply is never copied as a whole into a buffer for the socket.
 *
 * <p>Invariant: LSNs do not fall from head to tail; a batch is sent when all batches before it have been sent. Belongs
 * to the connection's event loop.
 */
// The future of a write is ignored: a write that fails closes the channel, and the connection is told of that.
@SuppressWarnings("FutureReturnValueIgnored")
final class ReplyQueue {
    /**
     * Rough number of bytes that a batch takes on the heap beyond its contents, so that many tiny batches count as
     * well.
     */
    private static final int BATCH_OVERHEAD = 256;

    /** Bytes per piece in which large replies are handed to the channel. */
    private static final int PIECE_LENGTH = 64 << 10;

    private final ByteBufAllocator allocator;
    private final ArrayDeque<ReplyBatch> sealed = new ArrayDeque<>();
    private @Nullable ReplyBatch open;
    private int typicalLength = ReplyBatch.COPIED_LENGTH;
    private long queuedBytes;
    private long pushedBytes;
    /** Bytes that the arrays of replies take on the heap beyond their contents. */
    private long wastedBytes;

    ReplyQueue(ByteBufAllocator allocator) {
        this.allocator = allocator;
    }

    /** Adds a whole reply; the array is not changed any more. */
    void add(byte[] reply) {
        ReplyBatch batch = batch();
        batch.add(reply);
        queuedBytes += reply.length;
        long wasted = HeapArrays.wasteOf(reply.length);
        batch.wastedBytes += wasted;
        wastedBytes += wasted;
    }

    /** Adds a message that the client did not ask for just now. */
    void addPush(byte[] message) {
        add(message);
        batch().pushedBytes += message.length;
        pushedBytes += message.length;
    }

    private ReplyBatch batch() {
        ReplyBatch batch = open;
        if (batch == null) {
            batch = new ReplyBatch(allocator, typicalLength);
            open = batch;
            queuedBytes += BATCH_OVERHEAD;
        }
        return batch;
    }

    /** Ends the open batch, if there is one: it may be sent when this LSN is durable. */
    void seal(long lsn) {
        ReplyBatch batch = open;
        if (batch != null) {
            batch.lsn = lsn;
            typicalLength = batch.copiedLength();
            sealed.add(batch);
            open = null;
        }
    }

    boolean hasOpenBatch() {
        return open != null;
    }

    int batchCount() {
        return sealed.size() + (open == null ? 0 : 1);
    }

    boolean isEmpty() {
        return open == null && sealed.isEmpty();
    }

    /** Returns the bytes that the client has not been sent, with the overhead of their batches. */
    long queuedBytes() {
        return queuedBytes;
    }

    /**
     * Returns the bytes of memory that the queue takes: the array of a large reply is kept until its last piece is
     * handed over.
     */
    long memoryBytes() {
        ReplyBatch first = sealed.peekFirst();
        return queuedBytes + wastedBytes + (first == null ? 0 : first.polledBytes());
    }

    /** Returns the part of {@link #queuedBytes} that the client has not asked for. */
    long pushedBytes() {
        return pushedBytes;
    }

    /** Returns the LSN that the head waits for, 0 if nothing is sealed. */
    long firstLsn() {
        ReplyBatch first = sealed.peekFirst();
        return first == null ? 0 : first.lsn;
    }

    /**
     * Writes, without a flush, the bytes that may be sent now and for which the channel has room.
     *
     * @return the number of bytes written
     */
    long writeTo(Channel channel, long durableLsn) {
        long written = 0;
        while (channel.isWritable()) {
            ReplyBatch batch = sealed.peekFirst();
            if (batch == null || batch.lsn > durableLsn) {
                break;
            }
            ByteBuf piece = batch.poll(PIECE_LENGTH);
            if (piece == null) {
                remove(batch);
            } else {
                int length = piece.readableBytes();
                queuedBytes -= length;
                written += length;
                channel.write(piece, channel.voidPromise());
            }
        }
        return written;
    }

    private void remove(ReplyBatch batch) {
        sealed.removeFirst();
        queuedBytes -= BATCH_OVERHEAD;
        pushedBytes -= batch.pushedBytes;
        wastedBytes -= batch.wastedBytes;
    }

    /** Drops the bytes that have not been handed to the channel. */
    void discard() {
        seal(Long.MAX_VALUE);
        sealed.forEach(ReplyBatch::release);
        sealed.clear();
        queuedBytes = 0;
        pushedBytes = 0;
        wastedBytes = 0;
    }
}
