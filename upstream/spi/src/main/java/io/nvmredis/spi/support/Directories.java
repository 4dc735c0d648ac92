package io.nvmredis.spi.support;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** What has to be done with a directory so that the names in it survive a power cut. */
public final class Directories {
    private Directories() {}

    /** Makes the names in a directory durable: files made, renamed and deleted. */
    public static void sync(Path directory) throws IOException {
        try (FileChannel channel = PrivateFiles.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Somebody else may have made it meanwhile. */
    private static void make(Path directory) throws IOException {
        try {
            PrivateFiles.createDirectory(directory);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(directory)) {
                throw e;
            }
        }
    }

    /** Makes what is missing of a path and syncs each parent: a directory must not vanish with the data in it. */
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
