package io.nvmredis.it.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisPubSub;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.Response;
import redis.clients.jedis.Transaction;

/** Programs that use Jedis do not notice which image serves them. */
@ParameterizedClass(name = "{0}")
@EnumSource(ServerImage.class)
class JedisContainerIT extends ImageTests {
    private static final int COUNT = 5_000;

    private static Jedis open() {
        return new Jedis("127.0.0.1", port());
    }

    @Test
    void shouldServeAPoolThatThreadsShare() {
        try (RedisClient pool = RedisClient.create("127.0.0.1", port())) {
            List<CompletableFuture<Void>> threads = IntStream.range(0, 8)
                    .mapToObj(thread -> CompletableFuture.runAsync(() -> {
                        for (int i = 0; i < 200; i++) {
                            pool.incr("counter");
                            pool.hincrBy("hash", "field" + i, 1);
                        }
                    }))
                    .toList();
            threads.forEach(CompletableFuture::join);
            assertThat(pool.get("counter")).isEqualTo("1600");
            assertThat(pool.hgetAll("hash")).hasSize(200).containsEntry("field0", "8");
        }
    }

    @Test
    void shouldReplyToAPipelineInOrder() {
        try (Jedis jedis = open();
                Pipeline pipeline = jedis.pipelined()) {
            for (int i = 0; i < COUNT; i++) {
                pipeline.incr("counter");
            }
            assertThat(pipeline.syncAndReturnAll())
                    .containsExactlyElementsOf(IntStream.rangeClosed(1, COUNT)
                            .mapToObj(Long::valueOf)
                            .toList());
        }
    }

    @Test
    void shouldRunTransactions() {
        try (Jedis jedis = open();
                Jedis other = open()) {
            jedis.watch("a");
            Transaction transaction = jedis.multi();
            transaction.set("a", "1");
            Response<Long> counter = transaction.incr("a");
            assertThat(transaction.exec()).containsExactly("OK", 2L);
            assertThat(counter.get()).isEqualTo(2);

            jedis.watch("a");
            other.set("a", "changed");
            Transaction lost = jedis.multi();
            lost.set("a", "never");
            assertThat(lost.exec()).isNull();
            assertThat(jedis.get("a")).isEqualTo("changed");
        }
    }

    @Test
    void shouldDeliverWhatIsPublished() throws Exception {
        BlockingQueue<String> received = new LinkedBlockingQueue<>();
        JedisPubSub subscriber = new JedisPubSub() {
            @Override
            public void onPMessage(String pattern, String channel, String message) {
                received.add(pattern + " " + channel + "=" + message);
            }
        };
        try (Jedis publishing = open();
                Jedis listening = open()) {
            CompletableFuture<Void> done = CompletableFuture.runAsync(() -> listening.psubscribe(subscriber, "news:*"));
            await().atMost(Duration.ofSeconds(10)).until(() -> publishing.publish("news:1", "first") == 1);
            publishing.publish("news:2", "second");
            assertThat(received.poll(10, TimeUnit.SECONDS)).isEqualTo("news:* news:1=first");
            assertThat(received.poll(10, TimeUnit.SECONDS)).isEqualTo("news:* news:2=second");
            subscriber.punsubscribe();
            done.get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void shouldRunScripts() {
        try (Jedis jedis = open()) {
            String script = "redis.call('set', KEYS[1], ARGV[1]) return {KEYS[1], redis.call('get', KEYS[1])}";
            assertThat(jedis.eval(script, List.of("a"), List.of("1"))).isEqualTo(List.of("a", "1"));
            String hash = jedis.scriptLoad("return redis.call('incrby', KEYS[1], ARGV[1])");
            assertThat(jedis.evalsha(hash, List.of("a"), List.of("41"))).isEqualTo(42L);
        }
    }

    @Test
    void shouldWakeBlockedPopsInOrder() throws Exception {
        try (Jedis first = open();
                Jedis second = open();
                Jedis pushing = open()) {
            CompletableFuture<List<String>> earlier = CompletableFuture.supplyAsync(() -> first.blpop(30, "queue"));
            awaitBlocked(pushing, 1);
            CompletableFuture<List<String>> later = CompletableFuture.supplyAsync(() -> second.blpop(30, "queue"));
            awaitBlocked(pushing, 2);
            pushing.rpush("queue", "a", "b");
            assertThat(earlier.get(30, TimeUnit.SECONDS)).containsExactly("queue", "a");
            assertThat(later.get(30, TimeUnit.SECONDS)).containsExactly("queue", "b");
        }
    }

    private static void awaitBlocked(Jedis jedis, int count) {
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(jedis.info("clients")).contains("blocked_clients:" + count + "\r\n"));
    }

    @Test
    void shouldConnectAPoolAgainAfterARestart() {
        try (RedisClient pool = RedisClient.create("127.0.0.1", port())) {
            pool.set("before", "1");
            restart();
            await().atMost(Duration.ofSeconds(30))
                    .ignoreExceptions()
                    .untilAsserted(() -> assertThat(pool.set("after", "2")).isEqualTo("OK"));
            assertThat(pool.get("before")).isEqualTo(afterRestart("1"));
            assertThat(pool.get("after")).isEqualTo("2");
        }
    }
}
