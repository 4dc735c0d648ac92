package io.nvmredis.it;

import static org.assertj.core.api.Assertions.assertThat;

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
import io.nvmredis.it.kit.RunningServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Programs that use Lettuce work, with the settings it has by itself: it asks for RESP3 and takes RESP2. */
class LettuceIT {
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
    void shouldRunTransactions() {
        redis.multi();
        redis.set("a", "1");
        redis.incr("a");
        TransactionResult result = redis.exec();
        assertThat(result.wasDiscarded()).isFalse();
        assertThat(result.<Object>get(1)).isEqualTo(2L);
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
    void shouldWakeABlockedPop() throws Exception {
        try (StatefulRedisConnection<String, String> waiting = client.connect()) {
            RedisFuture<KeyValue<String, String>> popped = waiting.async().blpop(30, "queue");
            redis.rpush("queue", "element");
            assertThat(popped.get(30, TimeUnit.SECONDS)).isEqualTo(KeyValue.just("queue", "element"));
        }
    }

    @Test
    void shouldRunScripts() {
        String script = "redis.call('set', KEYS[1], ARGV[1]) return redis.call('get', KEYS[1])";
        Object value = redis.eval(script, ScriptOutputType.VALUE, new String[] {"a"}, "1");
        assertThat(value).isEqualTo("1");
        Object number = redis.evalsha(redis.scriptLoad("return 7"), ScriptOutputType.INTEGER);
        assertThat(number).isEqualTo(7L);
    }
}
