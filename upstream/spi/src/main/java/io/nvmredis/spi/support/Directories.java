package io.nvmredis.spi.support;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Makes and syncs directories so that the names in them survive a power failure. */
public final class Directories {
    private Directories() {}

    /** Makes the names in a directory durable, after files in it were made, renamed or deleted. */
    public static void sync(Path directory) throws IOException {
        try (FileChannel channel = PrivateFiles.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Makes a directory, unless another process has made it meanwhile. */
    private static void make(Path directory) throws IOException {
        try {
            PrivateFiles.createDirectory(directory);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(directory)) {
                throw e;
            }
        }
    }

    /**
     * Makes the missing directories of a path, and syncs each parent: a directory must not vanish with the data in it.
     */
    public static void create(Path directory) throws IOException {
        if (Files.isDirectory(directory)) {
            return;
        }
        Path parent = directory.getParent();
        if (parent != null) {
            create(parent);
        }
        make(directory);
        if (parent != null) {
            sync(parent);
        }
    }
}
