package io.nvmredis.transfer;

import io.nvmredis.engine.Engine;
import io.nvmredis.spi.ColdStore;
import io.nvmredis.spi.Persister;
import io.nvmredis.spi.Snapshot;
import java.time.Clock;

/** Data set that is opened to be read as a whole. One thread. */
final class OpenData implements AutoCloseable {
    private final Engine engine;

    /**
     * Opens the directory.
     *
     * @throws io.nvmredis.spi.errors.PersistenceException if the directory cannot be used
     */
    OpenData(DataHome home) {
        Persister persister = home.persisters().get();
        engine = Engine.open(persister, Clock.systemUTC(), new Room(), new OfflineContext(home));
    }

    /** Returns a snapshot of all data, from the persister if it holds the data, otherwise from memory. */
    Snapshot snapshot() {
        ColdStore store = engine.persister().coldStore();
        return store == null
                ? engine.cut(lsn -> {})
                : new ColdSnapshot(store, engine.persister().lastLsn());
    }

    @Override
    public void close() {
        engine.close();
    }
}
