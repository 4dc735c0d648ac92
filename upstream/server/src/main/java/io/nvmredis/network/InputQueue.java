package io.nvmredis.network;

import io.netty.buffer.ByteBuf;
import io.nvmredis.engine.catalog.Command;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Input that has been read from one client and not run yet: commands that have been decoded ahead, and the bytes behind
 * them.
 *
 * <p>Bytes are counted where they are put in and taken off where they are taken out, so that the figures are right at
 * any time. Belongs to the connection's event loop.
 */
final class InputQueue {
    /** Rough number of bytes that a buffer takes on the heap beyond its contents. */
    private static final int BUFFER_OVERHEAD = 128;

    private final RespDecoder decoder;
    private final ArrayDeque<ByteBuf> buffers = new ArrayDeque<>();
    private final ArrayDeque<Command> commands = new ArrayDeque<>();
    /** Bytes that can be read from {@link #buffers}. */
    private long bufferedBytes;
    /** Bytes of memory that {@link #buffers} take, with the parts already read and the parts not filled. */
    private long capacityBytes;
    /** Bytes of memory that {@link #commands} take. */
    private long commandBytes;
    /** Fault in the input behind {@link #commands}; null if none was found. */
    private @Nullable ProtocolException fault;

    InputQueue(RespDecoder decoder) {
        this.decoder = decoder;
    }

    /** Takes a buffer over. Nearly empty buffers, which a client can cause byte by byte, are merged. */
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
     * Returns the next whole command, or null when everything read has been decoded, or when there is no memory to go
     * on: see {@link #isStarved}.
     */
    @Nullable
    Command next() throws ProtocolException {
        Command command = commands.poll();
        if (command != null) {
            commandBytes -= RespDecoder.bytesOf(command.words());
            return command;
        }
        if (fault != null) {
            throw fault;
        }
        return decode();
    }

    /**
     * Decodes until so many commands, or so many bytes of them, are decoded, or the input ends.
     *
     * @param action is given each command that is decoded now
     * @return number of decoded commands that wait
     */
    int decodeAhead(int commandCount, long byteCount, Consumer<Command> action) {
        while (commands.size() < commandCount && commandBytes < byteCount && fault == null) {
            Command command;
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
            commandBytes += RespDecoder.bytesOf(command.words());
            action.accept(command);
        }
        return commands.size();
    }

    private @Nullable Command decode() throws ProtocolException {
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
            if (command != null) {
                return Command.of(command);
            }
            if (decoder.isStarved()) {
                return null;
            }
        }
        return null;
    }

    /** Tells whether there are commands that have been decoded ahead. */
    boolean hasCommands() {
        return !commands.isEmpty();
    }

    boolean isEmpty() {
        return buffers.isEmpty() && commands.isEmpty() && fault == null;
    }

    /** Tells whether the next command has come in part, and the rest can be decoded when there is memory. */
    boolean isStarved() {
        return commands.isEmpty() && fault == null && decoder.isStarved();
    }

    /** Returns the bytes of memory that the decoder was refused, 0 if it is not starved. */
    long refusedBytes() {
        return decoder.refusedBytes();
    }

    /** Returns the bytes that have been read and neither run nor made part of the command that is coming in. */
    long waitingBytes() {
        return commandBytes + bufferedBytes;
    }

    /** Returns the bytes that have come in and not been run, with the part of a command. */
    long unrunBytes() {
        return waitingBytes() + decoder.heldBytes();
    }

    /** Returns the bytes of memory that all of it takes, with the part of a command that has come in. */
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
