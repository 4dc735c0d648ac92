package io.nvmredis.nvm;

import io.nvmredis.nvm.format.FileNames;
import io.nvmredis.nvm.pmem.MappedDirectory;
import io.nvmredis.spi.Persister;
import io.nvmredis.spi.PersisterConfig;
import io.nvmredis.spi.PersisterProvider;
import io.nvmredis.spi.PersisterSetting;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

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

    @Override
    public @Nullable Path dataIn(PersisterConfig config) {
        try {
            // The superblock, or a segment if that is lost.
            return MappedDirectory.namesIn(config.directory()).stream()
                    .filter(name -> name.equals(FileNames.SUPERBLOCK) || FileNames.epochOf(name) >= 0)
                    .max(Comparator.comparing(FileNames.SUPERBLOCK::equals))
                    .map(config.directory()::resolve)
                    .orElse(null);
        } catch (IOException e) {
            // There is no such directory, or opening it tells what is wrong.
            return null;
        }
    }
}
