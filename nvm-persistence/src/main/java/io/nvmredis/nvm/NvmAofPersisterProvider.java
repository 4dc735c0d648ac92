package io.nvmredis.nvm;

import io.nvmredis.nvm.format.FileNames;
import io.nvmredis.spi.Persister;
import io.nvmredis.spi.PersisterConfig;
import io.nvmredis.spi.PersisterProvider;
import io.nvmredis.spi.PersisterSetting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
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
        Path superblock = config.directory().resolve(FileNames.SUPERBLOCK);
        if (Files.exists(superblock)) {
            return superblock;
        }
        try (Stream<Path> files = Files.list(config.directory())) {
            return files.filter(file -> FileNames.epochOf(String.valueOf(file.getFileName())) >= 0)
                    .findAny()
                    .orElse(null);
        } catch (IOException e) {
            // There is no such directory, or opening it tells what is wrong.
            return null;
        }
    }
}
