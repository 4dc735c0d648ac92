package io.nvmredis.spi;

import io.nvmredis.spi.errors.PersistenceException;

/**
 * The data set as it was at one moment, shown piece by piece while the server goes on changing it, without a second copy
 * of it: what a command is about to change and has not been shown yet is set aside first.
 *
 * <p>Used by one thread at a time, which does not hold the engine's lock; any number of threads one after another.
 */
public interface Snapshot extends AutoCloseable {

    /** LSN of the last transaction that it contains. */
    long lsn();

    /** Keys of a database, those included whose deadline has passed: as many as will be shown at most. */
    long keyCount(int database);

    /** Keys of a database that have a deadline, at most. */
    long deadlineCount(int database);

    /**
     * Shows a little more, and holds up commands for a millisecond or so meanwhile; what the visitor is told it should
     * take into memory, to be written when this has returned. The databases come in the order of their indexes, the
     * keys of each in any order, each key once. A large value may go over several calls; another key never comes in
     * between.
     *
     * @return false if everything has been shown
     * @throws PersistenceException if the snapshot cannot be completed; it says why
     */
    boolean advance(SnapshotVisitor visitor);

    /** Nothing more is shown, and nothing is set aside any more. */
    @Override
    void close();
}
