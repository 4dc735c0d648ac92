package io.nvmredis.it.examples;

import io.nvmredis.spi.Persister;
import io.nvmredis.spi.PersisterConfig;
import io.nvmredis.spi.PersisterProvider;
import io.nvmredis.spi.PersisterSetting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** {@code --persistence effect-file}; named in {@code META-INF/services/io.nvmredis.spi.PersisterProvider}. */
public final class EffectFilePersisterProvider implements PersisterProvider {

    @Override
    public String name() {
        return "effect-file";
    }

    @Override
    public String description() {
        return "an example: appends effects to one file and forces it";
    }

    @Override
    public List<PersisterSetting> settings() {
        return List.of();
    }

    @Override
    public Persister create(PersisterConfig config) {
        return new EffectFilePersister(config.directory());
    }

    @Override
    public Path dataIn(PersisterConfig config) {
        Path file = config.directory().resolve(EffectFile.NAME);
        return Files.exists(file) ? file : null;
    }
}
