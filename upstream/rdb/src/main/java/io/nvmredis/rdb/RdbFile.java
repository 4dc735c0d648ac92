package io.nvmredis.rdb;

import io.nvmredis.spi.LoadingListener;
import io.nvmredis.spi.Snapshot;
import io.nvmredis.spi.errors.PersistenceException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Writes a snapshot to an RDB file. */
public final class RdbFile {
    /** Encoded bytes at which they are written to the file. */
    private static final int WRITE_BYTES = 1 << 20;
    /**
     * Bytes after which the file is synced, so that the disk is not flooded at the end: Redis's {@code
     * rdb-save-incremental-fsync}.
     */
    private static final long SYNC_BYTES = 16 << 20;

    private static final int MAX_EMPTY_LENGTH = 1 << 10;

    /** Name that a server with {@code --persistence rdb} writes into its files. */
    public static final String PERSISTENCE = "rdb";

    private RdbFile() {}

    /** Receives the progress of the writing. */
    @FunctionalInterface
    public interface Progress {
        /** Ignores the progress. */
        Progress NONE = (keyCount, bytes) -> {};

        /**
         * Receives how many keys and bytes have been written, often enough to show progress. An exception that it
         * throws ends the writing.
         */
        void onProgress(long keyCount, long bytes);
    }

    /** Returns whether a file's first bytes are those of an RDB file. */
    public static boolean isRdb(Path file) throws IOException {
        try (InputStream input = Files.newInputStream(file)) {
            return RdbFormat.isMagic(input.readNBytes(RdbFormat.MAGIC.length));
        }
    }

    /**
     * Returns whether a file can be read to its end and has no key. A file of more than 1 KB counts as not empty and is
     * not read.
     */
    public static boolean isEmpty(Path file) {
        RdbLoadReport report = lookInto(file);
        return report != null && report.transactionCount() == 0;
    }

    /**
     * Returns whether a file has had data and has none any more: its keys have expired, or a server with {@code
     * --persistence rdb} has saved it after they were deleted.
     */
    public static boolean isSpent(Path file) {
        RdbLoadReport report = lookInto(file);
        if (report == null || report.transactionCount() > 0) {
            return false;
        }
        String writer = origin(file).persistence();
        return (writer == null || writer.equals(PERSISTENCE))
                && (report.expiredKeyCount() > 0 || report.savedLsn() > 0);
    }

    /** Loads a file without keeping its data. Returns null if it is longer than 1 KB or cannot be read to its end. */
    private static @Nullable RdbLoadReport lookInto(Path file) {
        try {
            return Files.size(file) > MAX_EMPTY_LENGTH
                    ? null
                    : RdbLoader.load(
                            file, RdbLoadOptions.DEFAULT, (lsn, bytes, offset, length) -> {}, LoadingListener.NONE);
        } catch (IOException | PersistenceException e) {
            return null;
        }
    }

    /**
     * Origin of a file: what it says of the server of ours that has written it.
     *
     * @param persistence the server's persistence; null if no server of ours has written the file, or one that did not
     *     write its persistence yet
     * @param lsn LSN of the last transaction in the file; 0 if no server of ours has written it
     */
    public record Origin(@Nullable String persistence, long lsn) {
        static final Origin UNKNOWN = new Origin(null, 0);
    }

    /**
     * Returns the persistence of the server of ours that has written a file; null if none has, or if it cannot be told.
     */
    public static @Nullable String writer(Path file) {
        return origin(file).persistence();
    }

    public static Origin origin(Path file) {
        if (!Files.isRegularFile(file)) {
            return Origin.UNKNOWN;
        }
        try (InputStream source = Files.newInputStream(file)) {
            return RdbLoader.origin(new RdbInput(source, file.toString(), Files.size(file), LoadingListener.NONE));
        } catch (IOException | PersistenceException e) {
            return Origin.UNKNOWN;
        }
    }

    /**
     * Writes a snapshot to an empty file, durably, and returns the file's length. Closes neither the snapshot nor the
     * file.
     *
     * @throws io.nvmredis.spi.errors.PersistenceException if the snapshot cannot be completed
     * @throws IOException if the file cannot be written; its content is then not an RDB file
     */
    public static long write(Snapshot snapshot, FileChannel channel, RdbOptions options, Progress progress)
            throws IOException {
        RdbWriter writer = new RdbWriter(snapshot, options);
        long synced = 0;
        while (snapshot.advance(writer)) {
            if (writer.pendingBytes() >= WRITE_BYTES) {
                writer.drainTo(channel);
                progress.onProgress(writer.keyCount(), channel.position());
                if (channel.position() - synced >= SYNC_BYTES) {
                    channel.force(false);
                    synced = channel.position();
                }
            }
        }
        writer.finish(channel);
        channel.force(true);
        progress.onProgress(writer.keyCount(), channel.position());
        return channel.position();
    }
}
