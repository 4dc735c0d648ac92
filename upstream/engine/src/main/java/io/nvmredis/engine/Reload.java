package io.nvmredis.engine;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.storage.RedisBase;
import io.nvmredis.engine.keyspace.Database;
import io.nvmredis.spi.TransactionSink;
import io.nvmredis.spi.effects.Effect;
import io.nvmredis.spi.effects.EffectReader;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Puts what is handed back in the place of what is in memory, as DEBUG RELOAD and DEBUG LOADAOF do. Memory is emptied when
 * the first transaction comes: if there turns out to be nothing to be had, nothing has been touched. If it is not to be
 * emptied, a key that is handed back takes the place of the one in memory.
 *
 * <p>Holds the engine's lock throughout.
 */
final class Reload implements TransactionSink {
    private final Engine engine;
    private final Loader loader;
    private final boolean isMerged;
    private boolean isToBeEmptied;
    private boolean hasBegun;
    /** By database: keys that have been handed back, if memory is not emptied. */
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

    /** Takes keys away that come for the first time. */
    private void removeReplaced(byte[] bytes, int offset, int length) {
        int index = 0;
        reader.reset(bytes, offset, length);
        while (reader.next()) {
            if (reader.effect() == Effect.SELECT) {
                index = Math.toIntExact(reader.number(0));
            } else if (reader.effect() != Effect.FLUSHDB) {
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
            for (RedisBase database : engine.databases().values()) {
                ((Database) database).loadRemovalOfAll();
            }
        }
    }

    /** Whether memory is not what it was. */
    boolean hasBegun() {
        return hasBegun;
    }

    /** To be called when all has been handed over. */
    void finish() {
        begin();
        loader.finish();
    }
}
