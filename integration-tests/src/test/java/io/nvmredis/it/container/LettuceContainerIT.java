package io.nvmredis.it.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.LettuceFutures;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.nvmredis.it.kit.LettuceTests;
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

/** Programs that use Lettuce do not notice which image serves them. */
@ParameterizedClass(name = "{0}")
@EnumSource(ServerImage.class)
class LettuceContainerIT extends ImageTests implements LettuceTests {
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

    @Override
    public RedisClient client() {
        return client;
    }

    @Override
    public StatefulRedisConnection<String, String> connection() {
        return connection;
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
