package io.nvmredis.spi;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** What has to be done with a directory so that the names in it survive a power cut. */
public final class Directories {
    private Directories() {}

    /** Makes the names in a directory durable: files made, renamed and deleted. */
    public static void sync(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
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
        Files.createDirectory(directory);
        if (parent != null) {
            sync(parent);
        }
    }
}
