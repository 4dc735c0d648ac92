package io.nvmredis.stock;

import io.nvmredis.spi.CommitListener;
import io.nvmredis.spi.DurabilityStatement;
import io.nvmredis.spi.InfoSink;
import io.nvmredis.spi.LoadingListener;
import io.nvmredis.spi.Persister;
import io.nvmredis.spi.RecoveryReport;
import io.nvmredis.spi.Refusal;
import io.nvmredis.spi.TransactionSink;
import io.nvmredis.spi.effects.Transaction;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Persister that keeps nothing, and says so. It numbers transactions all the same, reports each as durable at once, and
 * touches no file. Any thread.
 */
final class NonePersister implements Persister {
    /** LSN of the last transaction; written under the engine's lock, read by any thread. */
    private final AtomicLong lastLsn = new AtomicLong();

    @Override
    public RecoveryReport open(TransactionSink sink, CommitListener listener, LoadingListener loading) {
        return RecoveryReport.EMPTY;
    }

    @Override
    public DurabilityStatement durability() {
        return new DurabilityStatement("none", false, false, "data is in memory alone");
    }

    @Override
    public boolean holdsDirectory() {
        return false;
    }

    @Override
    public boolean keepsTransactions() {
        return false;
    }

    @Override
    public @Nullable Refusal refusal(long payloadBytes, boolean addsData) {
        return null;
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
        return lastLsn.get();
    }

    @Override
    public boolean commitsInline() {
        return true;
    }

    @Override
    public void commit(long lsn) {
        // A commit changes nothing: nothing is kept.
    }

    @Override
    public void requestCommit(long lsn) {
        // A commit changes nothing: nothing is kept.
    }

    @Override
    public void info(InfoSink sink) {
        sink.field("last_lsn", lastLsn.get());
    }

    @Override
    public void close() {
        // This persister holds nothing to close.
    }
}
