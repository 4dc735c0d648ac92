package io.nvmredis.stock.aof;

import io.nvmredis.spi.effects.BufferCapacity;
import io.nvmredis.spi.effects.Transaction;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Appends transactions to the last file of the set: first into memory, then into the file, then onto the medium.
 *
 * <p>Bytes go through three buffers in turn: {@code tail} takes what is appended; {@code sealed} is what was in it when a
 * snapshot was cut, and belongs to the old file still; {@code head} is being written. After a failed write the file is cut
 * back to whole transactions and {@code head} is kept, so that the next write goes on where this one began.
 *
 * <p>Locks, in this order. {@code syncLock}: one sync at a time, and no file is closed under it. {@code fileLock}: the
 * file and {@code head}; held while writing, which may take as long as the disk is busy. {@code bufferMonitor}:
 * {@code tail}, {@code sealed} and the encoder; held for a copy into memory only. Who appends holds the engine's lock, and
 * takes {@code fileLock} only when so much is waiting that memory is at stake.
 */
final class AofWriter {
    /** So many bytes wait in memory before whoever appends has to write them. */
    private static final int BUFFERED_BYTES = BufferCapacity.kept(8 << 20);

    private final FileOperations files;
    private final ReentrantLock syncLock = new ReentrantLock();
    private final ReentrantLock fileLock = new ReentrantLock();
    private final Object bufferMonitor = new Object();

    // Guarded by bufferMonitor.
    private final TransactionEncoder encoder = new TransactionEncoder();
    private AofBuffer tail = new AofBuffer();
    private @Nullable AofBuffer sealed;
    private long sealedLsn;

    // Guarded by fileLock.
    private AofBuffer head = new AofBuffer();
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
     * A writer at the end of a file.
     *
     * @param lastLsn of the last transaction in the set
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

    /** Up to this one the kernel has the transactions. */
    long writtenLsn() {
        return writtenLsn;
    }

    /** Up to this one the medium has them. */
    long syncedLsn() {
        return syncedLsn;
    }

    /** Bytes written since this writer was made, to all files. */
    long writtenBytes() {
        return writtenBytes;
    }

    long bufferedBytes() {
        synchronized (bufferMonitor) {
            return (long) tail.length() + (sealed == null ? 0 : sealed.length());
        }
    }

    /** Why the last write failed, or null if it did not. */
    @Nullable
    IOException writeFailure() {
        return writeFailure;
    }

    /** Whether a write may take longer than a write does: it has to be tried again, or another file comes first. */
    boolean isHeldUp() {
        return writeFailure != null || requestedSwitch != null;
    }

    /** Takes a transaction, under the engine's lock. Returns its LSN. */
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
                // Remembered: no further command is let through, and the transaction stays in memory until it can be
                // written.
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
            AofBuffer written = head;
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

    /** The lock is held, so nobody else writes it. */
    private void raiseWritten(long count) {
        long bytes = writtenBytes + count;
        writtenBytes = bytes;
    }

    /** Takes off what a failed write has left of it; if that fails too, it is left there, and not written again. */
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
     * Marks this moment: what is appended from now on belongs to another file. Takes no longer than making a buffer; the
     * engine's lock is held.
     */
    void order(FileSwitch ordered) {
        synchronized (bufferMonitor) {
            if (sealed == null) {
                sealed = tail;
            } else {
                // Of an order that was taken back while the disk was full.
                sealed.put(tail.bytes(), tail.start(), tail.length());
            }
            sealedLsn = lastLsn;
            tail = new AofBuffer();
            encoder.fileChanges();
            requestedSwitch = ordered;
        }
    }

    /**
     * Goes on in the new file; everything that belongs to the old one is written. The old one is synced before the
     * manifest names a later one, because what is not the last file must be whole: a crash before leaves it the last one,
     * with whatever end it has, a crash after leaves it complete.
     */
    private void carryOut(FileSwitch ordered) {
        requestedSwitch = null;
        try {
            files.sync(file);
            ordered.publish();
        } catch (IOException e) {
            // The old file stays the last one, and takes what was meant for the new one.
            ordered.failed(e);
            return;
        }
        syncedLsn = Math.max(syncedLsn, writtenLsn);
        ordered.done(file);
        file = ordered.newFile();
        fileLength = 0;
    }

    /**
     * Carries out an order, or takes it back.
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
     * Takes an order back, if it was given at all.
     *
     * @return false if it has been carried out already, and the old file closed now
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

    /** Closes a file that is not written to any more, when nobody syncs it. */
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

    /** Returns when everything written so far is on the medium. */
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

    /** Writes and syncs everything, and does something before more is written. */
    void settle(Runnable action) throws IOException {
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
