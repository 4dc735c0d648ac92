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
 * Mark of an unfinished import: a file in the directory that the import fills. It is there from before the first key to
 * after the last one, so that a part of the data is never taken for all of them, however the import ended. One thread.
 */
public final class ImportMark {
    private static final Logger LOG = LoggerFactory.getLogger(ImportMark.class);
    private static final String NAME = "import-unfinished";

    private ImportMark() {}

    /**
     * Requires that no import into this directory has begun and not come to its end. This process must not hold the
     * directory's lock.
     *
     * @throws PersistenceException if such an import has broken off or still runs
     */
    public static void requireNone(Path directory) {
        Path mark = directory.resolve(NAME);
        if (Files.exists(mark)) {
            // While the import runs, the error names its process, and nothing may be deleted.
            DirectoryLock.take(directory, LOG::error).close();
            if (!Files.exists(mark)) {
                return;
            }
            throw new PersistenceException("an import into " + directory
                    + " has begun and not come to its end, so that a part of the data may be missing: empty the directory"
                    + " and import again. To go on with what is there all the same, delete " + mark);
        }
    }

    /** Puts the mark when an import of this source begins. The mark is durable when this returns. */
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

    /** Removes the mark when the import has come to its end and all data are durable. */
    public static void remove(Path directory) throws IOException {
        Files.deleteIfExists(directory.resolve(NAME));
        Directories.sync(directory);
    }
}
