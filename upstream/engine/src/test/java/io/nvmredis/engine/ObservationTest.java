package io.nvmredis.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** No reply and no message may leave before the transactions it could have observed: which are these? */
class ObservationTest {
    private final TestClient client = new TestClient();
    private final Session other = client.openSession();

    @AfterEach
    void close() {
        client.close();
    }

    @Test
    void shouldObserveWhatItReads() {
        client.run("set", "a", "1");
        client.run("set", "b", "1");
        TestClient.run(other, "get", "a");
        assertThat(other.observedLsn()).isEqualTo(1);
        client.run("del", "a");
        TestClient.run(other, "get", "a");
        assertThat(other.observedLsn()).isEqualTo(3);
    }

    @Test
    void shouldNotWaitForATransactionThatNeverCame() {
        client.run("multi");
        client.run("set", "a", "1");
        client.run("get", "a");
        client.run("del", "a");
        client.run("exec");
        assertThat(client.persister.transactions).isEmpty();
        assertThat(client.session.observedLsn()).isZero();
    }

    @Test
    void shouldObserveEverythingThatInfoTells() {
        client.run("set", "a", "1");
        assertThat(TestClient.run(other, "info", "keyspace")).contains("keys=1");
        assertThat(other.observedLsn()).isEqualTo(1);
    }

    @Test
    void shouldObserveWhyATransactionCameToNothing() {
        TestClient.run(other, "select", "1");
        TestClient.run(other, "watch", "k");
        TestClient.run(other, "select", "0");
        TestClient.run(other, "multi");
        client.run("select", "1");
        client.run("set", "k", "v");
        assertThat(TestClient.run(other, "exec")).isEqualTo("*-1\r\n");
        assertThat(other.observedLsn()).isEqualTo(1);
    }

    @Test
    void shouldObserveWhatWasGoneWhenItBeganToWait() {
        client.run("set", "other", "1");
        client.run("rpush", "l", "x");
        client.run("del", "l");
        TestClient.await(other, "blpop", "l", "0.3");
        client.run("get", "other");
        assertThat(other.timeOut()).isEqualTo(TestClient.bytes("*-1\r\n"));
        assertThat(other.observedLsn()).isEqualTo(3);
    }

    @Test
    void shouldTellSubscribersWithTheTransactionTheyMayHearOf() {
        List<String> pushed = new ArrayList<>();
        Session subscriber = client.openSession(pushed);
        TestClient.run(subscriber, "subscribe", "news");
        assertThat(pushed).containsExactly("*3\r\n$9\r\nsubscribe\r\n$4\r\nnews\r\n:1\r\n");
        client.run("set", "a", "1");
        client.run("publish", "news", "a is set");
        assertThat(pushed).hasSize(2);
        assertThat(subscriber.observedLsn()).isEqualTo(1);
    }
}
