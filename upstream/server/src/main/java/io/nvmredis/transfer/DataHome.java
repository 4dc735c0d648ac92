package io.nvmredis.transfer;

import io.nvmredis.spi.Persister;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Home of the data that are moved.
 *
 * @param persistence name of the persister
 * @param persisters makes a persister on the directory, not open yet, per call
 * @param dramBudgetBytes bytes of memory for data that the persister holds as well
 * @param settings settings of the server, by name
 */
public record DataHome(
        Path directory,
        String persistence,
        Supplier<Persister> persisters,
        long dramBudgetBytes,
        Map<String, String> settings) {

    public DataHome {
        settings = Map.copyOf(settings);
    }
}
