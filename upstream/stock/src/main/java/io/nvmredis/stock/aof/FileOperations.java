package io.nvmredis.stock.aof;

import io.nvmredis.spi.support.Directories;
import io.nvmredis.spi.support.PrivateFiles;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Operations that change files, in one class, so that a test can stop between any two of them, or let one fail.
 *
 * <p>They use a {@link RandomAccessFile}, because a channel is closed for all its users when one of them is
 * interrupted. Any thread.
 */
class FileOperations {
    /** Bytes written at once: the JDK first copies them into memory of its own. */
    private static final int BYTES_PER_WRITE = 1 << 20;

    /** Opens a file to be written from its beginning, and empties it. */
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

    /** Opens a file to be written from its end. */
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

    /** Syncs a file: returns when the written bytes are on the medium; fdatasync(2). */
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

    /** Syncs a directory: returns when the names in it are on the medium. */
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
