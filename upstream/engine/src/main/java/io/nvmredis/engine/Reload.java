package io.nvmredis.engine;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.storage.RedisBase;
import io.nvmredis.engine.keyspace.Database;
import io.nvmredis.spi.TransactionSink;
import io.nvmredis.spi.effects.Effect;
import io.nvmredis.spi.effects.EffectReader;
import io.nvmredis.spi.effects.LibraryEffects;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Replaces the data in memory by data that are handed back, as DEBUG RELOAD and DEBUG LOADAOF do. Memory is emptied
 * when the first transaction comes: if no data can be had, memory is untouched. If memory is not to be emptied, a key
 * that is handed back replaces the key in memory.
 *
 * <p>The thread that uses it holds the engine's lock throughout.
 */
final class Reload implements TransactionSink {
    private final Engine engine;
    private final Loader loader;
    private final boolean isMerged;
    private boolean isToBeEmptied;
    private boolean hasBegun;
    /** Keys that have been handed back, by database, if memory is not emptied. */
    private final Map<Integer, Set<Slice>> replaced = new HashMap<>();

    private final EffectReader reader = new EffectReader();

    Reload(Engine engine, boolean isToBeEmptied) {
        this.engine = engine;
        this.isToBeEmptied = isToBeEmptied;
        isMerged = !isToBeEmptied;
        loader = new Loader(engine);
    }

    @Override
    public void apply(long lsn, byte[] bytes, int offset, int length) {
        begin();
        if (isMerged) {
            removeReplaced(bytes, offset, length);
        }
        loader.apply(lsn, bytes, offset, length);
    }

    /** Removes from memory the keys that are handed back for the first time. */
    private void removeReplaced(byte[] bytes, int offset, int length) {
        int index = 0;
        reader.reset(bytes, offset, length);
        while (reader.next()) {
            if (reader.effect() == Effect.SELECT) {
                index = Math.toIntExact(reader.number(0));
            } else if (reader.effect() != Effect.FLUSHDB && index != LibraryEffects.DATABASE) {
                Slice key = Slice.create(reader.argument(0));
                if (replaced.computeIfAbsent(index, database -> new HashSet<>()).add(key)) {
                    engine.databases().database(index).loadRemoval(key);
                }
            }
        }
    }

    @Override
    public void run(long lsn, byte[] bytes, int offset, int length) {
        begin();
        loader.run(lsn, bytes, offset, length);
    }

    private void begin() {
        hasBegun = true;
        if (isToBeEmptied) {
            isToBeEmptied = false;
            engine.databases().libraries().clear();
            engine.functions().refresh();
            for (RedisBase database : engine.databases().values()) {
                ((Database) database).loadRemovalOfAll();
            }
        }
    }

    /** Tells whether the data in memory have been changed. */
    boolean hasBegun() {
        return hasBegun;
    }

    /** Completes the reload. Called after all data have been handed over. */
    void finish() {
        begin();
        loader.finish();
        engine.functions().refresh();
    }
}
