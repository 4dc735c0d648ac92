package io.nvmredis.spi;

import java.util.function.LongConsumer;

/**
 * The data set as the server holds it, for a persister that has to write it as a whole now and then.
 *
 * <p>Threads: any, but none that holds the engine's lock.
 */
public interface DataSet {
    /** Databases that every data set has, numbered from 0: as many as Redis has by default. */
    int DATABASE_COUNT = 16;

    /**
     * Begins a snapshot of the data set as it is at one moment between two commands.
     *
     * @param atCut run at that moment, while no command runs and none can begin, with the LSN of the last transaction
     *     that the snapshot contains; the next transaction appended is the first one that it does not. It must take
     *     microseconds: all clients wait
     */
    Snapshot cut(LongConsumer atCut);
}
