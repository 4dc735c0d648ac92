package io.nvmredis.it.kit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Directories that somebody makes for a while, and deletes with all that has come into them. */
final class TemporaryFiles {
    private static final Path SHARED_MEMORY = Path.of("/dev/shm");
    private static final String PREFIX = "nvm-redis-it-";

    private TemporaryFiles() {}

    /** A new directory on whatever file system temporary files are. */
    static Path createOnDisk() throws IOException {
        return Files.createTempDirectory(PREFIX);
    }

    /** A new directory in memory where that is possible, and elsewhere where it is not. */
    static Path createInMemory() throws IOException {
        if (Files.isDirectory(SHARED_MEMORY) && Files.isWritable(SHARED_MEMORY)) {
            return Files.createTempDirectory(SHARED_MEMORY, PREFIX);
        }
        return createOnDisk();
    }

    static void delete(Path directory) throws IOException {
        List<Path> deepestFirst;
        try (Stream<Path> all = Files.walk(directory)) {
            deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path each : deepestFirst) {
            Files.deleteIfExists(each);
        }
    }
}
