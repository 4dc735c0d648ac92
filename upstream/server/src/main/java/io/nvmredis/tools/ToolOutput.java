package io.nvmredis.tools;

import java.io.PrintStream;

/**
 * Output of a tool, which is told when nobody reads it any more, as behind {@code | head}. One thread.
 */
public final class ToolOutput implements AutoCloseable {
    private static final int CAPACITY = 64 << 10;

    private final PrintStream stream;
    private final byte[] buffer = new byte[CAPACITY];
    private int length;

    /** Thrown when the reader has gone, which is no failure: there is nobody to be told more. */
    public static final class GoneException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** Makes an output; the stream is not closed with it. */
    public ToolOutput(PrintStream stream) {
        this.stream = stream;
    }

    /**
     * Writes bytes.
     *
     * @throws GoneException if nobody reads them
     */
    public void write(byte[] bytes, int offset, int count) {
        if (count > CAPACITY - length) {
            flush();
        }
        if (count > CAPACITY) {
            stream.write(bytes, offset, count);
            flush();
        } else {
            System.arraycopy(bytes, offset, buffer, length, count);
            length += count;
        }
    }

    /** Writes what has been buffered. */
    public void flush() {
        stream.write(buffer, 0, length);
        length = 0;
        // It flushes, and says whether the system has refused to take what was written.
        if (stream.checkError()) {
            throw new GoneException();
        }
    }

    @Override
    public void close() {
        flush();
    }
}
