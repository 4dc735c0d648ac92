package io.nvmredis.nvm.pmem;

import io.nvmredis.spi.support.PrivateFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Reads a file of a directory that is not open, without mapping it. One thread. */
public final class UnopenedFile implements AutoCloseable {
    private static final int READ_LENGTH = 256 << 10;

    private final FileChannel channel;

    /** Opens a file for reading. */
    public UnopenedFile(Path file) throws IOException {
        channel = PrivateFiles.open(file, StandardOpenOption.READ);
    }

    public long length() throws IOException {
        return channel.size();
    }

    /** Returns the number at an offset, as {@link PmemRegion#getLong} does; 0 behind the end. */
    public long longAt(long offset) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining() && channel.read(bytes, offset + bytes.position()) >= 0) {
            // There may be more bytes.
        }
        return bytes.getLong(0);
    }

    /** Returns whether there are only zeroes from an offset to the end. */
    public boolean isZeroFrom(long offset) throws IOException {
        ByteBuffer zeroes = ByteBuffer.allocateDirect(READ_LENGTH);
        ByteBuffer bytes = ByteBuffer.allocateDirect(READ_LENGTH);
        long at = offset;
        while (channel.read(bytes.clear(), at) >= 0) {
            bytes.flip();
            at += bytes.remaining();
            if (bytes.mismatch(zeroes.clear().limit(bytes.remaining())) >= 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
