package io.nvmredis.engine;

import com.github.fppt.jedismock.storage.RedisBase;
import io.nvmredis.spi.TransactionSink;

/**
 * Puts what is handed back in the place of what is in memory, as DEBUG RELOAD and DEBUG LOADAOF do. Memory is emptied when
 * the first transaction comes: if there turns out to be nothing to be had, nothing has been touched.
 *
 * <p>Holds the engine's lock throughout.
 */
final class Reload implements TransactionSink {
    private final Engine engine;
    private final Loader loader;
    private boolean isToBeEmptied;
    private boolean hasBegun;

    Reload(Engine engine, boolean isToBeEmptied) {
        this.engine = engine;
        this.isToBeEmptied = isToBeEmptied;
        loader = new Loader(engine);
    }

    @Override
    public void apply(long lsn, byte[] bytes, int offset, int length) {
        begin();
        loader.apply(lsn, bytes, offset, length);
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

    /** To be called then, too, if what was loaded is not what the log holds, byte for byte. */
    void disownStrings() {
        for (RedisBase database : engine.databases().values()) {
            ((Database) database).content().resident().forEach(entry -> {
                if (entry.value instanceof ObservedHyperLogLog hyperLogLog) {
                    hyperLogLog.isKeptElsewhere();
                }
            });
        }
    }
}
