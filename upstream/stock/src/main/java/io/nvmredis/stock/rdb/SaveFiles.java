package io.nvmredis.stock.rdb;

import io.nvmredis.spi.support.Directories;
import io.nvmredis.spi.support.PrivateFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Operations of a save on the file system, in one class, so that a test can let each of them fail. Any thread. */
class SaveFiles {

    /** Creates or empties a file, and opens it for writing. */
    FileChannel create(Path file) throws IOException {
        return PrivateFiles.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
    }

    /** Renames a file over another one, atomically. */
    void rename(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    void syncDirectory(Path directory) throws IOException {
        Directories.sync(directory);
    }

    void delete(Path file) throws IOException {
        Files.deleteIfExists(file);
    }
}
