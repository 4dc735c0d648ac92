package io.nvmredis.engine.commands;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.engine.TestClient;
import org.junit.jupiter.api.Test;

/** Commands of a client that asks for it do not count as uses of their keys. */
class NoTouchTest {
    @Test
    void shouldLeaveIdleTimesAlone() {
        try (TestClient client = new TestClient()) {
            client.run("SET", "k", "v");
            client.engine.statistics().tick(100);
            client.run("CLIENT", "NO-TOUCH", "ON");
            client.run("GET", "k");
            client.run("MULTI");
            client.run("GET", "k");
            client.run("EXEC");
            assertThat(client.run("OBJECT", "IDLETIME", "k")).isEqualTo(":100\r\n");
            client.run("TOUCH", "k");
            assertThat(client.run("OBJECT", "IDLETIME", "k")).isEqualTo(":0\r\n");
            client.engine.statistics().tick(200);
            client.run("RESET");
            client.run("GET", "k");
            assertThat(client.run("OBJECT", "IDLETIME", "k")).isEqualTo(":0\r\n");
        }
    }
}
