package io.nvmredis.it.kit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.redisson.Redisson;
import org.redisson.api.BatchOptions;
import org.redisson.api.RBatch;
import org.redisson.api.RBlockingQueue;
import org.redisson.api.RFuture;
import org.redisson.api.RLock;
import org.redisson.api.RMap;
import org.redisson.api.RScript;
import org.redisson.api.RTopic;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.StringCodec;
import org.redisson.config.Config;

/** Programs that use Redisson work, with any server that is empty at the beginning of each test. */
public interface RedissonTests {
    RedissonClient redisson();

    /** A client with a small pool. */
    static RedissonClient connect(String uri) {
        Config config = new Config();
        config.setCodec(StringCodec.INSTANCE).setThreads(2).setNettyThreads(2);
        config.useSingleServer().setAddress(uri).setConnectionMinimumIdleSize(2).setConnectionPoolSize(8);
        return Redisson.create(config);
    }

    @Test
    default void shouldServeBasicObjects() {
        redisson().getBucket("string").set("value");
        assertThat(redisson().getBucket("string").get()).isEqualTo("value");
        RMap<String, String> map = redisson().getMap("hash");
        map.put("f", "1");
        assertThat(map.put("f", "2")).isEqualTo("1");
        assertThat(map.readAllMap()).isEqualTo(Map.of("f", "2"));
        assertThat(redisson().getAtomicLong("counter").incrementAndGet()).isEqualTo(1);
        assertThat(redisson().getScoredSortedSet("zset").add(1.5, "a")).isTrue();
        assertThat(redisson().getScoredSortedSet("zset").getScore("a")).isEqualTo(1.5);
    }

    @Test
    default void shouldLock() {
        RLock lock = redisson().getLock("lock");
        lock.lock(30, TimeUnit.SECONDS);
        try {
            boolean another = CompletableFuture.supplyAsync(
                            () -> redisson().getLock("lock").tryLock())
                    .join();
            assertThat(another).as("whether another thread gets it too").isFalse();
        } finally {
            lock.unlock();
        }
        assertThat(lock.isLocked()).isFalse();
    }

    @Test
    default void shouldRunPipelinesAndTransactions() {
        for (BatchOptions.ExecutionMode mode :
                List.of(BatchOptions.ExecutionMode.IN_MEMORY, BatchOptions.ExecutionMode.IN_MEMORY_ATOMIC)) {
            RBatch batch = redisson().createBatch(BatchOptions.defaults().executionMode(mode));
            RFuture<Void> set = batch.getBucket("a").setAsync("1");
            RFuture<Long> incremented = batch.getAtomicLong("a").incrementAndGetAsync();
            assertThat(batch.execute().getResponses()).last().isEqualTo(2L);
            assertThat(set.isDone()).isTrue();
            assertThat(incremented.toCompletableFuture()).isCompletedWithValue(2L);
        }
    }

    @Test
    default void shouldDeliverWhatIsPublished() throws Exception {
        BlockingQueue<String> received = new LinkedBlockingQueue<>();
        RTopic topic = redisson().getTopic("news");
        topic.addListener(String.class, (channel, message) -> received.add(channel + "=" + message));
        assertThat(topic.publish("first")).isEqualTo(1);
        assertThat(received.poll(10, TimeUnit.SECONDS)).isEqualTo("news=first");
        topic.removeAllListeners();
    }

    @Test
    default void shouldWakeABlockedPop() throws Exception {
        RBlockingQueue<String> queue = redisson().getBlockingQueue("queue");
        CompletableFuture<String> popped = queue.takeAsync().toCompletableFuture();
        queue.add("element");
        assertThat(popped.get(30, TimeUnit.SECONDS)).isEqualTo("element");
    }

    @Test
    default void shouldRunScripts() {
        String value = redisson()
                .getScript()
                .eval(
                        RScript.Mode.READ_WRITE,
                        "redis.call('set', KEYS[1], ARGV[1]) return redis.call('get', KEYS[1])",
                        RScript.ReturnType.VALUE,
                        List.of("a"),
                        "1");
        assertThat(value).isEqualTo("1");
    }
}
