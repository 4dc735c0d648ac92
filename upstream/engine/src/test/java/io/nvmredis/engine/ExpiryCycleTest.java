package io.nvmredis.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.engine.keyspace.LaggingPersister;
import io.nvmredis.spi.Refusal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ExpiryCycleTest {
    private final LaggingPersister persister = new LaggingPersister();
    private final TestClient.SettableClock clock = new TestClient.SettableClock();
    private TestClient client = new TestClient(persister, clock, 1 << 20);

    @AfterEach
    void close() {
        client.close();
    }

    private void restart() {
        client.close();
        client = new TestClient(persister, clock, 1 << 20);
    }

    private long expireAll() {
        ExpiryCycle cycle = new ExpiryCycle(client.engine);
        long expired = 0;
        for (int i = 0; i < 100; i++) {
            expired += cycle.run();
        }
        return expired;
    }

    @Test
    void shouldRemoveKeysInMemoryThatNobodyAsksFor() {
        for (int i = 0; i < 500; i++) {
            client.run("set", "k" + i, "1", "PX", i % 2 == 0 ? "100" : "100000");
            client.run("set", "p" + i, "1");
        }
        clock.advance(200);
        assertThat(expireAll()).isEqualTo(250);
        assertThat(client.run("dbsize")).isEqualTo(":750\r\n");
        assertThat(client.run("info", "stats")).contains("expired_keys:250\r\n");
        assertThat(client.run("info", "keyspace")).contains("keys=750,expires=250");
    }

    @Test
    void shouldLeaveExpiredKeysWhereTheyAreWhileDebugSaysSo() {
        client.run("set", "k", "1", "PX", "100");
        clock.advance(200);
        client.engine.expireInBackground(false);
        assertThat(expireAll()).isZero();
        assertThat(client.run("dbsize")).isEqualTo(":1\r\n");
        client.engine.expireInBackground(true);
        assertThat(expireAll()).isEqualTo(1);
    }

    @Test
    void shouldRemoveColdKeysWithoutReadingThem() {
        for (int i = 0; i < 100; i++) {
            client.run("set", "k" + i, "1", "PX", i % 2 == 0 ? "100" : "100000");
        }
        client.run("select", "3");
        client.run("set", "elsewhere", "1", "PX", "100");
        restart();
        clock.advance(200);
        assertThat(expireAll()).isEqualTo(51);
        assertThat(client.run("dbsize")).isEqualTo(":50\r\n");
        assertThat(persister.cold.loads).isZero();
        restart();
        assertThat(client.engine.keyCount()).isEqualTo(50);
    }

    @Test
    void shouldTellThoseWhoListenAndThoseWhoWatch() {
        client.run("set", "cold", "1", "PX", "100");
        restart();
        client.run("set", "warm", "1", "PX", "100");
        client.run("config", "set", "notify-keyspace-events", "Ex");
        TestClient.run(client.openSession(client.pushed), "subscribe", "__keyevent@0__:expired");
        Session watcher = client.openSession();
        TestClient.run(watcher, "watch", "cold");
        clock.advance(200);
        expireAll();
        assertThat(String.join("", client.pushed)).contains("warm", "cold");
        TestClient.run(watcher, "multi");
        TestClient.run(watcher, "ping");
        assertThat(TestClient.run(watcher, "exec")).isEqualTo("*-1\r\n");
    }

    @Test
    void shouldDoNothingWhileThePersisterRefuses() {
        client.run("set", "a", "1", "PX", "100");
        clock.advance(200);
        persister.refusal = new Refusal(Refusal.Kind.FAILED, "the medium is gone");
        assertThat(expireAll()).isZero();
        persister.refusal = null;
        persister.isBackedUp = true;
        assertThat(expireAll()).isZero();
        persister.isBackedUp = false;
        assertThat(expireAll()).isEqualTo(1);
    }

    @Test
    void shouldNotLookAtTheColdSideWhereNoKeyHasADeadline() {
        client.run("set", "a", "1");
        restart();
        persister.cold.scans = 0;
        expireAll();
        assertThat(persister.cold.scans).isZero();
    }

    @Test
    void shouldNotExpireWhatHasBeenGivenALaterDeadline() {
        client.run("set", "a", "1", "PX", "100");
        restart();
        client.run("pexpire", "a", "100000");
        clock.advance(200);
        assertThat(expireAll()).isZero();
        assertThat(client.run("get", "a")).isEqualTo("$1\r\n1\r\n");
    }
}
