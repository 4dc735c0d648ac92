package io.nvmredis.stock;

import io.nvmredis.spi.Persister;
import io.nvmredis.spi.PersisterConfig;
import io.nvmredis.spi.PersisterProvider;
import io.nvmredis.spi.PersisterSetting;
import java.util.List;

/** Provider of {@code --persistence none}: for caches, and for measuring what persistence costs. */
public final class NonePersisterProvider implements PersisterProvider {

    @Override
    public String name() {
        return "none";
    }

    @Override
    public String description() {
        return "keeps nothing: all data is gone when the server ends";
    }

    @Override
    public List<PersisterSetting> settings() {
        return List.of();
    }

    @Override
    public Persister create(PersisterConfig config) {
        return new NonePersister();
    }
}
