package io.nvmredis.stock.aof;

import io.nvmredis.spi.Persister;
import io.nvmredis.spi.PersisterConfig;
import io.nvmredis.spi.PersisterProvider;
import io.nvmredis.spi.PersisterSetting;
import java.util.List;

/** {@code --persistence aof}: Redis 7's append-only file. */
public final class AofPersisterProvider implements PersisterProvider {

    @Override
    public String name() {
        return "aof";
    }

    @Override
    public String description() {
        return "appends every write to a file, as Redis 7 does, in files that Redis 7 goes on with";
    }

    @Override
    public List<PersisterSetting> settings() {
        return AofSettings.ALL;
    }

    @Override
    public Persister create(PersisterConfig config) {
        return new AofPersister(config, new FileOperations());
    }
}
