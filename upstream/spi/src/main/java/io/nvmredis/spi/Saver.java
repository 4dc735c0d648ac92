package io.nvmredis.spi;

import io.nvmredis.spi.errors.PersistenceException;

/**
 * SAVE, BGSAVE and LASTSAVE: writes the data set, as it is at one moment, to a file that takes the place of the one
 * before at once and whole.
 *
 * <p>Threads: any, but {@link #save} none that holds the engine's lock.
 */
public interface Saver {

    /**
     * Returns when the file is in its place and durable.
     *
     * @throws PersistenceException if it cannot be written, or another save is under way; the file before is still there
     */
    void save();

    /**
     * Begins to save on a thread of the saver's own and returns at once.
     *
     * @param mayBeScheduled whether to begin later where it cannot begin now, {@code BGSAVE SCHEDULE}
     * @return what Redis answers, as a status
     * @throws PersistenceException what Redis answers, as an error without the dash, if it cannot begin
     */
    String saveInBackground(boolean mayBeScheduled);

    /** When a save last succeeded, or when the server started: Unix time in seconds. */
    long lastSaveSeconds();

    /** Adds Redis's {@code rdb_…} fields to {@code INFO persistence}. */
    void info(InfoSink sink);
}
