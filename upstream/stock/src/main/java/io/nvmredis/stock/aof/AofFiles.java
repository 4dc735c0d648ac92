package io.nvmredis.stock.aof;

import io.nvmredis.spi.LoadingListener;
import io.nvmredis.spi.Snapshot;
import io.nvmredis.spi.TransactionSink;
import io.nvmredis.spi.errors.PersistenceException;
import io.nvmredis.stock.aof.CommandReader.BadFormatException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads append-only files without a server, and writes them for another server. */
public final class AofFiles {
    private static final FileOperations FILES = new FileOperations();

    private AofFiles() {}

    /**
     * Truncation of a file, which ends within a command or transaction.
     *
     * @param wholeLength length of the beginning that consists of whole transactions
     * @param cutBytes bytes behind it
     * @param reason what is missing, in a few words
     */
    public record Truncation(long wholeLength, long cutBytes, String reason) {}

    /**
     * Returns the files that Redis would load, in their order: those that the manifest names, or the single file of an
     * older Redis; an empty list if there are none.
     *
     * @param directory Redis's {@code dir}
     * @throws PersistenceException if the manifest is faulty, or a file that it names is missing
     */
    public static List<Path> find(Path directory) throws IOException {
        AofDirectory files = new AofDirectory(FILES, directory, AofSettings.of(Map.of()));
        AofDirectory.Found found = files.find();
        files.sizes(found);
        return found.manifest().dataFiles().stream()
                .map(entry -> files.path(entry, found))
                .toList();
    }

    /**
     * Hands the commands of a file to a sink, one transaction at a time, and changes nothing.
     *
     * @param offset offset of the first command
     * @return null if the file ends with a whole transaction
     * @throws PersistenceException if the file contains anything else than commands
     */
    public static @Nullable Truncation read(Path file, long offset, TransactionSink sink, LoadingListener loading)
            throws IOException {
        try {
            return new AofLoader(sink, loading, file).readCommands(file, offset);
        } catch (BadFormatException e) {
            throw new PersistenceException(
                    "AOF file " + file + " has a bad format, " + e.getMessage() + "; run redis-check-aof on it", e);
        }
    }

    /**
     * Writes a snapshot as the files that Redis 7 has in its {@code appenddirname}, durably: a base, an empty
     * incremental file and their manifest.
     *
     * @param directory empty directory for the files
     * @param isRdbBase whether the base is in RDB format, as Redis has it by default, or made of commands
     * @return number of bytes written
     */
    public static long write(Snapshot snapshot, Path directory, boolean isRdbBase) throws IOException {
        AofSettings settings = AofSettings.of(Map.of(
                "appenddirname",
                String.valueOf(directory.getFileName()),
                "aof-use-rdb-preamble",
                isRdbBase ? "yes" : "no"));
        AofDirectory files = new AofDirectory(FILES, directory.resolveSibling(""), settings);
        ManifestEntry base = files.newBase(Manifest.EMPTY, isRdbBase);
        long length;
        try (RandomAccessFile file = FILES.create(files.path(base))) {
            new BaseFileWriter(FILES, file, snapshot, () -> false).write(settings);
            length = file.length();
        }
        Manifest manifest = new Manifest(base, List.of(), List.of());
        ManifestEntry incremental = files.newIncremental(manifest);
        files.create(incremental).close();
        files.publish(manifest.withIncremental(incremental));
        return length;
    }
}
