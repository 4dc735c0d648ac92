package io.nvmredis.network;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What has been read from one client and not run yet: bytes, and before them some commands that have been decoded ahead.
 *
 * <p>Whatever is counted here is counted where it is put in, and taken back where it is taken out: the figures are those
 * of what there is, at any time. Belongs to the connection's event loop.
 */
final class InputQueue {
    /** What a buffer takes on the heap beyond its bytes, roughly. */
    private static final int BUFFER_OVERHEAD = 128;

    private final RespDecoder decoder;
    private final ArrayDeque<ByteBuf> buffers = new ArrayDeque<>();
    private final ArrayDeque<List<byte[]>> commands = new ArrayDeque<>();
    /** Bytes that can be read from {@link #buffers}. */
    private long bufferedBytes;
    /** What {@link #buffers} take, with what has been read from them and what has not been filled. */
    private long capacityBytes;
    /** What {@link #commands} take. */
    private long commandBytes;
    /** What is wrong with the input behind {@link #commands}. */
    private @Nullable ProtocolException fault;

    InputQueue(RespDecoder decoder) {
        this.decoder = decoder;
    }

    /** Takes a buffer over. Many that are nearly empty, which a client can cause byte by byte, become few. */
    void add(ByteBuf buffer) {
        int length = buffer.readableBytes();
        ByteBuf last = buffers.peekLast();
        if (length == 0) {
            buffer.release();
        } else if (last != null && last.writableBytes() >= length) {
            last.writeBytes(buffer);
            buffer.release();
            bufferedBytes += length;
        } else {
            buffers.add(buffer);
            bufferedBytes += length;
            capacityBytes += buffer.capacity() + BUFFER_OVERHEAD;
        }
    }

    /**
     * The next whole command, or null when all that was read has been decoded, or there is no memory to go on: see {@link
     * #isStarved}.
     */
    @Nullable
    List<byte[]> next() throws ProtocolException {
        List<byte[]> command = commands.poll();
        if (command != null) {
            commandBytes -= RespDecoder.bytesOf(command);
            return command;
        }
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
            commandBytes += RespDecoder.bytesOf(command);
            action.accept(command);
        }
        return commands.size();
    }

    private @Nullable List<byte[]> decode() throws ProtocolException {
        for (ByteBuf first = buffers.peekFirst(); first != null; first = buffers.peekFirst()) {
            int before = first.readableBytes();
            List<byte[]> command;
            try {
                command = decoder.next(first);
            } finally {
                bufferedBytes -= before - first.readableBytes();
            }
            if (!first.isReadable()) {
                buffers.removeFirst();
                capacityBytes -= first.capacity() + BUFFER_OVERHEAD;
                first.release();
            }
            if (command != null || decoder.isStarved()) {
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

    /** Whether the next command is there in part, and the rest of it can be decoded when there is memory. */
    boolean isStarved() {
        return commands.isEmpty() && fault == null && decoder.isStarved();
    }

    /** What it was refused, 0 if it is not starved. */
    long refusedBytes() {
        return decoder.refusedBytes();
    }

    /** What has been read and not been run, or become part of the command that is coming in. */
    long waitingBytes() {
        return commandBytes + bufferedBytes;
    }

    /** What has come in and not been run, the part of a command too. */
    long unrunBytes() {
        return waitingBytes() + decoder.heldBytes();
    }

    /** Memory that all of it takes, with the part of a command that has come in. */
    long memoryBytes() {
        return commandBytes + capacityBytes + decoder.heldBytes();
    }

    void discard() {
        buffers.forEach(ByteBuf::release);
        buffers.clear();
        commands.clear();
        bufferedBytes = 0;
        capacityBytes = 0;
        commandBytes = 0;
        fault = null;
    }
}
