package io.nvmredis.spi;

import java.nio.file.Path;
import java.util.Map;

/**
 * Configuration that a persister is made from.
 *
 * @param directory directory of its files; created on open if it does not exist
 * @param settings values by the names of {@link PersisterProvider#settings()}; a name that is absent has its default
 */
public record PersisterConfig(Path directory, Map<String, String> settings) {

    public PersisterConfig {
        settings = Map.copyOf(settings);
    }
}
