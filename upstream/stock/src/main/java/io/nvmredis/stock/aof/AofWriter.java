package io.nvmredis.stock.aof;

import io.nvmredis.spi.effects.BufferCapacity;
import io.nvmredis.spi.effects.RespBuffer;
import io.nvmredis.spi.effects.Transaction;
import io.nvmredis.spi.effects.TransactionEncoder;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Appends transactions to the last file of the set: first to a buffer in memory, then to the file, then to the medium.
 *
 * <p>Bytes go through three buffers in turn: {@code tail} takes appended transactions; {@code sealed} is the content of
 * {@code tail} when a snapshot was cut, which still belongs to the old file; {@code head} is being written. After a
 * failed write the file is cut back to whole transactions and {@code head} is kept, so that the next write begins where
 * the failed one began.
 *
 * <p>Locks, in this order. {@code syncLock} allows one sync at a time, and no file is closed during a sync. {@code
 * fileLock} guards the file and {@code head}; it is held while writing, which may take as long as the disk is busy.
 * {@code bufferMonitor} guards {@code tail}, {@code sealed} and the encoder; it is held only for a copy into memory.
 * The appending thread holds the engine's lock, and takes {@code fileLock} only when more than {@link #BUFFERED_BYTES}
 * wait in memory.
 */
final class AofWriter {
    /** Bytes in {@code tail} above which the appending thread writes them to the file. */
    private static final int BUFFERED_BYTES = BufferCapacity.kept(8 << 20);

    private final FileOperations files;
    private final ReentrantLock syncLock = new ReentrantLock();
    private final ReentrantLock fileLock = new ReentrantLock();
    private final Object bufferMonitor = new Object();

    // Guarded by bufferMonitor.
    private final TransactionEncoder encoder = new TransactionEncoder();
    private RespBuffer tail = new RespBuffer();
    private @Nullable RespBuffer sealed;
    private long sealedLsn;

    // Guarded by fileLock.
    private RespBuffer head = new RespBuffer();
    private long headLsn;
    private RandomAccessFile file;
    private long fileLength;

    /** Set under bufferMonitor, cleared under fileLock. */
    private volatile @Nullable FileSwitch requestedSwitch;

    private volatile long lastLsn;
    private volatile long writtenLsn;
    private volatile long syncedLsn;
    private volatile long writtenBytes;
    private volatile @Nullable IOException writeFailure;

    /**
     * Creates a writer at the end of a file.
     *
     * @param lastLsn LSN of the last transaction in the set
     */
    AofWriter(FileOperations files, RandomAccessFile file, long fileLength, long lastLsn) {
        this.files = files;
        this.file = file;
        this.fileLength = fileLength;
        this.lastLsn = lastLsn;
        headLsn = lastLsn;
        writtenLsn = lastLsn;
        syncedLsn = lastLsn;
    }

    long lastLsn() {
        return lastLsn;
    }

    /** Returns the LSN up to which the kernel has the transactions. */
    long writtenLsn() {
        return writtenLsn;
    }

    /** Returns the LSN up to which the medium has the transactions. */
    long syncedLsn() {
        return syncedLsn;
    }

    /** Returns the bytes written by this writer so far, to all files. */
    long writtenBytes() {
        return writtenBytes;
    }

    long bufferedBytes() {
        synchronized (bufferMonitor) {
            return (long) tail.length() + (sealed == null ? 0 : sealed.length());
        }
    }

    /** Returns the reason why the last write failed, or null if it did not. */
    @Nullable
    IOException writeFailure() {
        return writeFailure;
    }

    /**
     * Returns whether a write may take longer than usual, because a failed one must be repeated or the file must be
     * changed first.
     */
    boolean isHeldUp() {
        return writeFailure != null || requestedSwitch != null;
    }

    /** Appends a transaction, under the engine's lock. Returns its LSN. */
    long append(Transaction transaction, boolean isAnnotated) {
        long lsn;
        boolean isFull;
        synchronized (bufferMonitor) {
            if (isAnnotated) {
                encoder.annotate(tail, System.currentTimeMillis() / 1000);
            }
            encoder.append(tail, transaction);
            lsn = lastLsn + 1;
            lastLsn = lsn;
            isFull = tail.length() > BUFFERED_BYTES;
        }
        if (isFull && writeFailure == null) {
            try {
                write();
            } catch (IOException e) {
                // writeFailure is set, so no further writing command is accepted, and the transaction stays in memory
                // until it can be written.
            }
        }
        return lsn;
    }

    /** Writes everything appended so far to the file. */
    void write() throws IOException {
        fileLock.lock();
        try {
            writeAll();
            writeFailure = null;
        } catch (IOException e) {
            writeFailure = e;
            throw e;
        } finally {
            fileLock.unlock();
        }
    }

    private void writeAll() throws IOException {
        writeHead();
        takeSealed();
        writeHead();
        FileSwitch ordered = requestedSwitch;
        if (ordered != null) {
            carryOut(ordered);
        }
        takeTail();
        writeHead();
    }

    private void takeSealed() {
        synchronized (bufferMonitor) {
            if (sealed != null) {
                head = sealed;
                headLsn = sealedLsn;
                sealed = null;
            }
        }
    }

    private void takeTail() {
        synchronized (bufferMonitor) {
            RespBuffer written = head;
            head = tail;
            headLsn = lastLsn;
            tail = written;
        }
    }

    private void writeHead() throws IOException {
        int length = head.length();
        if (length > 0) {
            try {
                files.write(file, head.bytes(), head.start(), length);
            } catch (IOException e) {
                cutBack(e);
                throw e;
            }
            fileLength += length;
            raiseWritten(length);
            head.clear();
        }
        writtenLsn = headLsn;
    }

    /** Adds to the number of written bytes; only the holder of {@code fileLock} changes it. */
    private void raiseWritten(long count) {
        long bytes = writtenBytes + count;
        writtenBytes = bytes;
    }

    /**
     * Removes the bytes of a failed write from the file. If that fails too, they stay there, and are not written again.
     */
    private void cutBack(IOException cause) throws IOException {
        try {
            files.truncate(file, fileLength);
        } catch (IOException e) {
            cause.addSuppressed(e);
            long reached = Math.min(Math.max(file.length(), fileLength), fileLength + head.length());
            head.skip((int) (reached - fileLength));
            raiseWritten(reached - fileLength);
            fileLength = reached;
            file.seek(reached);
        }
    }

    /**
     * Marks this moment: transactions appended from now on belong to another file. Takes no longer than making a
     * buffer; the engine's lock is held.
     */
    void order(FileSwitch ordered) {
        synchronized (bufferMonitor) {
            if (sealed == null) {
                sealed = tail;
            } else {
                // The bytes in sealed are of an order that was withdrawn while the disk was full.
                sealed.put(tail.bytes(), tail.start(), tail.length());
            }
            sealedLsn = lastLsn;
            tail = new RespBuffer();
            encoder.streamChanges();
            requestedSwitch = ordered;
        }
    }

    /**
     * Changes to the new file, after everything that belongs to the old one has been written. The old file is synced
     * before the manifest names a later one, because every file but the last must be whole: a crash before the renaming
     * leaves the old file the last one, with any end; a crash after it leaves the old file complete.
     */
    private void carryOut(FileSwitch ordered) {
        requestedSwitch = null;
        try {
            files.sync(file);
            ordered.publish();
        } catch (IOException e) {
            // The old file stays the last one, and takes the transactions meant for the new one.
            ordered.failed(e);
            return;
        }
        syncedLsn = Math.max(syncedLsn, writtenLsn);
        ordered.done(file);
        file = ordered.newFile();
        fileLength = 0;
    }

    /**
     * Carries out an order, or withdraws it.
     *
     * @return the old file, for the caller to close with {@link #closeOld}
     * @throws IOException if the old file is still the one that is written to
     */
    RandomAccessFile complete(FileSwitch ordered) throws IOException {
        fileLock.lock();
        try {
            if (ordered.oldFile() == null && ordered.failure() == null) {
                tryToWrite(ordered);
            }
            RandomAccessFile old = ordered.oldFile();
            if (old == null) {
                throw new IOException("the next file cannot be begun", ordered.failure());
            }
            return old;
        } finally {
            fileLock.unlock();
        }
    }

    private void tryToWrite(FileSwitch ordered) {
        try {
            write();
        } catch (IOException e) {
            if (requestedSwitch == ordered) {
                requestedSwitch = null;
                ordered.failed(e);
            }
        }
    }

    /**
     * Withdraws an order, if it was given at all.
     *
     * @return false if the order has been carried out already; the old file is then closed
     */
    boolean withdraw(FileSwitch ordered) throws IOException {
        RandomAccessFile old;
        fileLock.lock();
        try {
            if (requestedSwitch == ordered) {
                requestedSwitch = null;
            }
            old = ordered.oldFile();
        } finally {
            fileLock.unlock();
        }
        if (old != null) {
            closeOld(old);
        }
        return old == null;
    }

    /** Closes a file that is not written to any more, after a sync of it has ended. */
    void closeOld(RandomAccessFile old) throws IOException {
        syncLock.lock();
        try {
            old.close();
        } finally {
            syncLock.unlock();
        }
    }

    /** Writes everything appended so far, and returns when it is on the medium. */
    void writeAndSync() throws IOException {
        syncLock.lock();
        try {
            write();
            syncWritten();
        } finally {
            syncLock.unlock();
        }
    }

    /** Syncs the file, and returns when everything written so far is on the medium. */
    void sync() throws IOException {
        syncLock.lock();
        try {
            syncWritten();
        } finally {
            syncLock.unlock();
        }
    }

    private void syncWritten() throws IOException {
        RandomAccessFile written;
        long lsn;
        fileLock.lock();
        try {
            written = file;
            lsn = writtenLsn;
        } finally {
            fileLock.unlock();
        }
        files.sync(written);
        fileLock.lock();
        try {
            syncedLsn = Math.max(syncedLsn, lsn);
        } finally {
            fileLock.unlock();
        }
    }

    /** Writes and syncs everything, then runs an action before more is written. */
    void writeAndSyncThen(Runnable action) throws IOException {
        syncLock.lock();
        fileLock.lock();
        try {
            write();
            files.sync(file);
            syncedLsn = Math.max(syncedLsn, writtenLsn);
            action.run();
        } finally {
            fileLock.unlock();
            syncLock.unlock();
        }
    }

    void close() throws IOException {
        syncLock.lock();
        fileLock.lock();
        try {
            file.close();
        } finally {
            fileLock.unlock();
            syncLock.unlock();
        }
    }
}
