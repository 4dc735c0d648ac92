package io.nvmredis.stock.aof;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.SeekableByteChannel;

/** Channel that writes to a file through {@link FileOperations}. Closing it does nothing. One thread. */
final class FileOperationsChannel implements SeekableByteChannel {
    private final FileOperations files;
    private final RandomAccessFile file;

    FileOperationsChannel(FileOperations files, RandomAccessFile file) {
        this.files = files;
        this.file = file;
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        int count = source.remaining();
        if (source.hasArray()) {
            files.write(file, source.array(), source.arrayOffset() + source.position(), count);
            source.position(source.limit());
        } else {
            byte[] copy = new byte[count];
            source.get(copy);
            files.write(file, copy, 0, count);
        }
        return count;
    }

    @Override
    public int read(ByteBuffer target) {
        throw new NonReadableChannelException();
    }

    @Override
    public long position() throws IOException {
        return file.getFilePointer();
    }

    @Override
    public SeekableByteChannel position(long newPosition) throws IOException {
        file.seek(newPosition);
        return this;
    }

    @Override
    public long size() throws IOException {
        return file.length();
    }

    @Override
    public SeekableByteChannel truncate(long size) throws IOException {
        files.truncate(file, size);
        return this;
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public void close() {
        // The caller that has opened the file closes it.
    }
}
