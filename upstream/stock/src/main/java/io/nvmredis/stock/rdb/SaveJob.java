package io.nvmredis.stock.rdb;

import io.nvmredis.rdb.RdbFile;
import io.nvmredis.spi.DataSet;
import io.nvmredis.spi.Snapshot;
import io.nvmredis.spi.errors.PersistenceException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One save: it writes a temporary file, makes it durable and renames it over the file of the save before.
 *
 * <p>A crash before the renaming leaves the file of the save before, a crash after it the new file, whole. The new name
 * is durable when the directory has been synced. A job is run by one thread, and cancelled and asked by any.
 */
final class SaveJob {
    /**
     * Number of saves in this process. It makes their temporary files differ: a save that was given up may still be
     * writing when the next one begins.
     */
    private static final AtomicLong COUNT = new AtomicLong();

    private final DataSet dataSet;
    private final Path directory;
    private final Path target;
    private final RdbSettings settings;
    private final SaveFiles files;
    private final OwnFiles ownFiles;
    private final AtomicLong changes;
    private final String temporaryName;

    private volatile boolean isCancelled;
    private volatile long writtenKeys;
    private volatile long totalKeys;
    private volatile long changesAtCut;
    final long startMillis = System.currentTimeMillis();

    /** Thrown by a save that was cancelled. */
    static final class CancelledException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        CancelledException() {
            super("the save was cancelled");
        }
    }

    /**
     * Creates a save, which has not begun.
     *
     * @param fileName name of the file that the save makes or replaces
     * @param changes number of changes since the last save
     */
    SaveJob(
            DataSet dataSet,
            Path directory,
            String fileName,
            RdbSettings settings,
            SaveFiles files,
            OwnFiles ownFiles,
            AtomicLong changes) {
        this.dataSet = dataSet;
        this.directory = directory;
        target = directory.resolve(fileName);
        this.settings = settings;
        this.files = files;
        this.ownFiles = ownFiles;
        this.changes = changes;
        temporaryName = "temp-" + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet() + ".rdb";
    }

    /** Cancels the save: it does not rename its file any more, unless it has done so already. */
    synchronized void cancel() {
        isCancelled = true;
    }

    long writtenKeys() {
        return writtenKeys;
    }

    long totalKeys() {
        return totalKeys;
    }

    /**
     * Runs the save. Returns when the file has its name and is durable, and the changes that it contains are no longer
     * counted.
     */
    void run() {
        Path temporary = directory.resolve(temporaryName);
        ownFiles.requireOwn(target);
        try (Snapshot snapshot = dataSet.cut(lsn -> changesAtCut = changes.get())) {
            totalKeys = keyCount(snapshot);
            write(snapshot, temporary);
            putInPlace(temporary);
            files.syncDirectory(directory);
        } catch (IOException e) {
            deleteAfter(e, temporary);
            throw new PersistenceException(
                    "ERR " + target + " cannot be saved: " + reason(e)
                            + "; the file of the last save, if any, is still there",
                    e);
        } catch (RuntimeException | Error e) {
            deleteAfter(e, temporary);
            throw e;
        }
        changes.addAndGet(-changesAtCut);
    }

    private static long keyCount(Snapshot snapshot) {
        long count = 0;
        for (int database = 0; database < DataSet.DATABASE_COUNT; database++) {
            count += snapshot.keyCount(database);
        }
        return count;
    }

    private void write(Snapshot snapshot, Path temporary) throws IOException {
        try (FileChannel channel = files.create(temporary)) {
            RdbFile.write(snapshot, channel, settings.options().by(ownFiles.persistence()), this::onProgress);
        }
    }

    private synchronized void putInPlace(Path temporary) throws IOException {
        if (isCancelled) {
            throw new CancelledException();
        }
        ownFiles.requireOwn(target);
        files.rename(temporary, target);
        ownFiles.add(target);
    }

    private void onProgress(long keyCount, long bytes) {
        writtenKeys = keyCount;
        if (isCancelled) {
            throw new CancelledException();
        }
    }

    private void deleteAfter(Throwable failure, Path temporary) {
        try {
            files.delete(temporary);
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    private static String reason(IOException e) {
        String reason = e instanceof FileSystemException failed ? failed.getReason() : null;
        if (reason != null) {
            return reason;
        }
        String message = e.getMessage();
        return message == null ? e.toString() : message;
    }
}
