package io.nvmredis.server;

import io.nvmredis.spi.CommitListener;
import io.nvmredis.spi.DurabilityStatement;
import io.nvmredis.spi.InfoSink;
import io.nvmredis.spi.LoadingListener;
import io.nvmredis.spi.Persister;
import io.nvmredis.spi.PersisterConfig;
import io.nvmredis.spi.PersisterProvider;
import io.nvmredis.spi.PersisterSetting;
import io.nvmredis.spi.RecoveryReport;
import io.nvmredis.spi.Refusal;
import io.nvmredis.spi.TransactionSink;
import io.nvmredis.spi.effects.Transaction;
import io.nvmredis.spi.errors.PersistenceException;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** A persister that commits asynchronously, when the test says so, and is its own provider, {@code fake}. */
public final class FakePersister implements Persister, PersisterProvider {
    private final AtomicLong lastLsn = new AtomicLong();
    private final AtomicLong requestedLsn = new AtomicLong();
    private final AtomicLong durableLsn = new AtomicLong();
    private volatile CommitListener listener;
    private volatile boolean failed;
    private volatile boolean backedUp;
    private volatile boolean full;
    /** What opening does before it is done: tells of progress, waits for the test. */
    private volatile Consumer<LoadingListener> opening = progress -> {};

    private volatile boolean closed;

    /** From now on, makes durable at once, on a thread of its own, what is asked for. */
    public void commitAutomatically() {
        Thread committer = new Thread(this::commitUntilClosed, "fake-committer");
        committer.setDaemon(true);
        committer.start();
    }

    public void makeDurable(long lsn) {
        durableLsn.accumulateAndGet(lsn, Math::max);
        listener.onDurable(lsn);
    }

    public void fail() {
        failed = true;
        listener.onCommitFailed(new PersistenceException("the medium is gone"));
    }

    /** Writing commands have to wait from now on. */
    public void backUp() {
        backedUp = true;
    }

    public void makeRoom() {
        backedUp = false;
        listener.onRoom();
    }

    /** Refuses what adds data from now on. */
    public void fillUp() {
        full = true;
    }

    public void whileOpening(Consumer<LoadingListener> action) {
        opening = action;
    }

    public long requestedLsn() {
        return requestedLsn.get();
    }

    public boolean hasBeenOpened() {
        return listener != null;
    }

    public boolean isClosed() {
        return closed;
    }

    @Override
    public RecoveryReport open(TransactionSink sink, CommitListener newListener, LoadingListener loading) {
        opening.accept(loading);
        listener = newListener;
        return new RecoveryReport(0, 0, 0, "a note");
    }

    private void commitUntilClosed() {
        while (!closed) {
            long requested = requestedLsn.get();
            if (requested > durableLsn.get()) {
                makeDurable(requested);
            } else {
                Thread.onSpinWait();
            }
        }
    }

    @Override
    public DurabilityStatement durability() {
        return new DurabilityStatement("fake", true, false, "as the test says");
    }

    @Override
    public Refusal refusal(long payloadBytes, boolean addsData) {
        if (full && addsData) {
            return new Refusal(Refusal.Kind.OUT_OF_SPACE, "the medium is full");
        }
        return failed ? new Refusal(Refusal.Kind.FAILED, "the medium is gone") : null;
    }

    @Override
    public boolean isBackedUp() {
        return backedUp;
    }

    @Override
    public long append(Transaction transaction) {
        return lastLsn.incrementAndGet();
    }

    @Override
    public long lastLsn() {
        return lastLsn.get();
    }

    @Override
    public long durableLsn() {
        return durableLsn.get();
    }

    @Override
    public boolean commitsInline() {
        return false;
    }

    @Override
    public void commit(long lsn) {
        throw new AssertionError("an event loop must not wait for a slow commit");
    }

    @Override
    public void requestCommit(long lsn) {
        requestedLsn.accumulateAndGet(lsn, Math::max);
    }

    @Override
    public void info(InfoSink sink) {
        sink.field("fake", 1);
    }

    @Override
    public void close() {
        closed = true;
    }

    @Override
    public String name() {
        return "fake";
    }

    @Override
    public String description() {
        return "for tests";
    }

    @Override
    public List<PersisterSetting> settings() {
        return List.of(new PersisterSetting("fake-mood", "good", "good or bad"));
    }

    @Override
    public Persister create(PersisterConfig config) {
        return this;
    }
}
