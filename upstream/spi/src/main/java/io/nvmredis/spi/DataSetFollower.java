package io.nvmredis.spi;

/**
 * Receives events of the whole data set, for a persister that writes all of it now and then, whether it also keeps
 * transactions or not.
 *
 * <p>Threads: {@link #changed} and {@link #flushed} are called under the engine's lock.
 */
public interface DataSetFollower {

    /**
     * Receives the data set that the persister has handed back and that the server changes from now on. Called once,
     * after open and before the first transaction is appended.
     */
    void attach(DataSet dataSet);

    /**
     * Receives the number of changes that a command has made. Called only where {@link Persister#keepsTransactions} is
     * false.
     */
    default void changed(int changeCount) {}

    /** Called when {@code FLUSHALL} has emptied the data set, after {@link Persister#append} or {@link #changed}. */
    default void flushed() {}

    /**
     * Called when the server is about to end; {@link Persister#close} follows. No thread holds the engine's lock, and
     * no command runs.
     *
     * @throws io.nvmredis.spi.errors.PersistenceException if data that should be saved cannot be saved
     */
    default void shutDown(ShutdownSave save) {}
}
