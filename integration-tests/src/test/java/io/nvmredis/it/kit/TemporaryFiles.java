package io.nvmredis.it.kit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** New directories for a while; {@link io.nvmredis.spi.testkit.TemporaryDirectory#delete} deletes one with all that is in it. */
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
}
