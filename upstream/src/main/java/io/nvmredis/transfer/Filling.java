package io.nvmredis.transfer;

import io.nvmredis.spi.ColdStore;
import io.nvmredis.spi.Persister;
import io.nvmredis.spi.Transaction;
import org.jspecify.annotations.Nullable;

/**
 * The data set that an import fills. Effects go to the persister itself if it holds the data, so that they do not pass
 * through memory; commands need what is there already and go to an engine. After effects the engine is opened anew, because
 * it does not know of them. One thread.
 */
final class Filling implements AutoCloseable {
    /** Databases there are. */
    static final int DATABASE_COUNT = 16;

    private final DataHome home;
    private final Room room = new Room();
    private EngineDestination engine;
    private @Nullable TableDestination table;
    /** Effects have gone past the engine. */
    private boolean isEngineStale;
    /** Commands have been run: what follows them goes the same way. */
    private boolean isForCommands;

    /**
     * Opens the directory.
     *
     * @throws io.nvmredis.spi.PersistenceException if it cannot be used
     */
    Filling(DataHome home) {
        this.home = home;
        engine = new EngineDestination(home, room);
        table = table(engine.persister());
    }

    private @Nullable TableDestination table(Persister persister) {
        ColdStore store = persister.coldStore();
        return store == null ? null : new TableDestination(persister, store, room);
    }

    /** Keys in all databases when the directory was opened, and what commands have made of them since. */
    long keyCount() {
        return engine.keyCount();
    }

    void apply(Transaction effects) {
        TableDestination direct = table;
        if (direct == null || isForCommands) {
            engine.apply(effects);
        } else {
            isEngineStale = true;
            direct.apply(effects);
        }
    }

    void run(CommandBuffer commands) {
        prepareForCommands();
        engine.run(commands);
    }

    /** Opens the engine anew, if need be, before the first command is waited for. */
    void prepareForCommands() {
        isForCommands = true;
        if (isEngineStale) {
            engine.close();
            engine = new EngineDestination(home, room);
            table = table(engine.persister());
            isEngineStale = false;
        }
    }

    void clear() {
        prepareForCommands();
        engine.clear();
        isForCommands = false;
    }

    @Override
    public void close() {
        engine.close();
    }
}
