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

/** Append-only files without a server: to be read where they are, and to be written for another one. */
public final class AofFiles {
    private static final FileOperations FILES = new FileOperations();

    private AofFiles() {}

    /**
     * A file that ends in the middle of something.
     *
     * @param wholeLength up to here it consists of whole transactions
     * @param cutBytes behind that
     * @param reason what is missing, in a few words
     */
    public record Truncation(long wholeLength, long cutBytes, String reason) {}

    /**
     * The files that Redis would load, in their order: those that the manifest names, or the single one of an older
     * Redis; none if there are none.
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
     * Hands the commands of a file to a sink, a transaction at a time, and changes nothing.
     *
     * @param offset where they begin
     * @return null if it ends as it should
     * @throws PersistenceException if something else than commands stands in it
     */
    public static @Nullable Truncation read(Path file, long offset, TransactionSink sink, LoadingListener loading)
            throws IOException {
        try {
            return new AofLoader(sink, loading, file).readCommands(file, offset);
        } catch (BadFormatException e) {
            throw new PersistenceException(
                    "AOF file " + file + " has a bad format, " + e.getMessage()
                            + "; see what redis-check-aof says of it",
                    e);
        }
    }

    /**
     * Writes a snapshot as the files that Redis 7 has in its {@code appenddirname}, durably: a base, an empty
     * incremental file and their manifest.
     *
     * @param directory empty
     * @param isRdbBase whether the base is in RDB format, as Redis has it by default, or made of commands
     * @return bytes written
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
