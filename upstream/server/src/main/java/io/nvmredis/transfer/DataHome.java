package io.nvmredis.transfer;

import io.nvmredis.spi.Persister;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Where the data are that are moved.
 *
 * @param persistence the name of the persister
 * @param persisters makes a persister on the directory, not open yet, each time it is asked
 * @param dramBudgetBytes memory for what the persister holds as well
 * @param settings of the server, by name
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
