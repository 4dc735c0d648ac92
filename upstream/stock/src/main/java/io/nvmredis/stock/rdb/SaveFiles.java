package io.nvmredis.stock.rdb;

import io.nvmredis.spi.support.Directories;
import io.nvmredis.spi.support.PrivateFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** What a save does to the file system, in one place, so that a test can let each step of it fail. Any thread. */
class SaveFiles {

    /** An empty file to be written. */
    FileChannel create(Path file) throws IOException {
        return PrivateFiles.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
    }

    /** Gives a file the place of another one, at once. */
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
