package io.nvmredis.stock;

import io.nvmredis.spi.Persister;
import io.nvmredis.spi.PersisterConfig;
import io.nvmredis.spi.testkit.PersisterContractTest;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

class NonePersisterContractTest extends PersisterContractTest {

    @Override
    protected Persister create(Path directory) {
        return new NonePersisterProvider().create(new PersisterConfig(directory, Map.of()));
    }

    @Override
    protected List<byte[]> keptOf(List<byte[]> appended) {
        return List.of();
    }
}
