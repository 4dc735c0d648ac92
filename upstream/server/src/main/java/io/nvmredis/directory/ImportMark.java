package io.nvmredis.directory;

import io.nvmredis.spi.errors.PersistenceException;
import io.nvmredis.spi.support.Directories;
import io.nvmredis.spi.support.DirectoryLock;
import io.nvmredis.spi.support.PrivateFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file in a directory that an import fills: there from before its first key to after its last one, so that half of the
 * data is taken for all of them by nobody, however the import ended. One thread.
 */
public final class ImportMark {
    private static final Logger LOG = LoggerFactory.getLogger(ImportMark.class);
    private static final String NAME = "import-unfinished";

    private ImportMark() {}

    /**
     * Nothing, if no import into this directory has begun that has not come to its end. This process does not hold the
     * directory.
     *
     * @throws PersistenceException if one has, or runs
     */
    public static void requireNone(Path directory) {
        Path mark = directory.resolve(NAME);
        if (Files.exists(mark)) {
            // While it runs, its process is what is to be told, and nothing may be deleted.
            DirectoryLock.take(directory, LOG::error).close();
            if (!Files.exists(mark)) {
                return;
            }
            throw new PersistenceException("an import into " + directory
                    + " has begun and not come to its end, so that a part of the data may be missing: empty the directory"
                    + " and import again. To go on with what is there all the same, delete " + mark);
        }
    }

    /** An import of this source begins. Durable when this returns. */
    public static void put(Path directory, String source) throws IOException {
        try (FileChannel file = PrivateFiles.open(
                directory.resolve(NAME),
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.wrap((source + "\n").getBytes(StandardCharsets.UTF_8)));
            file.force(true);
        }
        Directories.sync(directory);
    }

    /** It has come to its end, and everything is durable. */
    public static void remove(Path directory) throws IOException {
        Files.deleteIfExists(directory.resolve(NAME));
        Directories.sync(directory);
    }
}
