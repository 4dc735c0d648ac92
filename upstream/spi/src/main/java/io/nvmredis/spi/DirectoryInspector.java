package io.nvmredis.spi;

import io.nvmredis.spi.errors.PersistenceException;
import java.nio.file.Path;

/**
 * Looks into a directory of a persister's files while no server uses it. No method changes anything in it, but for
 * {@link #repair} and {@link #truncate}.
 *
 * <p>Each call takes the directory for itself, together with other readers, and throws a {@link PersistenceException}
 * with the owner's process id if a server has it. One thread.
 */
public interface DirectoryInspector {

    /**
     * Reads everything, and compares it with its checksums and with what leads to it.
     *
     * @throws PersistenceException if it cannot be looked at
     */
    InspectionReport check(LoadingListener progress);

    /**
     * Tells what is where.
     *
     * @throws PersistenceException if it cannot be looked at
     */
    void stat(Figures figures);

    /**
     * Opens the data for reading, with what a start would replay.
     *
     * @throws PersistenceException if a start would be refused
     */
    DirectoryView view();

    /**
     * Opens the data for reading as they are without what a start would replay.
     *
     * @throws PersistenceException if they cannot be opened
     */
    DirectoryView viewUnreplayed();

    /**
     * Shows the transactions of the log, from one LSN up to another, both included. Stops at the first that is missing,
     * as a start does.
     *
     * @throws PersistenceException if the log cannot be read
     */
    void visitLog(long fromLsn, long toLsn, TransactionVisitor visitor);

    /** Receives transactions. The array is valid only during a call. */
    interface TransactionVisitor {
        void transaction(long lsn, byte[] effects, int offset, int length);
    }

    /**
     * Does what can be done about damage without guessing, after all files have been copied.
     *
     * @param copy directory for the copy, which must not exist
     * @throws PersistenceException if nothing can be done; the message says whether anything was changed
     */
    RepairReport repair(Path copy);

    /**
     * Cuts the log behind a transaction, after all files have been copied.
     *
     * @param copy directory for the copy, which must not exist
     * @throws PersistenceException if it cannot be cut there, with the reason; nothing was changed then
     */
    RepairReport truncate(long lsn, Path copy);
}
