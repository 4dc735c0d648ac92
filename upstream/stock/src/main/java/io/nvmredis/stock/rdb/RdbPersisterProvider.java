package io.nvmredis.stock.rdb;

import io.nvmredis.rdb.RdbFile;
import io.nvmredis.spi.Persister;
import io.nvmredis.spi.PersisterConfig;
import io.nvmredis.spi.PersisterProvider;
import io.nvmredis.spi.PersisterSetting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Provider of {@code --persistence rdb}: Redis's snapshots. */
public final class RdbPersisterProvider implements PersisterProvider {

    @Override
    public String name() {
        return RdbPersister.NAME;
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

    @Override
    public @Nullable Path dataIn(PersisterConfig config) {
        Path file = file(config);
        return Files.exists(file) && !RdbFile.isEmpty(file) ? file : null;
    }

    @Override
    public boolean wasUsedIn(PersisterConfig config) {
        Path file = file(config);
        return Files.exists(file) && RdbFile.isSpent(file);
    }

    private static Path file(PersisterConfig config) {
        return config.directory().resolve(RdbSettings.of(config.settings()).fileName());
    }

    @Override
    public boolean keepsFilesOfRedis() {
        return true;
    }
}
