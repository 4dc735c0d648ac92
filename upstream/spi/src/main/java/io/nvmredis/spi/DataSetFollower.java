package io.nvmredis.spi;

/**
 * What a persister is told that writes the data set as a whole now and then, whether it keeps transactions besides or not.
 *
 * <p>Threads: {@link #changed} and {@link #flushed} are called under the engine's lock.
 */
public interface DataSetFollower {

    /**
     * Gives it the data set that the persister has handed back, from now on as the server changes it. Called once, after
     * open and before the first transaction is appended.
     */
    void attach(DataSet dataSet);

    /** A command has made so many changes. Told only where {@link Persister#keepsTransactions} is false. */
    default void changed(int changeCount) {}

    /** {@code FLUSHALL} has emptied the data set: told after {@link Persister#append} or {@link #changed}. */
    default void flushed() {}

    /**
     * The server is about to end; {@link Persister#close} follows. Nobody holds the engine's lock, and no command runs.
     *
     * @throws io.nvmredis.spi.errors.PersistenceException if what should be saved cannot be
     */
    default void shutDown(ShutdownSave save) {}
}
