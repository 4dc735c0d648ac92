package io.nvmredis.stock.aof;

import io.nvmredis.spi.support.Directories;
import io.nvmredis.spi.support.PrivateFiles;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Everything that changes a file: in one place, so that a test can stop the world between any two changes, or let one
 * fail.
 *
 * <p>A {@link RandomAccessFile} and not a channel: a channel is closed under all its users when one of them is
 * interrupted. Any thread.
 */
class FileOperations {
    /** The JDK copies what it writes to memory of its own first. */
    private static final int BYTES_PER_WRITE = 1 << 20;

    /** A file to be written from its beginning, empty now. */
    RandomAccessFile create(Path path) throws IOException {
        RandomAccessFile file = PrivateFiles.openToWrite(path);
        try {
            file.setLength(0);
            return file;
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /** A file to be written from its end. */
    RandomAccessFile openToAppend(Path path) throws IOException {
        RandomAccessFile file = PrivateFiles.openToWrite(path);
        try {
            file.seek(file.length());
            return file;
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    void write(RandomAccessFile file, byte[] bytes, int offset, int length) throws IOException {
        for (int done = 0; done < length; ) {
            int count = Math.min(BYTES_PER_WRITE, length - done);
            file.write(bytes, offset + done, count);
            done += count;
        }
    }

    /** Returns when what was written is on the medium; fdatasync(2). */
    void sync(RandomAccessFile file) throws IOException {
        file.getChannel().force(false);
    }

    void truncate(RandomAccessFile file, long length) throws IOException {
        file.setLength(length);
        file.seek(length);
    }

    void rename(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Returns when the names in the directory are on the medium. */
    void syncDirectory(Path directory) throws IOException {
        Directories.sync(directory);
    }

    void createDirectory(Path directory) throws IOException {
        Directories.create(directory);
    }

    void delete(Path path) throws IOException {
        Files.deleteIfExists(path);
    }
}
