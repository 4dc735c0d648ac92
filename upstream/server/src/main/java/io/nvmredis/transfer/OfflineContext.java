package io.nvmredis.transfer;

import io.nvmredis.engine.context.LibraryPayloads;
import io.nvmredis.engine.context.ServerContext;
import io.nvmredis.rdb.LibraryPayload;
import io.nvmredis.rdb.RdbValueCodec;
import io.nvmredis.spi.ValueCodec;
import java.nio.file.Path;
import java.util.Map;

/** Context of an engine without a network. */
record OfflineContext(DataHome home, ValueCodec valueCodec, long startNanos) implements ServerContext {

    OfflineContext(DataHome home) {
        this(home, new RdbValueCodec(), System.nanoTime());
    }

    @Override
    public int port() {
        return 0;
    }

    @Override
    public int connectedClients() {
        return 0;
    }

    @Override
    public Path directory() {
        return home.directory();
    }

    @Override
    public long dramBudgetBytes() {
        return home.dramBudgetBytes();
    }

    /** Throws, because no client is there to ask for a shutdown. */
    @Override
    public void requestShutdown() {
        throw new IllegalStateException("SHUTDOWN without a server");
    }

    @Override
    public LibraryPayloads libraryPayloads() {
        return new LibraryPayloads(LibraryPayload::of, LibraryPayload::codes);
    }

    @Override
    public Map<String, String> settings() {
        return home.settings();
    }
}
