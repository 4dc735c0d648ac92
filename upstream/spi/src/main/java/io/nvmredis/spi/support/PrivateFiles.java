package io.nvmredis.spi.support;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Makes files and directories that only their owner may read: mode 0600 and 0700 from the moment they exist.
 *
 * <p>All code that makes files does it here, so that none is forgotten: {@code FileCreationRule} of the tests finds
 * code that does not. A file that exists already keeps its mode. Any thread.
 */
public final class PrivateFiles {
    private static final FileAttribute<Set<PosixFilePermission>> FILE_MODE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final FileAttribute<Set<PosixFilePermission>> DIRECTORY_MODE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private PrivateFiles() {}

    /** Opens a file as {@link FileChannel#open} does. */
    public static FileChannel open(Path file, OpenOption... options) throws IOException {
        return FileChannel.open(file, Set.of(options), FILE_MODE);
    }

    /**
     * Makes an empty file.
     *
     * @throws FileAlreadyExistsException if it exists
     */
    public static void create(Path file) throws IOException {
        Files.createFile(file, FILE_MODE);
    }

    /** Opens a file for reading and writing, and makes it if it does not exist. */
    public static RandomAccessFile openToWrite(Path file) throws IOException {
        try {
            create(file);
        } catch (FileAlreadyExistsException e) {
            // The existing file keeps its mode.
        }
        return new RandomAccessFile(file.toFile(), "rw");
    }

    /** Opens a file for reading. */
    public static RandomAccessFile openToRead(Path file) throws IOException {
        return new RandomAccessFile(file.toFile(), "r");
    }

    /**
     * Makes a directory.
     *
     * @throws FileAlreadyExistsException if it exists
     */
    public static void createDirectory(Path directory) throws IOException {
        Files.createDirectory(directory, DIRECTORY_MODE);
    }
}
