package io.nvmredis.engine;

import io.nvmredis.spi.CommitListener;
import io.nvmredis.spi.DurabilityStatement;
import io.nvmredis.spi.InfoSink;
import io.nvmredis.spi.LoadingListener;
import io.nvmredis.spi.Persister;
import io.nvmredis.spi.RecoveryReport;
import io.nvmredis.spi.Refusal;
import io.nvmredis.spi.TransactionSink;
import io.nvmredis.spi.effects.Transaction;
import io.nvmredis.spi.errors.PersistenceException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Keeps transactions in a list, for tests to look at. */
public class RecordingPersister implements Persister {
    public final List<byte[]> transactions = new ArrayList<>();
    public Refusal refusal;
    public boolean failsToAppend;
    Error appendError;
    public volatile boolean isBackedUp;

    @Override
    public RecoveryReport open(TransactionSink sink, CommitListener listener, LoadingListener loading) {
        return RecoveryReport.EMPTY;
    }

    @Override
    public DurabilityStatement durability() {
        return new DurabilityStatement("list", false, false, "for tests");
    }

    @Override
    public Refusal refusal(long payloadBytes, boolean addsData) {
        return refusal;
    }

    @Override
    public boolean isBackedUp() {
        return isBackedUp;
    }

    @Override
    public long append(Transaction transaction) {
        if (appendError != null) {
            throw appendError;
        }
        if (failsToAppend) {
            throw new PersistenceException("no space");
        }
        transactions.add(Arrays.copyOf(transaction.bytes(), transaction.length()));
        return transactions.size();
    }

    @Override
    public long lastLsn() {
        return transactions.size();
    }

    @Override
    public long durableLsn() {
        return transactions.size();
    }

    @Override
    public boolean commitsInline() {
        return true;
    }

    @Override
    public void commit(long lsn) {}

    @Override
    public void requestCommit(long lsn) {}

    @Override
    public void info(InfoSink sink) {}

    @Override
    public void close() {}
}
