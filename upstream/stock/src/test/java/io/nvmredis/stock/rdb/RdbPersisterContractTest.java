package io.nvmredis.stock.rdb;

import io.nvmredis.spi.Persister;
import io.nvmredis.spi.PersisterConfig;
import io.nvmredis.spi.testkit.PersisterContractTest;
import java.nio.file.Path;
import java.util.Map;

/** What it has saved is what it keeps. */
class RdbPersisterContractTest extends PersisterContractTest {

    @Override
    protected Persister create(Path directory) {
        return new RdbPersisterProvider().create(new PersisterConfig(directory, Map.of()));
    }

    @Override
    protected void keepAppended(Persister persister) {
        persister.saver().save();
    }

    @Override
    protected boolean handsBackTransactions() {
        return false;
    }
}
