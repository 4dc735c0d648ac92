package io.nvmredis.it.examples;

import io.nvmredis.spi.CommitListener;
import io.nvmredis.spi.DurabilityStatement;
import io.nvmredis.spi.InfoSink;
import io.nvmredis.spi.LoadingListener;
import io.nvmredis.spi.Persister;
import io.nvmredis.spi.RecoveryReport;
import io.nvmredis.spi.Refusal;
import io.nvmredis.spi.Reloader;
import io.nvmredis.spi.TransactionSink;
import io.nvmredis.spi.effects.Transaction;
import io.nvmredis.spi.errors.PersistenceException;
import io.nvmredis.spi.support.DirectoryLock;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * A persister of a hundred lines or so: what was appended is one frame of an {@link EffectFile} when it is committed.
 *
 * <p>Whoever waits for a commit shares it with all that have come before. The file is never made shorter; a real persister
 * would write it anew now and then, or keep a table beside it.
 *
 * <p>Threads: {@code append} holds this object's monitor alone, and so does not wait for the medium. A commit holds the
 * monitor of {@code commitOrder} and, to take what is pending, this object's within it.
 */
final class EffectFilePersister implements Persister, Reloader {
    private final Path directory;
    private final Object commitOrder = new Object();
    private final ExecutorService committer = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "effect-file-commit");
        thread.setDaemon(true);
        return thread;
    });

    private DirectoryLock lock;
    private CommitListener listener;
    /** Guarded by commitOrder. */
    private EffectFile file;
    /** Transactions appended and not committed, each behind its length. Guarded by this. */
    private ByteArrayOutputStream pending = new ByteArrayOutputStream();

    private volatile long lastLsn;
    private volatile long durableLsn;
    /** Why nothing is taken any more: what a failed write has left on the medium is not known. */
    private volatile Refusal refusal;

    EffectFilePersister(Path directory) {
        this.directory = directory;
    }

    @Override
    public RecoveryReport open(TransactionSink sink, CommitListener newListener, LoadingListener loading) {
        listener = newListener;
        lock = DirectoryLock.take(directory, System.err::println);
        try {
            file = EffectFile.open(directory);
            Handover handover = new Handover(sink);
            long cut = file.readAll(handover);
            lastLsn = handover.lsn;
            durableLsn = handover.lsn;
            String note = cut == 0 ? null : "cut " + cut + " bytes that a crash has torn";
            return new RecoveryReport(lastLsn, handover.lsn, handover.payloadBytes, note);
        } catch (IOException e) {
            release();
            throw new PersistenceException(directory + " cannot be read: " + e, e);
        } catch (RuntimeException | Error e) {
            release();
            throw e;
        }
    }

    /** Takes frames apart into transactions, numbered from 1. */
    private static final class Handover implements EffectFile.FrameSink {
        private final TransactionSink sink;
        private long lsn;
        private long payloadBytes;

        Handover(TransactionSink sink) {
            this.sink = sink;
        }

        @Override
        public void frame(byte[] payload) {
            ByteBuffer rest = ByteBuffer.wrap(payload);
            while (rest.hasRemaining()) {
                int length = rest.getInt();
                sink.apply(++lsn, payload, rest.position(), length);
                rest.position(rest.position() + length);
                payloadBytes += length;
            }
        }
    }

    @Override
    public DurabilityStatement durability() {
        return new DurabilityStatement("fdatasync", true, true, "the file of effects is forced before a reply is sent");
    }

    @Override
    public Refusal refusal(long payloadBytes, boolean addsData) {
        return refusal;
    }

    @Override
    public synchronized long append(Transaction transaction) {
        if (refusal != null) {
            throw new PersistenceException(refusal.message());
        }
        pending.writeBytes(
                ByteBuffer.allocate(Integer.BYTES).putInt(transaction.length()).array());
        pending.write(transaction.bytes(), 0, transaction.length());
        lastLsn = lastLsn + 1;
        return lastLsn;
    }

    @Override
    public long lastLsn() {
        return lastLsn;
    }

    @Override
    public long durableLsn() {
        return durableLsn;
    }

    /** A sync of a disk takes milliseconds: no event loop should wait for it. */
    @Override
    public boolean commitsInline() {
        return false;
    }

    @Override
    public void commit(long lsn) {
        synchronized (commitOrder) {
            if (lsn > durableLsn) {
                commitPending();
            }
        }
    }

    private void commitPending() {
        if (refusal != null) {
            throw new PersistenceException(refusal.message());
        }
        byte[] frame;
        long upTo;
        synchronized (this) {
            frame = pending.toByteArray();
            upTo = lastLsn;
            pending = new ByteArrayOutputStream();
        }
        try {
            file.append(frame);
            durableLsn = upTo;
        } catch (IOException e) {
            String message = directory.resolve(EffectFile.NAME) + " cannot be written: " + e.getMessage()
                    + "; restart the server when that has been mended";
            refusal = new Refusal(Refusal.Kind.FAILED, message);
            throw new PersistenceException(message, e);
        }
    }

    @Override
    public void requestCommit(long lsn) {
        committer.execute(() -> {
            try {
                commit(lsn);
                listener.onDurable(durableLsn);
            } catch (PersistenceException e) {
                listener.onCommitFailed(e);
            }
        });
    }

    @Override
    public Reloader reloader() {
        return this;
    }

    @Override
    public void reload(TransactionSink sink) {
        commit(lastLsn);
        synchronized (commitOrder) {
            try {
                file.readAll(new Handover(sink));
            } catch (IOException e) {
                throw new PersistenceException("ERR " + directory + " cannot be read: " + e, e);
            }
        }
    }

    @Override
    public void info(InfoSink sink) {
        synchronized (commitOrder) {
            sink.field("effect_file_bytes", file.length());
        }
        sink.field("effect_file_durable_lsn", durableLsn);
    }

    @Override
    public void close() {
        try {
            commit(lastLsn);
        } finally {
            release();
        }
    }

    /** The directory is given back last: nobody else may write to it before. */
    private void release() {
        committer.shutdown();
        try {
            if (!committer.awaitTermination(1, TimeUnit.MINUTES)) {
                throw new PersistenceException("a commit to " + directory + " has not ended within a minute");
            }
            if (file != null) {
                file.close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new PersistenceException(directory + " cannot be closed: " + e, e);
        } finally {
            lock.close();
        }
    }
}
