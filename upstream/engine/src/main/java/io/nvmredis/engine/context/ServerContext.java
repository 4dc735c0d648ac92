package io.nvmredis.engine.context;

import io.nvmredis.engine.access.Access;
import io.nvmredis.spi.Saver;
import io.nvmredis.spi.Snapshot;
import io.nvmredis.spi.TransactionSink;
import io.nvmredis.spi.ValueCodec;
import io.nvmredis.spi.errors.ConfigurationException;
import io.nvmredis.spi.errors.PersistenceException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The server around the engine, for commands that report on it or end it. Any thread may use it. */
public interface ServerContext {
    /** Number of parts of the heap, of which a script may take one by default. */
    int SCRIPT_MEMORY_SHARE = 8;

    /** Least bytes of memory for scripts; no script could run with less. */
    long MIN_SCRIPT_MEMORY = 1 << 20;

    int port();

    int connectedClients();

    /** Returns figures of the clients for INFO, beside their number, by Redis's names. */
    default Map<String, Long> clientFigures() {
        return Map.of();
    }

    /** Returns counts of what came and went over the network, for INFO, by Redis's names. */
    default Map<String, Long> networkFigures() {
        return Map.of();
    }

    /** Begins the counts of {@link #networkFigures} anew, for CONFIG RESETSTAT. */
    default void resetFigures() {
        // Nothing is counted.
    }

    /** Returns the directory where the persister keeps its files. */
    Path directory();

    /** Returns the bytes of memory that data may take which the persister holds as well. */
    long dramBudgetBytes();

    /** Returns the access rules: the users, and what clients may do. The engine asks for them once. */
    default Access access() {
        return Access.open();
    }

    /** Returns the limits on the memory that clients' requests may take. */
    default Limits limits() {
        return Limits.ofThisHeap();
    }

    /** Returns the most bytes that all data may weigh where memory is the only place for them. */
    default long maxMemoryBytes() {
        return limits().maxDataBytes();
    }

    /** Returns the bytes of memory that the running script may take. */
    default long scriptMemoryBytes() {
        return defaultScriptMemory();
    }

    static long defaultScriptMemory() {
        return Math.max(
                MIN_SCRIPT_MEMORY, Limits.leftBesideServer(Runtime.getRuntime().maxMemory()) / SCRIPT_MEMORY_SHARE);
    }

    /** Returns the encoding of dumped libraries of functions; null if they cannot be dumped or restored. */
    default @Nullable LibraryPayloads libraryPayloads() {
        return null;
    }

    /** Returns the codec of values for DUMP and RESTORE, always the same one. The engine's lock guards its use. */
    ValueCodec valueCodec();

    /** Returns when the server started, by {@link System#nanoTime}. */
    long startNanos();

    /**
     * Ends the server for {@code SHUTDOWN}; returns at once. The persister's work for shutdown has been chosen or done
     * before: see {@code Engine}.
     */
    void requestShutdown();

    /** Returns the settings in force by their names, for {@code CONFIG GET}. */
    Map<String, String> settings();

    /**
     * Changes settings for {@code CONFIG SET}, all of them or none.
     *
     * @throws ConfigurationException naming each setting that cannot be changed now, or has a bad value
     */
    default void configure(Map<String, String> changes) {
        throw new ConfigurationException(changes.keySet().stream()
                .map(name -> name + " cannot be changed while the server runs")
                .toList());
    }

    /** Returns the configuration file that the server was started with; null if there is none. */
    default @Nullable Path configFile() {
        return null;
    }

    /**
     * Writes the values in force to {@link #configFile}, for {@code CONFIG REWRITE}.
     *
     * @param ofEngine values of the settings that the engine itself knows
     * @throws IOException if the file could not be replaced; it is as it was then
     */
    default void rewriteConfigFile(Map<String, String> ofEngine) throws IOException {
        throw new IOException("there is no configuration file");
    }

    /** Returns what carries out SAVE and BGSAVE if the persister does not; null if these are not available. */
    default @Nullable Saver saver() {
        return null;
    }

    /**
     * Writes a snapshot to an empty file as a Redis saves its data set, for a replica.
     *
     * @param progress is called now and then; an exception that it throws ends the writing
     * @throws IOException if the file cannot be written
     */
    default void writeCopy(Snapshot snapshot, FileChannel file, Runnable progress) throws IOException {
        throw new IOException("nothing can be copied here");
    }

    /**
     * Hands over the data that {@link #saver} has saved.
     *
     * @throws PersistenceException if the data cannot be read
     */
    default void loadSaved(TransactionSink sink) {
        throw new PersistenceException("ERR nothing has been saved");
    }
}
