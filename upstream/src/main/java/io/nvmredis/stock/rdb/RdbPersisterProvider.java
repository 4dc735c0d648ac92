package io.nvmredis.stock.rdb;

import io.nvmredis.spi.Persister;
import io.nvmredis.spi.PersisterConfig;
import io.nvmredis.spi.PersisterProvider;
import io.nvmredis.spi.PersisterSetting;
import java.util.List;

/** {@code --persistence rdb}: Redis's snapshots. */
public final class RdbPersisterProvider implements PersisterProvider {

    @Override
    public String name() {
        return "rdb";
    }

    @Override
    public String description() {
        return "saves all data to an RDB file now and then, as Redis does: a crash loses what has changed since";
    }

    @Override
    public List<PersisterSetting> settings() {
        return RdbSettings.ALL;
    }

    @Override
    public Persister create(PersisterConfig config) {
        return new RdbPersister(config.directory(), config.settings());
    }
}
