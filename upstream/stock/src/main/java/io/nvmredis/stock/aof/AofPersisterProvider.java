package io.nvmredis.stock.aof;

import io.nvmredis.spi.Persister;
import io.nvmredis.spi.PersisterConfig;
import io.nvmredis.spi.PersisterProvider;
import io.nvmredis.spi.PersisterSetting;
import io.nvmredis.spi.errors.PersistenceException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Provider of {@code --persistence aof}: Redis 7's append-only file. */
public final class AofPersisterProvider implements PersisterProvider {

    @Override
    public String name() {
        return "aof";
    }

    @Override
    public String description() {
        return "appends every write to a file, as Redis 7 does, in files that Redis 7 can continue";
    }

    @Override
    public List<PersisterSetting> settings() {
        return AofSettings.ALL;
    }

    @Override
    public Persister create(PersisterConfig config) {
        return new AofPersister(config, new FileOperations());
    }

    @Override
    public @Nullable Path dataIn(PersisterConfig config) {
        try {
            return directory(config).data();
        } catch (IOException e) {
            throw new PersistenceException("directory " + config.directory() + " cannot be read: " + e.getMessage(), e);
        }
    }

    @Override
    public boolean wasUsedIn(PersisterConfig config) {
        try {
            return directory(config).hasBeenRewritten();
        } catch (IOException e) {
            throw new PersistenceException("directory " + config.directory() + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static AofDirectory directory(PersisterConfig config) {
        return new AofDirectory(new FileOperations(), config.directory(), AofSettings.of(config.settings()));
    }

    @Override
    public boolean keepsFilesOfRedis() {
        return true;
    }
}
