package io.nvmredis.transfer;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * A given number of bytes of a longer stream. The input counts the bytes read and keeps the reason why the stream broke
 * off, if it did. Closing it leaves the stream open. One thread.
 */
final class BoundedInput extends FilterInputStream {
    private final long length;
    private long position;
    private @Nullable IOException failure;

    BoundedInput(InputStream input, long length) {
        super(input);
        this.length = length;
    }

    long position() {
        return position;
    }

    /** Returns why the stream could not be read; null if it could. */
    @Nullable
    IOException failure() {
        return failure;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int count) throws IOException {
        int wanted = (int) Math.min(count, length - position);
        if (wanted == 0) {
            return count == 0 ? 0 : -1;
        }
        try {
            int read = in.read(bytes, offset, wanted);
            if (read < 0) {
                throw new EOFException("the stream ended after " + position + " of " + length + " bytes");
            }
            position += read;
            return read;
        } catch (IOException e) {
            failure = e;
            throw e;
        }
    }

    @Override
    public long skip(long count) throws IOException {
        byte[] passed = new byte[(int) Math.min(count, 64 << 10)];
        int read = read(passed, 0, passed.length);
        return Math.max(0, read);
    }

    /** Reads to the end of these bytes. */
    void drain() throws IOException {
        while (position < length) {
            skip(length - position);
        }
    }

    @Override
    public int available() throws IOException {
        return (int) Math.min(in.available(), length - position);
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    @Override
    public void close() {
        // The stream stays open.
    }
}
