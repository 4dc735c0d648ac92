package io.nvmredis.spi;

import java.nio.file.Path;
import java.util.Map;

/**
 * What a persister is made from.
 *
 * @param directory where it keeps its files; created on open if it is not there
 * @param settings values by the names of {@link PersisterProvider#settings()}; a name that is absent has its default
 */
public record PersisterConfig(Path directory, Map<String, String> settings) {

    public PersisterConfig {
        settings = Map.copyOf(settings);
    }
}
