package io.nvmredis.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.LettuceFutures;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.TrackingArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.support.caching.CacheAccessor;
import io.lettuce.core.support.caching.CacheFrontend;
import io.lettuce.core.support.caching.ClientSideCaching;
import io.nvmredis.it.kit.LettuceTests;
import io.nvmredis.it.kit.RunningServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Programs that use Lettuce work, with the settings it has by itself: in RESP3. */
class LettuceIT implements LettuceTests {
    @RegisterExtension
    static final RunningServer SERVER = new RunningServer();

    private RedisClient client;
    private StatefulRedisConnection<String, String> connection;
    private RedisCommands<String, String> redis;

    @BeforeEach
    void connect() {
        client = RedisClient.create("redis://127.0.0.1:" + SERVER.port());
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
    void shouldServeBasicCommands() {
        assertThat(redis.ping()).isEqualTo("PONG");
        assertThat(redis.set("string", "value")).isEqualTo("OK");
        assertThat(redis.get("string")).isEqualTo("value");
        assertThat(redis.hset("hash", Map.of("f", "1", "g", "2"))).isEqualTo(2);
        assertThat(redis.hgetall("hash")).isEqualTo(Map.of("f", "1", "g", "2"));
        assertThat(redis.zadd("zset", 1.5, "a")).isEqualTo(1);
        assertThat(redis.zscore("zset", "a")).isEqualTo(1.5);
        assertThat(redis.smembers("absent")).isEmpty();
    }

    @Test
    void shouldReplyToAPipelineInOrder() throws Exception {
        List<RedisFuture<Long>> replies = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            replies.add(connection.async().incr("counter"));
        }
        assertThat(LettuceFutures.awaitAll(Duration.ofSeconds(60), replies.toArray(RedisFuture<?>[]::new)))
                .isTrue();
        for (int i = 0; i < replies.size(); i++) {
            assertThat(replies.get(i).get()).isEqualTo(i + 1L);
        }
    }

    @Test
    void shouldServeAClientWithACache() throws Exception {
        Map<String, String> copies = new ConcurrentHashMap<>();
        CacheFrontend<String, String> cached =
                ClientSideCaching.enable(CacheAccessor.forMap(copies), connection, TrackingArgs.Builder.enabled());
        try (StatefulRedisConnection<String, String> other = client.connect()) {
            other.sync().set("a", "1");
            assertThat(cached.get("a")).isEqualTo("1");
            assertThat(copies).containsEntry("a", "1");
            other.sync().set("a", "2");
            await().atMost(Duration.ofSeconds(30)).until(copies::isEmpty);
            assertThat(cached.get("a")).isEqualTo("2");
        }
    }
}
