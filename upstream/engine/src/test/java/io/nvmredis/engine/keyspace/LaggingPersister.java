package io.nvmredis.engine.keyspace;

import io.nvmredis.engine.RecordingPersister;
import io.nvmredis.spi.ColdStore;
import io.nvmredis.spi.CommitListener;
import io.nvmredis.spi.LoadingListener;
import io.nvmredis.spi.RecoveryReport;
import io.nvmredis.spi.TransactionSink;

/** A persister with a cold side, which lags behind until the test has it catch up. */
public class LaggingPersister extends RecordingPersister {
    public final ColdMemory cold = new ColdMemory();

    @Override
    public RecoveryReport open(TransactionSink sink, CommitListener listener, LoadingListener loading) {
        catchUp();
        return RecoveryReport.EMPTY;
    }

    @Override
    public ColdStore coldStore() {
        return cold;
    }

    /** Puts what has been appended up to this LSN on the cold side, which does not say so yet. */
    public void contain(long lsn) {
        while (cold.containedLsn() < lsn) {
            long next = cold.containedLsn() + 1;
            cold.contain(next, transactions.get((int) next - 1));
        }
    }

    /** Puts what has been appended up to this LSN on the cold side. */
    public void apply(long lsn) {
        contain(lsn);
        cold.say(lsn);
    }

    void catchUp() {
        apply(lastLsn());
    }
}
