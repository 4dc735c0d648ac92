package io.nvmredis.transfer;

import io.nvmredis.engine.Engine;
import io.nvmredis.spi.ColdStore;
import io.nvmredis.spi.Persister;
import io.nvmredis.spi.Snapshot;
import java.time.Clock;

/** A data set opened to be read as a whole. One thread. */
final class OpenData implements AutoCloseable {
    private final Engine engine;

    /**
     * Opens the directory.
     *
     * @throws io.nvmredis.spi.errors.PersistenceException if it cannot be used
     */
    OpenData(DataHome home) {
        Persister persister = home.persisters().get();
        engine = Engine.open(persister, Clock.systemUTC(), new Room(), new OfflineContext(home));
    }

    /** All of it, from the persister if that holds the data, otherwise from memory. */
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
