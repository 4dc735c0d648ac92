package io.nvmredis.engine.commands;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.engine.TestClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Cuts of whole nodes, whose size is a setting. */
class StreamTrimTest {
    private final TestClient client = new TestClient();

    @BeforeEach
    void add() {
        for (int id = 1; id <= 7; id++) {
            client.run("xadd", "s", Integer.toString(id), "f", "v");
        }
    }

    @AfterEach
    void close() {
        client.close();
    }

    @Test
    void shouldCutNodesOfTheSizeThatIsSet() {
        assertThat(client.run("xtrim", "s", "maxlen", "~", "2")).isEqualTo(":0\r\n");
        nodeEntries("3");
        assertThat(client.run("xtrim", "s", "maxlen", "~", "2", "limit", "5")).isEqualTo(":3\r\n");
        nodeEntries("1");
        client.run("xadd", "s", "minid", "~", "6", "8", "f", "v");
        assertThat(client.run("xlen", "s")).isEqualTo(":3\r\n");
    }

    @Test
    void shouldCutAHundredNodesWithoutALimit() {
        for (int id = 8; id <= 205; id++) {
            client.run("xadd", "s", Integer.toString(id), "f", "v");
        }
        nodeEntries("1");
        assertThat(client.run("xtrim", "s", "maxlen", "~", "1")).isEqualTo(":100\r\n");
        assertThat(client.run("xtrim", "s", "maxlen", "~", "1", "limit", "0")).isEqualTo(":104\r\n");
    }

    @Test
    void shouldTakeTheUsualSizeIfNoneIsSet() {
        nodeEntries("0");
        assertThat(client.run("xtrim", "s", "maxlen", "~", "2")).isEqualTo(":0\r\n");
        nodeEntries("9223372036854775807");
        assertThat(client.run("xtrim", "s", "maxlen", "~", "0")).isEqualTo(":7\r\n");
    }

    @Test
    void shouldShowSoManyNodes() {
        nodeEntries("3");
        assertThat(client.run("xinfo", "stream", "s")).contains("radix-tree-keys\r\n:3\r\n");
    }

    private void nodeEntries(String count) {
        assertThat(client.run("config", "set", "stream-node-max-entries", count))
                .isEqualTo("+OK\r\n");
    }
}
