package io.nvmredis.nvm;

import io.nvmredis.spi.Persister;
import io.nvmredis.spi.PersisterConfig;
import io.nvmredis.spi.PersisterProvider;
import io.nvmredis.spi.PersisterSetting;
import java.util.List;

/** Makes {@link NvmAofPersister}s; chosen as {@code --persistence nvm-aof}. */
public final class NvmAofPersisterProvider implements PersisterProvider {

    @Override
    public String name() {
        return "nvm-aof";
    }

    @Override
    public String description() {
        return "an append-only file on non-volatile memory: every acknowledged write is durable";
    }

    @Override
    public List<PersisterSetting> settings() {
        return NvmConfig.SETTINGS;
    }

    @Override
    public Persister create(PersisterConfig config) {
        return new NvmAofPersister(NvmConfig.conclude(config));
    }
}
