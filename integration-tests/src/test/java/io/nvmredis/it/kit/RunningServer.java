package io.nvmredis.it.kit;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** One server for all tests of a class, empty at the beginning of each. */
public final class RunningServer implements BeforeAllCallback, BeforeEachCallback, AfterAllCallback {
    private TemporaryDirectory directory;
    private ServerProcess server;
    private int port;

    public int port() {
        return port;
    }

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        directory = TemporaryDirectory.create();
        server = ServerProcess.in(directory.data()).start();
        port = server.port();
    }

    @Override
    public void beforeEach(ExtensionContext context) throws Exception {
        try (RespClient client = server.connect()) {
            client.call("FLUSHALL");
        }
    }

    @Override
    public void afterAll(ExtensionContext context) throws Exception {
        if (server != null) {
            server.close();
        }
        if (directory != null) {
            directory.close();
        }
    }
}
