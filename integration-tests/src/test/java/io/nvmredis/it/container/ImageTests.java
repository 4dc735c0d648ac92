package io.nvmredis.it.container;

import io.nvmredis.it.kit.RespClient;
import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;

/** What tests of a client have in common: one container of each image after the other, empty at the beginning of each test. */
@Tag("container")
abstract class ImageTests {
    private static ServedImage served;

    @Parameter
    ServerImage image;

    @BeforeParameterizedClassInvocation
    static void start(ServerImage image) throws IOException {
        served = ServedImage.start(image.container());
    }

    @AfterParameterizedClassInvocation
    static void stop() throws IOException {
        if (served != null) {
            served.close();
            served = null;
        }
    }

    @BeforeEach
    void empty() throws IOException {
        try (RespClient client = served.connect()) {
            client.call("FLUSHALL");
        }
    }

    static int port() {
        return served.port();
    }

    static String uri() {
        return served.uri();
    }

    /** The value of a key that was set before {@link #restart}; a real Redis has no persistence here. */
    String afterRestart(String value) {
        return image == ServerImage.NVM_REDIS ? value : null;
    }

    static void restart() {
        served.restart();
    }
}
