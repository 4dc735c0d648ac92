package io.nvmredis.engine.keyspace;

import io.nvmredis.spi.effects.Transaction;

/** Receiver of each transaction after it has been appended. Called under the engine's lock. */
public interface TransactionListener {
    /**
     * Takes a transaction, whose bytes are reused afterwards.
     *
     * @param lsn its LSN; 0 if the persister keeps no transactions
     */
    void appended(Transaction transaction, long lsn);
}
