package io.nvmredis.spi;

import io.nvmredis.spi.errors.PersistenceException;

/** Receives from a persister that commits asynchronously how far its log is durable. */
public interface CommitListener {

    /**
     * Receives the LSN up to which all transactions are durable. Called by the persister's own thread; must not block.
     */
    void onDurable(long durableLsn);

    /**
     * Receives the reason why nothing above {@link Persister#durableLsn()} will become durable any more: see {@link
     * Persister#refusal}.
     */
    void onCommitFailed(PersistenceException failure);

    /**
     * Called when writing commands need not wait any more, see {@link Persister#isBackedUp}, and when {@link
     * ColdStore#isCounted} becomes true. Must not block.
     */
    default void onRoom() {}

    /**
     * Receives how many nanoseconds an activity beside the commands took, by its name: {@code fold}, for example. Called
     * by the persister's own threads; must not block.
     */
    default void took(String activity, long nanos) {}
}
