package io.nvmredis.network;

import io.netty.buffer.ByteBuf;
import io.nvmredis.engine.bytes.HeapArrays;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Decodes the commands of one client: RESP arrays of bulk strings, and lines typed by a human.
 *
 * <p>The decoder keeps what it has understood and never needs a byte of input again, so that input may be cut anywhere
 * and nothing is gathered first. An argument goes straight into the array that the engine gets. That array is as long
 * as announced if it is short or all there; otherwise it doubles as bytes come in: receiving a long value copies less
 * than twice its length, however small the pieces, and a length that is merely announced takes no memory. An array
 * grows only when its memory has been granted; until then the decoder is starved ({@link #isStarved}) and leaves the
 * input as it is.
 *
 * <p>Limits and errors are Redis's. After a {@link ProtocolException} the decoder is of no more use. One thread at a
 * time.
 */
final class RespDecoder {
    /** Longest line in bytes: a typed command, or the header of an array or argument. */
    static final int MAX_LINE_LENGTH = 64 << 10;
    /** Bytes that an argument takes on the heap beyond its contents: array header, padding and reference. */
    private static final int ARGUMENT_OVERHEAD = 24;
    /** Longest announced length in bytes for which the whole array is made before its bytes have come. */
    private static final int TRUSTED_LENGTH = (32 << 10) - HeapArrays.HEADER_BYTES;

    /** Largest announced number of arguments for which the whole list is made at once. */
    private static final int TRUSTED_COUNT = 1 << 10;
    /** Most arguments per command of a client that has yet to authenticate, as in Redis. */
    private static final int RESTRICTED_COUNT = 10;

    /** Longest argument in bytes of a client that has yet to authenticate, as in Redis. */
    private static final int RESTRICTED_LENGTH = 16 << 10;

    private static final byte[] EMPTY = {};

    private enum State {
        COMMAND,
        LINE,
        ARRAY_HEADER,
        ARGUMENT_HEADER,
        ARGUMENT,
        ARGUMENT_END
    }

    private final int maxBulkLength;
    private final long queryBufferLimit;
    /** Whether the client has yet to authenticate. */
    private final BooleanSupplier isRestricted;
    /** Grants so many bytes more, or refuses them for now. */
    private final LongPredicate memory;
    /** Bytes that were refused last; 0 if none were. */
    private long refusedBytes;

    private State state = State.COMMAND;

    /** Number in the header that is being read. */
    private final DecimalField number = new DecimalField();

    private int headerLength;
    private boolean headerEnding;
    private byte argumentType;

    /** Arguments so far of the command that is being read; null if none is. */
    private @Nullable List<byte[]> arguments;

    /** Number of arguments that are still to come. */
    private int remaining;

    private long commandBytes;
    /** Bytes that the list of arguments took before the first came. */
    private long listBytes;

    /** Argument that is being read. */
    private byte[] argument = EMPTY;

    /** Announced length of the argument, in bytes. */
    private int expected;
    /** Bytes of the argument that have been read. */
    private int received;
    /** Bytes of the argument's line end that are still to be skipped. */
    private int toSkip;

    /** Line that is being read. */
    private byte[] line = EMPTY;

    private int lineLength;

    /** Makes a decoder for one client that has authenticated and may send as much as there is room for. */
    RespDecoder(int maxBulkLength, long queryBufferLimit) {
        this(maxBulkLength, queryBufferLimit, () -> false);
    }

    /**
     * Makes a decoder for one client.
     *
     * @param maxBulkLength bytes that one argument may have
     * @param queryBufferLimit bytes of memory that one command may take while it comes in
     * @param isRestricted whether the client has yet to authenticate, for which short commands suffice
     * @param memory asked before the array of an argument grows
     */
    RespDecoder(int maxBulkLength, long queryBufferLimit, BooleanSupplier isRestricted, LongPredicate memory) {
        this.maxBulkLength = maxBulkLength;
        this.queryBufferLimit = queryBufferLimit;
        this.isRestricted = isRestricted;
        this.memory = memory;
    }

    RespDecoder(int maxBulkLength, long queryBufferLimit, BooleanSupplier isRestricted) {
        this(maxBulkLength, queryBufferLimit, isRestricted, bytes -> true);
    }

    /** Tells whether decoding waits for memory: {@link #next} tries again, and may have left input unread. */
    boolean isStarved() {
        return refusedBytes > 0;
    }

    /** Returns the bytes of memory that were refused, 0 if the decoder is not starved. */
    long refusedBytes() {
        return refusedBytes;
    }

    /** Returns the bytes of memory that the part of a command takes that has been decoded so far. */
    long heldBytes() {
        long ofArguments = arguments == null ? 0 : listBytes + commandBytes;
        return ofArguments + argument.length + HeapArrays.wasteOf(argument.length) + line.length;
    }

    /** Returns the bytes of memory that a whole command takes. */
    static long bytesOf(List<byte[]> command) {
        long bytes = 0;
        for (int i = 0; i < command.size(); i++) {
            int length = command.get(i).length;
            bytes += length + HeapArrays.wasteOf(length) + ARGUMENT_OVERHEAD;
        }
        return bytes;
    }

    /**
     * Returns the next command, or null if the input is used up before its end. Commands without a name, which Redis
     * ignores, are passed over. A starved decoder has not used the input up.
     */
    @Nullable
    List<byte[]> next(ByteBuf in) throws ProtocolException {
        refusedBytes = 0;
        while (in.isReadable() && refusedBytes == 0) {
            List<byte[]> command = step(in);
            if (command != null) {
                return command;
            }
        }
        return null;
    }

    private @Nullable List<byte[]> step(ByteBuf in) throws ProtocolException {
        switch (state) {
            case COMMAND -> beginCommand(in);
            case LINE -> {
                return readLine(in);
            }
            case ARRAY_HEADER -> readArrayHeader(in);
            case ARGUMENT_HEADER -> readArgumentHeader(in);
            case ARGUMENT -> readArgument(in);
            case ARGUMENT_END -> {
                return skipArgumentEnd(in);
            }
        }
        return null;
    }

    private void beginCommand(ByteBuf in) {
        if (in.getByte(in.readerIndex()) == '*') {
            in.skipBytes(1);
            beginHeader(State.ARRAY_HEADER);
        } else {
            lineLength = 0;
            state = State.LINE;
        }
    }

    private @Nullable List<byte[]> readLine(ByteBuf in) throws ProtocolException {
        int lengthHere = in.bytesBefore((byte) '\n');
        int available = lengthHere < 0 ? in.readableBytes() : lengthHere;
        if (available > MAX_LINE_LENGTH - lineLength) {
            throw ProtocolException.answered("too big inline request");
        }
        if (available > line.length - lineLength) {
            line = Arrays.copyOf(line, Math.max(lineLength + available, 2 * line.length));
        }
        in.readBytes(line, lineLength, available);
        lineLength += available;
        if (lengthHere < 0) {
            return null;
        }
        in.skipBytes(1);
        return endLine();
    }

    private @Nullable List<byte[]> endLine() throws ProtocolException {
        if (lineLength > 0 && line[lineLength - 1] == '\r') {
            lineLength--;
        }
        List<byte[]> command = InlineCommand.split(line, lineLength);
        if (command == null) {
            throw ProtocolException.answered("unbalanced quotes in request");
        }
        if (!command.isEmpty() && isHttp(command.get(0))) {
            throw ProtocolException.silent("an HTTP request; was a web page made to attack this server?");
        }
        line = EMPTY;
        state = State.COMMAND;
        return command.isEmpty() ? null : command;
    }

    /**
     * Tells whether a command is part of an HTTP request, as Redis does against web pages that make a browser on this
     * machine send commands in the body of a request.
     */
    private static boolean isHttp(byte[] name) {
        String text = new String(name, StandardCharsets.ISO_8859_1);
        return text.equalsIgnoreCase("post") || text.equalsIgnoreCase("host:");
    }

    private void beginHeader(State header) {
        number.reset();
        headerLength = 0;
        headerEnding = false;
        state = header;
    }

    /**
     * Reads more of the header. Returns whether it is complete: a carriage return and, as in Redis, any one byte after
     * it.
     */
    private boolean readHeader(ByteBuf in, boolean typed, String fault) throws ProtocolException {
        int at = in.readerIndex();
        int end = in.writerIndex();
        boolean complete = false;
        while (at < end && !complete) {
            byte next = in.getByte(at++);
            if (headerEnding) {
                complete = true;
            } else {
                acceptHeaderByte(next, typed);
            }
        }
        in.readerIndex(at);
        if (headerLength > MAX_LINE_LENGTH) {
            throw ProtocolException.answered(fault);
        }
        return complete;
    }

    private void acceptHeaderByte(byte next, boolean typed) {
        if (typed && headerLength == 0) {
            argumentType = next;
        } else if (next != '\r') {
            number.accept(next);
        }
        headerEnding = next == '\r';
        headerLength++;
    }

    private void readArrayHeader(ByteBuf in) throws ProtocolException {
        if (!readHeader(in, false, "too big mbulk count string")) {
            return;
        }
        if (!number.isValid() || number.value() > Integer.MAX_VALUE) {
            throw ProtocolException.answered("invalid multibulk length");
        }
        if (number.value() > RESTRICTED_COUNT && isRestricted.getAsBoolean()) {
            throw ProtocolException.answered("unauthenticated multibulk length");
        }
        if (number.value() <= 0) {
            state = State.COMMAND;
            return;
        }
        remaining = (int) number.value();
        int trusted = Math.min(remaining, TRUSTED_COUNT);
        arguments = new ArrayList<>(trusted);
        listBytes = 8L * trusted;
        commandBytes = 0;
        beginHeader(State.ARGUMENT_HEADER);
    }

    private void readArgumentHeader(ByteBuf in) throws ProtocolException {
        if (!readHeader(in, true, "too big bulk count string")) {
            return;
        }
        if (argumentType != '$') {
            throw ProtocolException.answered("expected '$', got '" + printable(argumentType) + "'");
        }
        if (!number.isValid() || number.value() < 0 || number.value() > maxBulkLength) {
            throw ProtocolException.answered("invalid bulk length");
        }
        if (number.value() > RESTRICTED_LENGTH && isRestricted.getAsBoolean()) {
            throw ProtocolException.answered("unauthenticated bulk length");
        }
        expected = (int) number.value();
        received = 0;
        allocateArgument(in.readableBytes());
        state = expected == 0 ? State.ARGUMENT_END : State.ARGUMENT;
        toSkip = 2;
    }

    /** Returns a byte as a Latin-1 character; a line end, which would break the reply in two, as a blank. */
    private static char printable(byte b) {
        return b == '\r' || b == '\n' ? ' ' : (char) (b & 0xff);
    }

    private void allocateArgument(int available) throws ProtocolException {
        int length = Math.min(expected, Math.max(available, TRUSTED_LENGTH));
        charge(length);
        argument = new byte[length];
    }

    private void readArgument(ByteBuf in) throws ProtocolException {
        while (in.isReadable() && received < expected) {
            if (received == argument.length) {
                int length = HeapArrays.grown(received, expected);
                charge(length);
                long bytes = length + HeapArrays.wasteOf(length);
                if (!memory.test(bytes)) {
                    refusedBytes = bytes;
                    return;
                }
                argument = Arrays.copyOf(argument, length);
            }
            int count = Math.min(in.readableBytes(), argument.length - received);
            in.readBytes(argument, received, count);
            received += count;
        }
        if (received == expected) {
            state = State.ARGUMENT_END;
        }
    }

    /** Refuses an argument that takes the command over the limit. */
    private void charge(int argumentLength) throws ProtocolException {
        if (commandBytes + argumentLength + ARGUMENT_OVERHEAD > queryBufferLimit) {
            throw ProtocolException.silent("a command longer than client-query-buffer-limit, " + queryBufferLimit
                    + " bytes; a client that sends such commands needs a higher limit");
        }
    }

    private @Nullable List<byte[]> skipArgumentEnd(ByteBuf in) {
        int count = Math.min(toSkip, in.readableBytes());
        in.skipBytes(count);
        toSkip -= count;
        return toSkip == 0 ? endArgument() : null;
    }

    private @Nullable List<byte[]> endArgument() {
        List<byte[]> command = arguments;
        if (command == null) {
            throw new IllegalStateException("an argument outside of a command");
        }
        command.add(argument);
        commandBytes += expected + HeapArrays.wasteOf(expected) + ARGUMENT_OVERHEAD;
        argument = EMPTY;
        if (--remaining > 0) {
            beginHeader(State.ARGUMENT_HEADER);
            return null;
        }
        arguments = null;
        state = State.COMMAND;
        return command;
    }
}
