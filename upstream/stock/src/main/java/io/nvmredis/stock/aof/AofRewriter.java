package io.nvmredis.stock.aof;

import io.nvmredis.spi.DataSet;
import io.nvmredis.spi.Snapshot;
import io.nvmredis.spi.errors.PersistenceException;
import io.nvmredis.spi.support.ThreadJoins;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rewrites the set of files as short as possible: a base file of the data as they are at one moment, the cut, and an
 * incremental file of the transactions since then.
 *
 * <p>The steps, each with what a crash after it leaves. Always the manifest names a set that holds every transaction
 * once.
 * <ol>
 *   <li>The next incremental file is made. A crash leaves a file that no manifest names; the next rewrite empties it.
 *   <li>A manifest that names it too is written beside the valid one. A crash leaves a file that the next start
 *       deletes.
 *   <li>The last file is synced, so that the sync below is short.
 *   <li>The cut, under the engine's lock, marks a point in the writer's buffer. Nothing has changed on disk.
 *   <li>The writer writes up to the mark, syncs, and renames the manifest. A crash before the rename may leave the old
 *       last file with any end; after the rename that file is whole, and the new one is empty. Replies to commands
 *       after the cut wait until then.
 *   <li>The base file is written beside the others under a temporary name. A crash leaves a file that the next start
 *       deletes.
 *   <li>It gets its name. A crash leaves a file that no manifest names; the next rewrite replaces it.
 *   <li>The manifest names it as the base, and the files before the cut as history. A crash leaves the history, which
 *       may be deleted at any time.
 *   <li>The history is deleted, and a manifest without it is published. A crash in between leaves a manifest that still
 *       names it; the next start deletes the rest.
 * </ol>
 * A failure up to the fourth step leaves the set as it was; a later one leaves one more incremental file.
 *
 * <p>Threads: any may call {@link #start}; each rewrite has one of its own. {@code setLock} guards the manifest; it is
 * held while files are added to the set or removed from it, and while they are read.
 */
final class AofRewriter {
    private static final Logger LOG = LoggerFactory.getLogger(AofRewriter.class);

    private final FileOperations files;
    private final AofDirectory directory;
    private final AofWriter writer;
    private final Supplier<AofSettings> settings;
    private final ReentrantLock setLock = new ReentrantLock();
    private final AtomicBoolean isRunning = new AtomicBoolean();
    private final RewriteStatistics statistics = new RewriteStatistics();

    // Guarded by setLock; the rewriting thread, which alone changes it, reads it without.
    private Manifest manifest;

    private volatile Measured measured;
    private volatile long baseBytes;
    private volatile @Nullable DataSet dataSet;
    private volatile @Nullable Thread thread;
    private volatile boolean isStopped;

    /**
     * Size of the set at one moment.
     *
     * @param bytes bytes of all files with data
     * @param writtenBytes bytes that the writer had written by then
     */
    private record Measured(long bytes, long writtenBytes) {}

    /**
     * Creates a rewriter of a set.
     *
     * @param totalBytes bytes of its files
     * @param baseBytes bytes of its base
     */
    AofRewriter(
            FileOperations files,
            AofDirectory directory,
            AofWriter writer,
            Supplier<AofSettings> settings,
            Manifest manifest,
            long totalBytes,
            long baseBytes) {
        this.files = files;
        this.directory = directory;
        this.writer = writer;
        this.settings = settings;
        this.manifest = manifest;
        this.baseBytes = baseBytes;
        measured = new Measured(totalBytes, 0);
    }

    void attach(DataSet newDataSet) {
        dataSet = newDataSet;
    }

    boolean isRunning() {
        return isRunning.get();
    }

    RewriteStatistics statistics() {
        return statistics;
    }

    /** Returns the bytes of all files with data. */
    long currentBytes() {
        Measured last = measured;
        return last.bytes() + writer.writtenBytes() - last.writtenBytes();
    }

    /**
     * Returns the bytes of all files with data after the last rewrite, or, if there has been none since the start, of
     * the base alone.
     */
    long baseBytes() {
        return baseBytes;
    }

    /** Runs an action while no file is added to the set or removed from it. */
    void whileSetIsFixed(Runnable action) {
        setLock.lock();
        try {
            action.run();
        } finally {
            setLock.unlock();
        }
    }

    /** Begins a rewrite, or throws Redis's reply if that is not possible. */
    void start() {
        DataSet source = dataSet;
        if (source == null || isStopped) {
            throw new PersistenceException(
                    "ERR Can't execute an AOF background rewriting. Please check the server logs for more information.");
        }
        if (!isRunning.compareAndSet(false, true)) {
            throw new PersistenceException("ERR Background append only file rewriting already in progress");
        }
        try {
            Thread started = new Thread(() -> run(source), "aof-rewrite");
            started.setDaemon(true);
            thread = started;
            statistics.begins();
            started.start();
        } catch (RuntimeException | Error e) {
            isRunning.set(false);
            statistics.ends(false);
            throw e;
        }
    }

    /** Begins a rewrite if the files have grown enough since the last one. */
    void startIfGrown() {
        AofSettings current = settings.get();
        if (current.rewritePercentage() == 0 || isRunning.get() || dataSet == null || isStopped) {
            return;
        }
        long bytes = currentBytes();
        long growth = (long) ((double) bytes * 100 / Math.max(1, baseBytes)) - 100;
        if (bytes > current.rewriteMinBytes()
                && growth >= current.rewritePercentage()
                && !statistics.isLimited(System.nanoTime())) {
            LOG.info("rewriting the append-only file on {}% growth", growth);
            start();
        }
    }

    private void run(DataSet source) {
        boolean hasSucceeded = false;
        try {
            rewrite(source);
            hasSucceeded = true;
        } catch (IOException | RuntimeException | Error e) {
            if (!isStopped) {
                LOG.error("the append-only file could not be rewritten, and is as good as before: {}", e.toString());
            }
            deleteQuietly();
        } finally {
            statistics.ends(hasSucceeded);
            isRunning.set(false);
        }
    }

    private void deleteQuietly() {
        try {
            files.delete(directory.temporaryBasePath());
        } catch (IOException e) {
            LOG.warn("{} could not be deleted: {}", directory.temporaryBasePath(), e.getMessage());
        }
    }

    private void rewrite(DataSet source) throws IOException {
        ManifestEntry incremental = directory.newIncremental(manifest);
        Manifest grown = manifest.withIncremental(incremental);
        RandomAccessFile next = directory.create(incremental);
        FileSwitch order = new FileSwitch(next, this::publishSwitch);
        boolean isSwitched = false;
        Snapshot snapshot = null;
        try {
            directory.write(grown);
            writer.sync();
            snapshot = source.cut(lsn -> writer.order(order));
            writer.closeOld(writer.complete(order));
            isSwitched = true;
            setManifest(grown);
            directory.sync();
            replaceBase(snapshot);
        } finally {
            if (snapshot != null) {
                snapshot.close();
            }
            if (!isSwitched) {
                takeBack(order, next, grown, incremental);
            }
        }
    }

    /** Publishes the manifest with the new file. The thread that first writes after the cut calls it. */
    private void publishSwitch() throws IOException {
        directory.publishWritten();
        if (settings.get().appendFsync() == AppendFsync.ALWAYS) {
            // Transactions acknowledged from now on are in a file that the manifest must name even after a power
            // failure.
            directory.sync();
        }
    }

    private void takeBack(FileSwitch order, RandomAccessFile next, Manifest grown, ManifestEntry incremental)
            throws IOException {
        if (writer.withdraw(order)) {
            next.close();
            // The rename may have happened although it was reported to have failed.
            setLock.lock();
            try {
                directory.publish(manifest);
            } finally {
                setLock.unlock();
            }
            files.delete(directory.path(incremental));
        } else {
            setManifest(grown);
        }
    }

    private void setManifest(Manifest newManifest) {
        setLock.lock();
        try {
            manifest = newManifest;
        } finally {
            setLock.unlock();
        }
    }

    private void replaceBase(Snapshot snapshot) throws IOException {
        AofSettings current = settings.get();
        writeBase(snapshot, current);
        setLock.lock();
        try {
            ManifestEntry base = directory.newBase(manifest, current.hasRdbBase());
            directory.nameBase(base);
            Manifest rewritten = manifest.rewritten(base);
            directory.publish(rewritten);
            manifest = rewritten;
            measure();
            deleteHistory();
        } finally {
            setLock.unlock();
        }
    }

    private void writeBase(Snapshot snapshot, AofSettings current) throws IOException {
        try (RandomAccessFile file = files.create(directory.temporaryBasePath())) {
            new BaseFileWriter(files, file, snapshot, () -> isStopped).write(current);
        }
    }

    private void measure() throws IOException {
        long written = writer.writtenBytes();
        long bytes = directory.sizes(new AofDirectory.Found(manifest, false)).stream()
                .mapToLong(Long::longValue)
                .sum();
        measured = new Measured(bytes, written);
        baseBytes = bytes;
    }

    /**
     * Deletes the history, without which the set is complete. A file that cannot be deleted is tried again after the
     * next rewrite.
     */
    private void deleteHistory() {
        try {
            manifest = directory.deleteHistory(manifest);
        } catch (IOException e) {
            LOG.warn("history of the append-only file could not be deleted: {}", e.toString());
        }
    }

    /** Gives up a running rewrite, and returns when none is running. */
    void stop() {
        isStopped = true;
        Thread running = thread;
        if (running != null) {
            ThreadJoins.join(running);
        }
    }
}
