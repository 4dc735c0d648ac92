package io.nvmredis.nvm.recovery;

import io.nvmredis.nvm.pmem.PmemRegion;
import io.nvmredis.nvm.replay.BacklogIndex;
import io.nvmredis.spi.TransactionSink;

/** Receives the transactions that recovery reads, in their order. The arrays are valid only during a call. */
interface LogVisitor {
    /** Visitor that receives nothing: transactions are checked and not put together. */
    LogVisitor NOBODY = (lsn, bytes, offset, length) -> {};

    /** Receives a transaction. */
    void transaction(long lsn, byte[] bytes, int offset, int length);

    /**
     * Receives a transaction that a region also has in one piece, for as long as the log is open and that part is not
     * released.
     */
    default void record(long lsn, byte[] bytes, int offset, int length, PmemRegion region, int regionOffset) {
        transaction(lsn, bytes, offset, length);
    }

    /** Returns a visitor that hands transactions to a sink. */
    static LogVisitor of(TransactionSink sink) {
        return sink::apply;
    }

    /** Returns a visitor that adds transactions to an index. */
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
