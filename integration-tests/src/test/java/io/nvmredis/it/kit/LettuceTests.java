package io.nvmredis.it.kit;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.KeyValue;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.TransactionResult;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Programs that use Lettuce work, with any server that is empty at the beginning of each test. */
public interface LettuceTests {
    RedisClient client();

    /** A connection of the client's. */
    StatefulRedisConnection<String, String> connection();

    @Test
    default void shouldRunTransactions() {
        RedisCommands<String, String> redis = connection().sync();
        redis.multi();
        redis.set("a", "1");
        redis.incr("a");
        TransactionResult result = redis.exec();
        assertThat(result.wasDiscarded()).isFalse();
        assertThat(result.<Object>get(1)).isEqualTo(2L);

        redis.watch("a");
        try (StatefulRedisConnection<String, String> other = client().connect()) {
            other.sync().set("a", "changed");
        }
        redis.multi();
        redis.set("a", "never");
        assertThat(redis.exec().wasDiscarded()).isTrue();
        assertThat(redis.get("a")).isEqualTo("changed");
    }

    @Test
    default void shouldDeliverWhatIsPublished() throws Exception {
        RedisCommands<String, String> redis = connection().sync();
        BlockingQueue<String> received = new LinkedBlockingQueue<>();
        try (StatefulRedisPubSubConnection<String, String> listening = client().connectPubSub()) {
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
    default void shouldWakeABlockedPop() throws Exception {
        RedisCommands<String, String> redis = connection().sync();
        try (StatefulRedisConnection<String, String> waiting = client().connect()) {
            RedisFuture<KeyValue<String, String>> popped = waiting.async().blpop(30, "queue");
            redis.rpush("queue", "element");
            assertThat(popped.get(30, TimeUnit.SECONDS)).isEqualTo(KeyValue.just("queue", "element"));
        }
    }

    @Test
    default void shouldRunScripts() {
        RedisCommands<String, String> redis = connection().sync();
        String script = "redis.call('set', KEYS[1], ARGV[1]) return redis.call('get', KEYS[1])";
        Object value = redis.eval(script, ScriptOutputType.VALUE, new String[] {"a"}, "1");
        assertThat(value).isEqualTo("1");
        Object number = redis.evalsha(redis.scriptLoad("return 7"), ScriptOutputType.INTEGER);
        assertThat(number).isEqualTo(7L);
    }
}
