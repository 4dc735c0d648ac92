package io.nvmredis.server;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What has been read from one client and not run yet: bytes, and before them some commands that have been decoded ahead.
 * Belongs to the connection's event loop.
 */
final class InputQueue {
    private final RespDecoder decoder;
    private final ArrayDeque<ByteBuf> buffers = new ArrayDeque<>();
    private final ArrayDeque<List<byte[]>> commands = new ArrayDeque<>();
    /** Bytes of {@link #commands}, and of those that were decoded with them. */
    private long commandBytes;
    /** What is wrong with the input behind {@link #commands}. */
    private @Nullable ProtocolException fault;

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
        List<byte[]> command = commands.poll();
        if (command != null) {
            return command;
        }
        commandBytes = 0;
        if (fault != null) {
            throw fault;
        }
        return decode();
    }

    /**
     * Decodes until there are so many commands, or that many bytes of them, or no more input.
     *
     * @param action is shown each command that is decoded now
     * @return how many there are
     */
    int decodeAhead(int commandCount, long byteCount, Consumer<List<byte[]>> action) {
        while (commands.size() < commandCount && commandBytes < byteCount && fault == null) {
            List<byte[]> command;
            try {
                command = decode();
            } catch (ProtocolException e) {
                fault = e;
                break;
            }
            if (command == null) {
                break;
            }
            commands.add(command);
            for (byte[] word : command) {
                commandBytes += word.length;
            }
            action.accept(command);
        }
        return commands.size();
    }

    private @Nullable List<byte[]> decode() throws ProtocolException {
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

    /** Whether there are commands that have been decoded ahead. */
    boolean hasCommands() {
        return !commands.isEmpty();
    }

    boolean isEmpty() {
        return buffers.isEmpty() && commands.isEmpty() && fault == null;
    }

    long readableBytes() {
        long bytes = commandBytes;
        for (ByteBuf buffer : buffers) {
            bytes += buffer.readableBytes();
        }
        return bytes;
    }

    void discard() {
        buffers.forEach(ByteBuf::release);
        buffers.clear();
        commands.clear();
        commandBytes = 0;
        fault = null;
    }
}
