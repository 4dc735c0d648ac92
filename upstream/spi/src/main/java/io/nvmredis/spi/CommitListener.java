package io.nvmredis.spi;

import io.nvmredis.spi.errors.PersistenceException;

/** Told by a persister that commits asynchronously how far its log is durable. */
public interface CommitListener {

    /** All transactions up to this LSN are durable. Called by the persister's own thread; must not block. */
    void onDurable(long durableLsn);

    /** Nothing above {@link Persister#durableLsn()} will become durable any more: see {@link Persister#refusal}. */
    void onCommitFailed(PersistenceException failure);

    /** Writing commands need not wait any more: see {@link Persister#isBackedUp}. Must not block. */
    default void onRoom() {}
}
