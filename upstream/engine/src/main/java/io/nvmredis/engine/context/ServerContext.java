package io.nvmredis.engine.context;

import io.nvmredis.spi.Saver;
import io.nvmredis.spi.TransactionSink;
import io.nvmredis.spi.errors.ConfigurationException;
import io.nvmredis.spi.errors.PersistenceException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The server around the engine, for the commands that tell of it or end it. Any thread. */
public interface ServerContext {
    /** What a script may take of the heap, if nothing else is said: one part of so many. */
    int SCRIPT_MEMORY_SHARE = 8;

    /** Less would not do for anything. */
    long MIN_SCRIPT_MEMORY = 1 << 20;

    int port();

    int connectedClients();

    /** What INFO has to say of the clients beside their number: figures by Redis's names for them. */
    default Map<String, Long> clientFigures() {
        return Map.of();
    }

    /** Where the persister keeps its files. */
    Path directory();

    /** Bytes of memory that may be taken by what the persister holds as well. */
    long dramBudgetBytes();

    /** Who may do what. The same at every call. */
    default Access access() {
        return Access.OPEN;
    }

    /** What things may take of memory that clients decide on. */
    default Limits limits() {
        return Limits.ofThisHeap();
    }

    /** What all data may weigh where memory is the only place for them. */
    default long maxMemoryBytes() {
        return limits().maxDataBytes();
    }

    /** Bytes of memory that the script which runs may take. */
    default long scriptMemoryBytes() {
        return defaultScriptMemory();
    }

    static long defaultScriptMemory() {
        return Math.max(
                MIN_SCRIPT_MEMORY, Limits.leftBesideServer(Runtime.getRuntime().maxMemory()) / SCRIPT_MEMORY_SHARE);
    }

    /** When the server started, by {@link System#nanoTime}. */
    long startNanos();

    /** {@code SHUTDOWN}: returns at once. What the persister does in the end has been said or done: see {@code Engine}. */
    void requestShutdown();

    /** The settings in force by their names, for {@code CONFIG GET}. */
    Map<String, String> settings();

    /**
     * {@code CONFIG SET}: changes settings, all of them or none.
     *
     * @throws ConfigurationException naming each that cannot be changed now, or has a bad value
     */
    default void configure(Map<String, String> changes) {
        throw new ConfigurationException(changes.keySet().stream()
                .map(name -> name + " cannot be changed while the server runs")
                .toList());
    }

    /** What SAVE and BGSAVE do where the persister has nothing for them; null if they cannot be had. */
    default @Nullable Saver saver() {
        return null;
    }

    /**
     * Hands over what {@link #saver} has saved.
     *
     * @throws PersistenceException if that cannot be read
     */
    default void loadSaved(TransactionSink sink) {
        throw new PersistenceException("ERR nothing has been saved");
    }
}
