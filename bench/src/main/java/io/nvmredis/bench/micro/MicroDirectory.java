package io.nvmredis.bench.micro;

import io.nvmredis.bench.arm.BenchDirectory;
import io.nvmredis.nvm.pmem.DomainProbe;
import io.nvmredis.nvm.pmem.MappedDirectory;
import java.io.IOException;
import java.nio.file.Path;

/** Where a microbenchmark has its files: on non-volatile memory, or ordinary memory in its place. */
final class MicroDirectory implements AutoCloseable {
    static final String PROPERTY = "nvmredis.bench.dir";

    private final BenchDirectory directory = new BenchDirectory(System.getProperty(PROPERTY, "/dev/shm"));

    MicroDirectory() throws IOException {}

    Path path() {
        return directory.path();
    }

    MappedDirectory emulated() {
        return new MappedDirectory(path(), DomainProbe.choose(DomainProbe.EMULATED, path()));
    }

    @Override
    public void close() throws IOException {
        directory.close();
    }
}
