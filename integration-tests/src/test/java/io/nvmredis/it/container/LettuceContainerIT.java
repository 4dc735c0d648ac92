package io.nvmredis.it.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.KeyValue;
import io.lettuce.core.LettuceFutures;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.TransactionResult;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Programs that use Lettuce do not notice which image serves them, though it speaks RESP3 to the one and RESP2 to the other. */
@ParameterizedClass(name = "{0}")
@EnumSource(ServerImage.class)
class LettuceContainerIT extends ImageTests {
    private static final int COUNT = 5_000;

    private RedisClient client;
    private StatefulRedisConnection<String, String> connection;
    private RedisCommands<String, String> redis;

    @BeforeEach
    void connect() {
        client = RedisClient.create(uri());
        connection = client.connect();
        redis = connection.sync();
    }

    @AfterEach
    void disconnect() {
        client.shutdown(Duration.ZERO, Duration.ofSeconds(5));
    }

    @Test
    void shouldServeThreadsThatShareAConnection() {
        List<CompletableFuture<Void>> threads = IntStream.range(0, 8)
                .mapToObj(thread -> CompletableFuture.runAsync(() -> {
                    for (int i = 0; i < 200; i++) {
                        redis.incr("counter");
                        redis.hincrby("hash", "field" + i, 1);
                    }
                }))
                .toList();
        threads.forEach(CompletableFuture::join);
        assertThat(redis.get("counter")).isEqualTo("1600");
        assertThat(redis.hgetall("hash")).hasSize(200).containsEntry("field0", "8");
    }

    @Test
    void shouldReplyToAPipelineInOrder() throws Exception {
        connection.setAutoFlushCommands(false);
        List<RedisFuture<Long>> replies = new ArrayList<>();
        for (int i = 0; i < COUNT; i++) {
            replies.add(connection.async().incr("counter"));
        }
        connection.flushCommands();
        assertThat(LettuceFutures.awaitAll(Duration.ofSeconds(60), replies.toArray(RedisFuture<?>[]::new)))
                .isTrue();
        for (int i = 0; i < replies.size(); i++) {
            assertThat(replies.get(i).get()).isEqualTo(i + 1L);
        }
    }

    @Test
    void shouldRunTransactions() {
        redis.multi();
        redis.set("a", "1");
        redis.incr("a");
        TransactionResult result = redis.exec();
        assertThat(result.<Object>get(1)).isEqualTo(2L);

        redis.watch("a");
        try (StatefulRedisConnection<String, String> other = client.connect()) {
            other.sync().set("a", "changed");
        }
        redis.multi();
        redis.set("a", "never");
        assertThat(redis.exec().wasDiscarded()).isTrue();
        assertThat(redis.get("a")).isEqualTo("changed");
    }

    @Test
    void shouldDeliverWhatIsPublished() throws Exception {
        BlockingQueue<String> received = new LinkedBlockingQueue<>();
        try (StatefulRedisPubSubConnection<String, String> listening = client.connectPubSub()) {
            listening.addListener(new RedisPubSubAdapter<>() {
                @Override
                public void message(String channel, String message) {
                    received.add(channel + "=" + message);
                }
            });
            listening.sync().subscribe("news");
            assertThat(redis.publish("news", "first")).isEqualTo(1);
            assertThat(received.poll(10, TimeUnit.SECONDS)).isEqualTo("news=first");
            listening.sync().unsubscribe("news");
            assertThat(redis.publish("news", "second")).isZero();
        }
    }

    @Test
    void shouldRunScripts() {
        Object value = redis.eval(
                "redis.call('set', KEYS[1], ARGV[1]) return redis.call('get', KEYS[1])",
                ScriptOutputType.VALUE,
                new String[] {"a"},
                "1");
        assertThat(value).isEqualTo("1");
        Object number = redis.evalsha(redis.scriptLoad("return 7"), ScriptOutputType.INTEGER);
        assertThat(number).isEqualTo(7L);
    }

    @Test
    void shouldWakeABlockedPop() throws Exception {
        try (StatefulRedisConnection<String, String> waiting = client.connect()) {
            RedisFuture<KeyValue<String, String>> popped = waiting.async().blpop(30, "queue");
            redis.rpush("queue", "element");
            assertThat(popped.get(30, TimeUnit.SECONDS)).isEqualTo(KeyValue.just("queue", "element"));
        }
    }

    /** Its subscriptions are made anew, too. */
    @Test
    void shouldConnectAgainAfterARestart() throws Exception {
        BlockingQueue<String> received = new LinkedBlockingQueue<>();
        try (StatefulRedisPubSubConnection<String, String> listening = client.connectPubSub()) {
            listening.addListener(new RedisPubSubAdapter<>() {
                @Override
                public void message(String channel, String message) {
                    received.add(message);
                }
            });
            listening.sync().subscribe("news");
            redis.set("before", "1");
            restart();
            await().atMost(Duration.ofSeconds(60))
                    .ignoreExceptions()
                    .untilAsserted(
                            () -> assertThat(redis.publish("news", "again")).isEqualTo(1));
            assertThat(received.poll(10, TimeUnit.SECONDS)).isEqualTo("again");
            assertThat(redis.get("before")).isEqualTo(afterRestart("1"));
        }
    }
}
