package io.nvmredis.transfer;

import io.nvmredis.directory.ImportMark;
import io.nvmredis.spi.ColdStore;
import io.nvmredis.spi.Persister;
import io.nvmredis.spi.Refusal;
import io.nvmredis.spi.effects.Transaction;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The data set that an import fills. Effects go to the persister itself if it holds the data, so that they do not pass
 * through memory; commands need what is there already and go to an engine. After effects the engine is opened anew, because
 * it does not know of them. One thread.
 */
final class Filling implements AutoCloseable {
    private final DataHome home;
    private final String source;
    private final Room room = new Room();
    private EngineDestination engine;
    private @Nullable TableDestination table;
    /** Effects have gone past the engine. */
    private boolean isEngineStale;
    /** Commands have been run: what follows them goes the same way. */
    private boolean isForCommands;
    /** Something has been changed, and the directory says that it is not finished. */
    private boolean isMarked;

    /**
     * Opens the directory.
     *
     * @param source where the data come from, for who finds them unfinished
     * @throws io.nvmredis.spi.errors.PersistenceException if it cannot be used
     */
    Filling(DataHome home, String source) {
        this.home = home;
        this.source = source;
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

    private void mark() {
        if (!isMarked && engine.persister().holdsDirectory()) {
            try {
                ImportMark.put(home.directory(), source);
            } catch (IOException e) {
                throw new TransferException(home.directory() + " cannot be written: " + e, e);
            }
            isMarked = true;
        }
    }

    void apply(Transaction effects) {
        mark();
        TableDestination direct = table;
        if (direct == null || isForCommands) {
            engine.apply(effects);
        } else {
            isEngineStale = true;
            direct.apply(effects);
        }
    }

    void run(CommandBuffer commands) {
        mark();
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
        mark();
        prepareForCommands();
        engine.clear();
        isForCommands = false;
    }

    /** All data are here: makes them durable, and says that they are whole. Nothing else may follow but {@link #close}. */
    void finish() {
        Refusal refusal = engine.persister().refusal(0, false);
        if (refusal != null) {
            throw new TransferException("what was imported cannot be kept: " + refusal.message());
        }
        engine.close();
        if (isMarked) {
            try {
                ImportMark.remove(home.directory());
            } catch (IOException e) {
                throw new TransferException(home.directory() + " cannot be written: " + e, e);
            }
        }
    }

    @Override
    public void close() {
        engine.close();
    }
}
