package io.nvmredis.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** PSUBSCRIBE, PUNSUBSCRIBE and PUBSUB, by Redis's patterns. */
class PatternSubscriptionsTest {
    private final TestClient client = new TestClient();

    @AfterEach
    void close() {
        client.close();
    }

    private boolean isDelivered(String pattern, String channel) {
        Session subscriber = client.openSession();
        TestClient.run(subscriber, "psubscribe", pattern);
        String reply = client.run("publish", channel, "x");
        subscriber.close();
        assertThat(client.run("pubsub", "numpat")).isEqualTo(":0\r\n");
        return reply.equals(":1\r\n");
    }

    @Test
    void shouldMatchAsRedisDoes() {
        assertThat(isDelivered("n?ws", "news")).isTrue();
        assertThat(isDelivered("n[ae]ws", "news")).isTrue();
        assertThat(isDelivered("n[^e]ws", "news")).isFalse();
        assertThat(isDelivered("n[a-f]ws", "news")).isTrue();
        assertThat(isDelivered("n\\*", "n*")).isTrue();
        assertThat(isDelivered("n\\*", "news")).isFalse();
        assertThat(isDelivered("(n+|e)", "news")).isFalse();
        assertThat(isDelivered("a.c", "abc")).isFalse();
        assertThat(isDelivered("line*", "line\nbreak")).isTrue();
        assertThat(isDelivered("", "news")).isFalse();
    }

    /** However it subscribes, and whatever else it says. */
    @Test
    void shouldCountTheMemoryOfSubscriptions() {
        Session subscriber = client.openSession();
        String longName = "a".repeat(1000);
        TestClient.run(subscriber, "subscribe", longName, "b");
        long both = subscriber.queuedBytes();
        assertThat(both).isGreaterThan(2000);
        TestClient.run(subscriber, "punsubscribe");
        TestClient.run(subscriber, "unsubscribe", "none", "c".repeat(5000));
        assertThat(subscriber.queuedBytes()).isEqualTo(both);
        TestClient.run(subscriber, "unsubscribe", longName, "none");
        assertThat(subscriber.queuedBytes()).isBetween(1L, both - 500);
        TestClient.run(subscriber, "unsubscribe");
        assertThat(subscriber.queuedBytes()).isZero();
        TestClient.run(subscriber, "multi");
        TestClient.run(subscriber, "subscribe", longName);
        TestClient.run(subscriber, "exec");
        assertThat(subscriber.queuedBytes()).isGreaterThan(1000);
    }

    @Test
    void shouldNotGoBackAndForth() {
        assertThat(isDelivered("a*".repeat(50) + "b", "a".repeat(200))).isFalse();
        TestClient.run(client.openSession(), "subscribe", "a".repeat(200));
        assertThat(client.run("pubsub", "channels", "a*".repeat(50) + "b")).isEqualTo("*0\r\n");
    }

    @Test
    void shouldTellOfChannelsAndCounts() {
        TestClient.run(client.openSession(), "subscribe", "one", "two");
        TestClient.run(client.openSession(), "psubscribe", "t*", "o*");
        assertThat(client.run("pubsub", "channels", "t*")).isEqualTo("*1\r\n$3\r\ntwo\r\n");
        assertThat(client.run("pubsub", "numsub", "one", "none"))
                .isEqualTo("*4\r\n$3\r\none\r\n:1\r\n$4\r\nnone\r\n:0\r\n");
        assertThat(client.run("pubsub", "numpat")).isEqualTo(":2\r\n");
        assertThat(client.run("pubsub", "what")).isEqualTo("-ERR unknown subcommand 'what'. Try PUBSUB HELP.\r\n");
        assertThat(client.run("config", "get", "a*".repeat(50) + "b")).isEqualTo("*0\r\n");
    }

    @Test
    void shouldTakeAwayWhatAClientHasAndNothingElse() {
        Session one = client.openSession();
        Session other = client.openSession();
        TestClient.run(one, "subscribe", "a", "b", "a");
        TestClient.run(one, "psubscribe", "a*");
        TestClient.run(other, "subscribe", "b");
        TestClient.run(other, "psubscribe", "a*", "b*");
        TestClient.run(one, "unsubscribe", "b", "c");
        assertThat(client.run("pubsub", "numsub", "a", "b")).isEqualTo("*4\r\n$1\r\na\r\n:1\r\n$1\r\nb\r\n:1\r\n");
        one.close();
        assertThat(client.run("pubsub", "numsub", "a", "b")).isEqualTo("*4\r\n$1\r\na\r\n:0\r\n$1\r\nb\r\n:1\r\n");
        assertThat(client.run("pubsub", "numpat")).isEqualTo(":2\r\n");
        other.close();
        assertThat(client.run("pubsub", "channels")).isEqualTo("*0\r\n");
        assertThat(client.run("pubsub", "numpat")).isEqualTo(":0\r\n");
    }

    /** As long as others have many, a command of a subscriber takes no longer. */
    @Test
    void shouldNotLookThroughWhatOthersAreSubscribedTo() {
        Session other = client.openSession();
        String[] many = new String[200_001];
        for (int i = 0; i < many.length; i++) {
            many[i] = "channel" + i;
        }
        many[0] = "subscribe";
        TestClient.run(other, many);
        assertTimeout(Duration.ofSeconds(20), () -> {
            for (int i = 0; i < 5_000; i++) {
                Session session = client.openSession();
                TestClient.run(session, "subscribe", "mine");
                TestClient.run(session, "ping");
                session.close();
            }
        });
    }
}
