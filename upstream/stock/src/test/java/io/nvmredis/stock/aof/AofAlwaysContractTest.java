package io.nvmredis.stock.aof;

import io.nvmredis.spi.Persister;
import io.nvmredis.spi.testkit.PersisterContractTest;
import java.nio.file.Path;

class AofAlwaysContractTest extends PersisterContractTest {

    @Override
    protected Persister create(Path directory) {
        return AofTesting.persister(directory, "appendfsync", "always");
    }
}
