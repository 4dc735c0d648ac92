package io.nvmredis.server;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What has been read from one client and not decoded yet. Belongs to the connection's event loop. */
final class InputQueue {
    private final RespDecoder decoder;
    private final ArrayDeque<ByteBuf> buffers = new ArrayDeque<>();

    InputQueue(RespDecoder decoder) {
        this.decoder = decoder;
    }

    /** Takes a buffer over. */
    void add(ByteBuf buffer) {
        if (buffer.isReadable()) {
            buffers.add(buffer);
        } else {
            buffer.release();
        }
    }

    /** The next whole command, or null when all that was read has been decoded. */
    @Nullable
    List<byte[]> next() throws ProtocolException {
        for (ByteBuf first = buffers.peekFirst(); first != null; first = buffers.peekFirst()) {
            List<byte[]> command = decoder.next(first);
            if (!first.isReadable()) {
                buffers.removeFirst().release();
            }
            if (command != null) {
                return command;
            }
        }
        return null;
    }

    boolean isEmpty() {
        return buffers.isEmpty();
    }

    long readableBytes() {
        long bytes = 0;
        for (ByteBuf buffer : buffers) {
            bytes += buffer.readableBytes();
        }
        return bytes;
    }

    void discard() {
        buffers.forEach(ByteBuf::release);
        buffers.clear();
    }
}
