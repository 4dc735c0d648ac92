package io.nvmredis.it.examples;

import io.nvmredis.spi.Persister;
import io.nvmredis.spi.PersisterConfig;
import io.nvmredis.spi.testkit.PersisterContractTest;
import java.nio.file.Path;
import java.util.Map;

/** What every persister must do, this one does. */
class EffectFilePersisterContractIT extends PersisterContractTest {

    @Override
    protected Persister create(Path directory) {
        return new EffectFilePersisterProvider().create(new PersisterConfig(directory, Map.of()));
    }
}
