package io.nvmredis.stock.aof;

import io.nvmredis.rdb.RdbOptions;
import io.nvmredis.rdb.RdbWriter;
import io.nvmredis.spi.Snapshot;
import io.nvmredis.spi.errors.PersistenceException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.util.function.BooleanSupplier;

/** Writes a snapshot to a base file, durably: in RDB format, or as commands. A writer is used once, by one thread. */
final class BaseFileWriter {
    private static final int WRITE_BYTES = 1 << 20;
    /**
     * Bytes after which the file is synced, so that the disk is not flooded at the end: Redis's {@code
     * aof-rewrite-incremental-fsync}.
     */
    private static final long SYNC_BYTES = 16 << 20;

    private final FileOperations files;
    private final RandomAccessFile file;
    private final Snapshot snapshot;
    private final BooleanSupplier isAborted;
    private long length;
    private long syncedLength;

    /**
     * Creates a writer of a snapshot to an empty file.
     *
     * @param isAborted asked often; once it returns true, the writing ends with an exception
     */
    BaseFileWriter(FileOperations files, RandomAccessFile file, Snapshot snapshot, BooleanSupplier isAborted) {
        this.files = files;
        this.file = file;
        this.snapshot = snapshot;
        this.isAborted = isAborted;
    }

    void write(AofSettings settings) throws IOException {
        if (settings.hasRdbBase()) {
            writeRdb(new RdbOptions(settings.isCompressed(), settings.hasChecksum(), true));
        } else {
            writeCommands();
        }
        files.sync(file);
    }

    private void writeRdb(RdbOptions options) throws IOException {
        FileOperationsChannel channel = new FileOperationsChannel(files, file);
        RdbWriter writer = new RdbWriter(snapshot, options);
        while (snapshot.advance(writer)) {
            if (writer.pendingBytes() >= WRITE_BYTES) {
                writer.drainTo(channel);
                written(channel.position());
            }
        }
        writer.finish(channel);
    }

    private void writeCommands() throws IOException {
        byte[] note = (CommandReader.LSN_ANNOTATION + snapshot.lsn() + "\r\n").getBytes(StandardCharsets.US_ASCII);
        files.write(file, note, 0, note.length);
        length = note.length;
        RespBaseWriter writer = new RespBaseWriter();
        while (snapshot.advance(writer)) {
            if (writer.pendingBytes() >= WRITE_BYTES) {
                drain(writer);
            }
        }
        drain(writer);
    }

    private void drain(RespBaseWriter writer) throws IOException {
        int drained = writer.drainTo((bytes, offset, count) -> files.write(file, bytes, offset, count));
        written(length + drained);
    }

    private void written(long newLength) throws IOException {
        length = newLength;
        if (isAborted.getAsBoolean()) {
            throw new PersistenceException("the server is ending");
        }
        if (length - syncedLength >= SYNC_BYTES) {
            files.sync(file);
            syncedLength = length;
        }
    }
}
