package io.nvmredis.spi;

import io.nvmredis.spi.errors.PersistenceException;

/**
 * Writes the data set, as it is at one moment, to a file that replaces the one before atomically and whole, for SAVE,
 * BGSAVE and LASTSAVE.
 *
 * <p>Threads: any; {@link #save} none that holds the engine's lock.
 */
public interface Saver {

    /**
     * Saves, and returns when the file has its name and is durable.
     *
     * @throws PersistenceException if it cannot be written, or another save is under way; the file before is still
     *     there
     */
    void save();

    /**
     * Begins to save on a thread of the saver's own and returns at once.
     *
     * @param mayBeScheduled whether the save may begin later if it cannot begin now, {@code BGSAVE SCHEDULE}
     * @return Redis's reply, as a status
     * @throws PersistenceException with Redis's reply, as an error without the dash, if the save cannot begin
     */
    String saveInBackground(boolean mayBeScheduled);

    /** Returns when a save last succeeded, or when the server started: Unix time in seconds. */
    long lastSaveSeconds();

    /** Adds Redis's {@code rdb_…} fields to {@code INFO persistence}. */
    void info(InfoSink sink);
}
