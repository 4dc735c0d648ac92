package io.nvmredis.engine.keyspace;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.fppt.jedismock.storage.RedisBase;
import io.nvmredis.engine.ExpiryCycle;
import io.nvmredis.engine.TestClient;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys are served before it is known how many there are. */
class CountingTest {
    private final CountingPersister persister = new CountingPersister();

    private TestClient started() {
        TestClient.SettableClock clock = new TestClient.SettableClock();
        try (TestClient before = new TestClient(persister, clock, 1 << 20)) {
            before.run("mset", "a", "1", "b", "2", "c", "3", "d", "4");
            before.run("pexpire", "b", "5000");
            before.run("pexpire", "c", "5000");
        }
        persister.catchUp();
        persister.forgetCounts();
        return new TestClient(persister, clock, 1 << 20);
    }

    private static Keys keys(TestClient client) {
        RedisBase base = client.engine.databases().database(0);
        return ((Database) base).content();
    }

    @Test
    void shouldServeKeysBeforeTheyAreCounted() {
        try (TestClient client = started()) {
            assertThat(client.engine.isCounting()).isTrue();
            assertThat(client.run("get", "a")).isEqualTo("$1\r\n1\r\n");
            assertThat(client.run("get", "none")).isEqualTo("$-1\r\n");
            assertThat(client.run("set", "e", "5")).isEqualTo("+OK\r\n");
            assertThat(client.run("set", "a", "6")).isEqualTo("+OK\r\n");
            assertThat(client.run("del", "d", "none")).isEqualTo(":1\r\n");
            assertThat(client.run("persist", "b")).isEqualTo(":1\r\n");
            assertThat(client.run("pexpire", "e", "5000")).isEqualTo(":1\r\n");
            assertThat(client.run("pttl", "c")).isEqualTo(":5000\r\n");
            assertThat(client.run("keys", "*")).startsWith("*4\r\n").contains("a", "b", "c", "e");
            assertThat(client.run("get", "d")).isEqualTo("$-1\r\n");
            new ExpiryCycle(client.engine).run();
            persister.catchUp();
            persister.count();
            assertThat(client.engine.isCounting()).isFalse();
            assertThat(client.run("dbsize")).isEqualTo(":4\r\n");
            assertThat(keys(client).deadlineCount()).isEqualTo(2);
            assertThat(client.run("info", "keyspace")).contains("keys=4,expires=2");
        }
    }

    @Test
    void shouldKnowWhichCommandsHaveToWait() {
        try (TestClient client = started()) {
            for (String name : List.of("dbsize", "INFO", "flushall", "flushdb", "randomkey", "save", "bgsave")) {
                assertThat(client.session.countsKeys(TestClient.command(name)))
                        .as(name)
                        .isTrue();
            }
            for (String name : List.of("get", "set", "keys", "scan", "ping", "exec", "no-such-command")) {
                assertThat(client.session.countsKeys(TestClient.command(name)))
                        .as(name)
                        .isFalse();
            }
            client.run("multi");
            client.run("set", "a", "1");
            assertThat(client.session.countsKeys(TestClient.command("exec"))).isFalse();
            assertThat(client.session.countsKeys(TestClient.command("dbsize")))
                    .as("queued")
                    .isFalse();
            client.run("dbsize");
            assertThat(client.session.countsKeys(TestClient.command("exec"))).isTrue();
            persister.count();
            assertThat(client.run("exec")).endsWith(":4\r\n");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldServeWhatCanBeReadWhereKeysCannotBeCounted(boolean hasFailedBefore) {
        TestClient.SettableClock clock = new TestClient.SettableClock();
        try (TestClient before = new TestClient(persister, clock, 1 << 20)) {
            before.run("set", "a", "1");
            before.run("set", "b", "1");
            before.run("pexpire", "b", "5000");
        }
        persister.catchUp();
        persister.forgetCounts();
        if (hasFailedBefore) {
            persister.failToCount();
        }
        try (TestClient client = new TestClient(persister, clock, 1 << 20)) {
            persister.failToCount();
            assertThat(client.run("get", "a")).isEqualTo("$1\r\n1\r\n");
            assertThat(client.run("get", "none")).isEqualTo("$-1\r\n");
            assertThat(client.run("info"))
                    .startsWith("$")
                    .contains("redis_version", "# Keyspace")
                    .doesNotContain("db0:");
            assertThat(client.run("dbsize")).startsWith("-MISCONF").contains("file f is damaged");
            assertThat(client.run("save")).startsWith("-");
            ExpiryCycle expiry = new ExpiryCycle(client.engine);
            assertThat(expiry.run()).isZero();
            assertThat(expiry.run()).isZero();
            assertThat(client.run("keys", "*")).startsWith("*2\r\n");
        }
    }

    @Test
    void shouldNotAskTheColdSideForAnEmptyDatabaseOnceItIsCounted() {
        try (TestClient client = started()) {
            client.run("select", "1");
            Keys empty = client.engine.databases().database(1).content();
            assertThat(empty.mayHaveColdValues()).isTrue();
            assertThat(client.run("get", "none")).isEqualTo("$-1\r\n");
            persister.count();
            persister.cold.finds = 0;
            assertThat(client.run("get", "none")).isEqualTo("$-1\r\n");
            client.run("set", "own", "1");
            assertThat(persister.cold.finds).isZero();
            assertThat(empty.mayHaveColdValues()).isFalse();
            assertThat(keys(client).mayHaveColdValues()).isTrue();
        }
    }
}
