package io.nvmredis.it.kit;

import java.io.IOException;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** One server for all tests of a class, empty at the beginning of each. */
public final class RunningServer implements BeforeAllCallback, BeforeEachCallback, AfterAllCallback {
    private final TestDirectory directory = TestDirectory.onDisk();
    private int port;

    public int port() {
        return port;
    }

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        directory.create();
        port = directory.server().start().port();
    }

    @Override
    public void beforeEach(ExtensionContext context) throws IOException {
        try (RespClient client = new RespClient(port)) {
            client.call("FLUSHALL");
        }
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        directory.delete();
    }
}
