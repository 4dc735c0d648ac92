package io.nvmredis.nvm.pmem;

import io.nvmredis.spi.support.PrivateFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Looks into a file of a directory that nobody has opened, without mapping it. One thread. */
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

    /** The number at an offset, as {@link PmemRegion#getLong} has it; 0 behind the end. */
    public long longAt(long offset) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining() && channel.read(bytes, offset + bytes.position()) >= 0) {
            // There may be more.
        }
        return bytes.getLong(0);
    }

    /** Whether there is nothing but zeroes from an offset to the end. */
    public boolean isZeroFrom(long offset) throws IOException {
        ByteBuffer zeroes = ByteBuffer.allocateDirect(READ_LENGTH);
        ByteBuffer bytes = ByteBuffer.allocateDirect(READ_LENGTH);
        long position = offset;
        while (channel.read(bytes.clear(), position) >= 0) {
            bytes.flip();
            position += bytes.remaining();
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
