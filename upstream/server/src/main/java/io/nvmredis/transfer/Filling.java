package io.nvmredis.transfer;

import io.nvmredis.directory.ImportMark;
import io.nvmredis.spi.ColdStore;
import io.nvmredis.spi.Persister;
import io.nvmredis.spi.Refusal;
import io.nvmredis.spi.effects.Transaction;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Data set that an import fills. If the persister holds the data, effects go to it directly and not through memory.
 * Commands need the data that are already there, so they go to an engine. An engine does not know of effects that went
 * past it, so it is opened anew before the first command after them. One thread.
 */
final class Filling implements AutoCloseable {
    private final DataHome home;
    private final String source;
    private final Room room = new Room();
    private EngineDestination engine;
    private @Nullable TableDestination table;
    /** Whether effects have gone past the engine. */
    private boolean isEngineStale;
    /** Whether commands have been run; effects that follow them go to the engine too. */
    private boolean isForCommands;
    /** Whether the directory bears the mark of an unfinished import. */
    private boolean isMarked;

    /**
     * Opens the directory.
     *
     * @param source origin of the data, which the mark names to a user who finds them unfinished
     * @throws io.nvmredis.spi.errors.PersistenceException if the directory cannot be used
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

    /** Returns the number of keys in all databases when the directory was opened, as commands have changed it since. */
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

    /**
     * Runs the command that loads a library of functions. Effects on keys that follow need not go to the engine because
     * of it: no key and no library depend on each other.
     */
    void load(byte[] bytes, int offset, int length) {
        boolean wasForCommands = isForCommands;
        mark();
        prepareForCommands();
        engine.run(bytes, offset, length);
        isForCommands = wasForCommands;
    }

    /** Opens the engine anew if it is stale, before the first command is waited for. */
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

    /** Makes all data durable, and then removes the mark. Only {@link #close} may be called afterwards. */
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
