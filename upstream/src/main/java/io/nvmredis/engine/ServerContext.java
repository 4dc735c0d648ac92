package io.nvmredis.engine;

import java.nio.file.Path;
import java.util.Map;

/** The server around the engine, for the commands that tell of it or end it. Any thread. */
public interface ServerContext {

    int port();

    int connectedClients();

    /** Where the persister keeps its files. */
    Path directory();

    /** Bytes of memory that may be taken by what the persister holds as well. */
    long dramBudgetBytes();

    /** When the server started, by {@link System#nanoTime}. */
    long startNanos();

    /** {@code SHUTDOWN}: returns at once. */
    void requestShutdown(boolean save);

    /** The settings in force by their names, for {@code CONFIG GET}. */
    Map<String, String> settings();
}
