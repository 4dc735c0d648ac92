package io.nvmredis.transfer;

import io.nvmredis.rdb.RdbFile;
import io.nvmredis.spi.TransactionSink;
import io.nvmredis.spi.errors.PersistenceException;
import io.nvmredis.stock.aof.AofFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Source that reads files of Redis: an RDB file; an append-only file, with or without an RDB file at its beginning; or
 * a data directory of Redis. It changes none of them. One thread.
 */
final class FileSource {
    private static final String MULTI_PART = "appendonlydir";
    private static final String SINGLE_PART = "appendonly.aof";
    private static final String RDB = "dump.rdb";

    private final Path source;
    private final RdbImport rdb;
    private final TransactionSink commands;
    private final Tally tally;
    private final Progress progress;
    private long totalBytes;
    private long doneBytes;

    FileSource(Path source, RdbImport rdb, TransactionSink commands, Tally tally, Progress progress) {
        this.source = source;
        this.rdb = rdb;
        this.commands = commands;
        this.tally = tally;
        this.progress = progress;
    }

    void run() throws IOException {
        List<Path> files = files();
        for (Path file : files) {
            totalBytes += Files.size(file);
        }
        progress.begin("importing", totalBytes, Progress.UNKNOWN);
        for (int i = 0; i < files.size(); i++) {
            read(files.get(i), i == files.size() - 1);
        }
        progress.end();
        tally.bytes(totalBytes);
    }

    private List<Path> files() throws IOException {
        if (Files.isDirectory(source)) {
            return filesOf(source);
        }
        if (!Files.exists(source)) {
            throw new TransferException("there is no file or directory " + source.toAbsolutePath());
        }
        if (!Files.isReadable(source) || !Files.isRegularFile(source)) {
            throw new TransferException(source.toAbsolutePath() + " is not a file that can be read");
        }
        return List.of(requireContent(source));
    }

    /** Refuses an empty file, which may be there by mistake. Only an append-only file of a set is empty at first. */
    private static Path requireContent(Path file) throws IOException {
        if (Files.size(file) == 0) {
            throw new TransferException(file.toAbsolutePath() + " is empty: there is no data set in it");
        }
        return file;
    }

    /** Returns the files of a directory as Redis chooses them: append-only files go before the RDB file. */
    private List<Path> filesOf(Path directory) throws IOException {
        Path parent = parentOfMultiPart(directory);
        if (parent != null || Files.isRegularFile(directory.resolve(SINGLE_PART))) {
            List<Path> found = AofFiles.find(parent == null ? directory : parent);
            if (!found.isEmpty()) {
                return found;
            }
        }
        Path file = directory.resolve(RDB);
        if (Files.isRegularFile(file)) {
            return List.of(requireContent(file));
        }
        throw new TransferException("there is neither an " + MULTI_PART + " nor a " + RDB + " in "
                + directory.toAbsolutePath() + "; is that the dir of a Redis? A file can be given by its name");
    }

    /**
     * Returns the directory that contains the one with the append-only files, which a user may also name itself; null
     * if there is none.
     */
    private static @Nullable Path parentOfMultiPart(Path directory) {
        if (Files.isDirectory(directory.resolve(MULTI_PART))) {
            return directory;
        }
        return Files.isRegularFile(directory.resolve(SINGLE_PART + ".manifest"))
                ? directory.toAbsolutePath().getParent()
                : null;
    }

    private void read(Path file, boolean isLast) throws IOException {
        long length = Files.size(file);
        if (length == 0) {
            return;
        }
        long offset = RdbFile.isRdb(file) ? readRdb(file, length) : 0;
        if (offset < length) {
            AofFiles.Truncation truncation = AofFiles.read(
                    file, offset, commands, (loaded, total) -> progress.reached(doneBytes + loaded, tally.keyCount()));
            if (truncation != null) {
                tell(file, truncation, isLast);
            }
        }
        doneBytes += length;
    }

    private long readRdb(Path file, long length) throws IOException {
        try (InputStream input = Files.newInputStream(file)) {
            return rdb.run(input, file.toString(), length, doneBytes).offset();
        }
    }

    /**
     * Reports a truncated file. At the end of the last file this is no fault: what a crash cut off there was never
     * acknowledged.
     */
    private void tell(Path file, AofFiles.Truncation truncation, boolean isLast) {
        String problem = file + " ends in the middle of something: " + truncation.reason();
        if (!isLast) {
            throw new PersistenceException(problem + ", and is not the last file; restore it from a backup");
        }
        progress.say(problem + "; its last " + truncation.cutBytes() + " bytes are left out");
    }
}
