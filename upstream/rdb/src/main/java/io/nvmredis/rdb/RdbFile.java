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
    /** What has been encoded is written out when there is so much of it. */
    private static final int WRITE_BYTES = 1 << 20;
    /**
     * What has been written is made durable bit by bit, so that the disk is not flooded at the end: Redis's {@code
     * rdb-save-incremental-fsync}.
     */
    private static final long SYNC_BYTES = 16 << 20;

    private static final int MAX_EMPTY_LENGTH = 1 << 10;

    /** What a server with {@code --persistence rdb} writes as the name of its persistence. */
    public static final String PERSISTENCE = "rdb";

    private RdbFile() {}

    /** Told how far the writing has come. */
    @FunctionalInterface
    public interface Progress {
        /** For those who do not want to know. */
        Progress NONE = (keyCount, bytes) -> {};

        /**
         * So many keys have been written, in so many bytes. Often enough to show progress; what it throws ends the
         * writing.
         */
        void onProgress(long keyCount, long bytes);
    }

    /** Whether a file's first bytes are those of an RDB file. */
    public static boolean isRdb(Path file) throws IOException {
        try (InputStream input = Files.newInputStream(file)) {
            return RdbFormat.isMagic(input.readNBytes(RdbFormat.MAGIC.length));
        }
    }

    /** Whether a file can be read to its end, and there is no key in it. One that is long is not looked into. */
    public static boolean isEmpty(Path file) {
        RdbLoadReport report = lookInto(file);
        return report != null && report.transactionCount() == 0;
    }

    /**
     * Whether a file has had data, and has none any more: its keys have expired, or a server with {@code --persistence rdb}
     * has saved it when they were deleted.
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

    /** Null if it is long, or cannot be read to its end. */
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
     * What a file says of the server of ours that has written it.
     *
     * @param persistence its persistence; null if none has, or one that did not say it yet
     * @param lsn the last transaction in it; 0 if none of ours has written it
     */
    public record Origin(@Nullable String persistence, long lsn) {
        static final Origin UNKNOWN = new Origin(null, 0);
    }

    /** The persistence of the server of ours that has written a file; null if none has, or this cannot be told. */
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
     * Writes a snapshot to an empty file, durably, and returns the file's length. Closes neither of them.
     *
     * @throws io.nvmredis.spi.errors.PersistenceException if the snapshot cannot be completed
     * @throws IOException if the file cannot be written; what is in it then is not an RDB file
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
