package io.nvmredis.stock.aof;

import io.nvmredis.spi.effects.RespBuffer;
import io.nvmredis.spi.support.PrivateFiles;
import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;

/** Reads a file from front to back, and knows its offset and how many bytes are left. One thread. */
final class AofInput implements Closeable {
    private final RandomAccessFile file;
    private final long size;
    private final byte[] buffer = new byte[128 << 10];
    private long bufferOffset;
    private int at;
    private int limit;

    /** Opens a file to read from an offset on. */
    AofInput(Path path, long offset) throws IOException {
        file = PrivateFiles.openToRead(path);
        size = file.length();
        file.seek(offset);
        bufferOffset = offset;
    }

    /** Returns the offset of the next byte. */
    long offset() {
        return bufferOffset + at;
    }

    /** Returns how many bytes are left. */
    long remaining() {
        return size - offset();
    }

    /** Returns the next byte, or -1 at the end. */
    int read() throws IOException {
        return at < limit || fill() ? buffer[at++] & 0xff : -1;
    }

    private boolean fill() throws IOException {
        bufferOffset += limit;
        at = 0;
        limit = Math.max(0, file.read(buffer));
        return limit > 0;
    }

    /**
     * Copies {@code length} bytes.
     *
     * @throws TruncatedFileException if there are fewer
     */
    void copyTo(RespBuffer to, int length) throws IOException, TruncatedFileException {
        if (length > remaining()) {
            throw new TruncatedFileException(length + " bytes expected, " + remaining() + " found");
        }
        for (int left = length; left > 0; ) {
            if (at == limit && !fill()) {
                throw new TruncatedFileException(left + " more bytes expected");
            }
            int count = Math.min(left, limit - at);
            to.put(buffer, at, count);
            at += count;
            left -= count;
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
