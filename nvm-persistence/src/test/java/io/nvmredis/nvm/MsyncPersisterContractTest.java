package io.nvmredis.nvm;

import io.nvmredis.nvm.pmem.DomainProbe;
import io.nvmredis.spi.Persister;
import io.nvmredis.spi.PersisterConfig;
import io.nvmredis.spi.testkit.PersisterContractTest;
import java.nio.file.Path;
import java.util.Map;

/** The contract of every persister, in the domain {@code msync}. */
class MsyncPersisterContractTest extends PersisterContractTest {

    @Override
    protected Persister create(Path directory) {
        Map<String, String> settings =
                Map.of(NvmConfig.DOMAIN.name(), DomainProbe.MSYNC, NvmConfig.SEGMENT_SIZE.name(), "1mb");
        return new NvmAofPersisterProvider().create(new PersisterConfig(directory, settings));
    }
}
