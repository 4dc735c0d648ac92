package io.nvmredis.stock.rdb;

import io.nvmredis.spi.Snapshot;
import java.io.IOException;
import java.nio.channels.FileChannel;

/** Writes a snapshot to an RDB file. */
public final class RdbFile {
    /** What has been encoded is written out when there is so much of it. */
    private static final int WRITE_BYTES = 1 << 20;
    /**
     * What has been written is made durable bit by bit, so that the disk is not flooded at the end: Redis's {@code
     * rdb-save-incremental-fsync}.
     */
    private static final long SYNC_BYTES = 16 << 20;

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

    /**
     * Writes a snapshot to an empty file, durably, and returns the file's length. Closes neither of them.
     *
     * @throws io.nvmredis.spi.PersistenceException if the snapshot cannot be completed
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
