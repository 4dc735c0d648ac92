package io.nvmredis.engine.keyspace;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.engine.LimitedContext;
import io.nvmredis.engine.TestClient;
import io.nvmredis.engine.context.Limits;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Where memory is the only place for data, commands that add any are refused when there is too much of it. */
class MemoryMeterTest {
    private static final String REFUSAL = "-OOM command not allowed when used memory > 'maxmemory'.\r\n";

    private final TestClient client =
            new TestClient(new LimitedContext(new Limits(1 << 20, 1 << 20, 1 << 20, 100_000, 100_000)));

    @AfterEach
    void close() {
        client.close();
    }

    private int fill() {
        int count = 0;
        while (client.run("set", "key" + count, "x".repeat(1_000)).equals("+OK\r\n")) {
            count++;
        }
        return count;
    }

    @Test
    void shouldRefuseWhatAddsDataAndNothingElse() {
        assertThat(fill()).isBetween(70, 100);
        assertThat(client.run("set", "more", "x")).isEqualTo(REFUSAL);
        assertThat(client.run("rpush", "more", "x")).isEqualTo(REFUSAL);
        assertThat(client.run("get", "key0")).startsWith("$1000\r\n");
        assertThat(client.run("expire", "key0", "100")).isEqualTo(":1\r\n");
        assertThat(client.run("del", "key0", "key1", "key2")).isEqualTo(":3\r\n");
        assertThat(client.run("set", "more", "x")).isEqualTo("+OK\r\n");
    }

    @Test
    void shouldEndATransactionThatAddsData() {
        fill();
        client.run("multi");
        assertThat(client.run("set", "more", "x")).isEqualTo(REFUSAL);
        assertThat(client.run("exec")).startsWith("-EXECABORT ");
    }

    @Test
    void shouldForgetWhatIsGone() {
        int count = fill();
        client.run("flushall");
        assertThat(client.engine.meteredBytes()).isZero();
        assertThat(fill()).isEqualTo(count);
        client.run("rename", "key1", "key0");
        for (int i = 0; i < count; i++) {
            client.run("del", "key" + i);
        }
        assertThat(client.engine.meteredBytes()).isZero();
    }

    @Test
    void shouldWeighWhatGrowsAndShrinks() {
        client.run("rpush", "list", "x".repeat(1_000));
        long before = client.engine.meteredBytes();
        client.run("rpush", "list", "x".repeat(1_000));
        assertThat(client.engine.meteredBytes()).isBetween(before + 1_000, before + 1_200);
        client.run("lpop", "list");
        assertThat(client.engine.meteredBytes()).isEqualTo(before);
    }
}
