package io.nvmredis.spi;

import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Data set of the server, for a persister that has to write all of it now and then.
 *
 * <p>Threads: any that does not hold the engine's lock.
 */
public interface DataSet {
    /**
     * Number of databases of every data set, numbered from 0: as many as Redis has by default. Behind them is the
     * database of the {@link io.nvmredis.spi.effects.LibraryEffects}.
     */
    int DATABASE_COUNT = 16;

    /**
     * Begins a snapshot of the data set as it is at one moment between two commands.
     *
     * @param atCut called at that moment, while no command runs and none can begin, with the LSN of the last
     *     transaction that the snapshot contains; the next transaction appended is the first that it does not contain.
     *     It must take microseconds: all clients wait
     */
    Snapshot cut(LongConsumer atCut);

    /**
     * Returns what FLUSHALL leaves, the libraries of functions, without any key; null if there are none. Called by a
     * thread that holds the engine's lock, in {@link DataSetFollower#flushed}.
     *
     * @param lsn LSN that the snapshot tells
     */
    default @Nullable Snapshot withoutKeys(long lsn) {
        return null;
    }
}
