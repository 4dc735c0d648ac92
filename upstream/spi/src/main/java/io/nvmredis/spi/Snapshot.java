package io.nvmredis.spi;

import io.nvmredis.spi.errors.PersistenceException;

/**
 * Data set as it was at one moment, shown piece by piece while the server goes on changing it. There is no second copy
 * of it: a value that has not been shown yet is set aside before a command changes it.
 *
 * <p>Used by one thread at a time, which does not hold the engine's lock; any number of threads one after another.
 */
public interface Snapshot extends AutoCloseable {

    /** Returns the LSN of the last transaction that the snapshot contains. */
    long lsn();

    /**
     * Returns the number of keys of a database, those included whose deadline has passed: at most so many will be
     * shown.
     */
    long keyCount(int database);

    /** Returns the number of keys of a database that have a deadline: at most so many will be shown. */
    long deadlineCount(int database);

    /**
     * Shows a further piece, and holds up commands for about 1 ms meanwhile; the visitor should take what it is shown
     * into memory, to be written after this method has returned. The libraries of functions come first, if there are any,
     * then the databases in the order of their indexes, the keys of each in any order, each key once. A large value may take several calls; no other key comes in between.
     *
     * @return false if everything has been shown
     * @throws PersistenceException if the snapshot cannot be completed; it says why
     */
    boolean advance(SnapshotVisitor visitor);

    /** Ends the snapshot: nothing more is shown or set aside. */
    @Override
    void close();
}
