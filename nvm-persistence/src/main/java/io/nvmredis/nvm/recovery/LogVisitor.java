package io.nvmredis.nvm.recovery;

import io.nvmredis.nvm.pmem.PmemRegion;
import io.nvmredis.nvm.replay.BacklogIndex;
import io.nvmredis.spi.TransactionSink;

/** Shown the transactions that recovery reads, in their order. The arrays are good during a call alone. */
interface LogVisitor {
    /** Is shown nothing: transactions are checked and not put together. */
    LogVisitor NOBODY = (lsn, bytes, offset, length) -> {};

    /** A transaction. */
    void transaction(long lsn, byte[] bytes, int offset, int length);

    /** A transaction that stands in one piece in a region, too, for as long as the log is open and not released. */
    default void record(long lsn, byte[] bytes, int offset, int length, PmemRegion region, int regionOffset) {
        transaction(lsn, bytes, offset, length);
    }

    /** Hands them to a sink. */
    static LogVisitor of(TransactionSink sink) {
        return sink::apply;
    }

    /** Adds them to an index. */
    static LogVisitor of(BacklogIndex index) {
        return new LogVisitor() {
            @Override
            public void transaction(long lsn, byte[] bytes, int offset, int length) {
                index.add(lsn, bytes, offset, length);
            }

            @Override
            public void record(long lsn, byte[] bytes, int offset, int length, PmemRegion region, int regionOffset) {
                index.add(lsn, bytes, offset, length, region, regionOffset);
            }
        };
    }
}
