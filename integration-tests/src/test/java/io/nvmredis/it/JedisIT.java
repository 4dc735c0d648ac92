package io.nvmredis.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.nvmredis.it.kit.RunningServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisPubSub;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.Response;
import redis.clients.jedis.Transaction;
import redis.clients.jedis.csc.DefaultCache;
import redis.clients.jedis.exceptions.JedisAccessControlException;
import redis.clients.jedis.resps.AccessControlUser;
import redis.clients.jedis.resps.Tuple;

/** Programs that use Jedis work. */
class JedisIT {
    @RegisterExtension
    static final RunningServer SERVER = new RunningServer();

    private Jedis jedis;

    @BeforeEach
    void connect() {
        jedis = open();
    }

    @AfterEach
    void disconnect() {
        jedis.close();
    }

    @Test
    void shouldServeBasicCommands() {
        assertThat(jedis.ping()).isEqualTo("PONG");
        assertThat(jedis.set("string", "value")).isEqualTo("OK");
        assertThat(jedis.get("string")).isEqualTo("value");
        assertThat(jedis.incr("counter")).isEqualTo(1);
        assertThat(jedis.rpush("list", "a", "b")).isEqualTo(2);
        assertThat(jedis.hset("hash", Map.of("f", "1", "g", "2"))).isEqualTo(2);
        assertThat(jedis.zadd("zset", 1.5, "a")).isEqualTo(1);
        assertThat(jedis.zscore("zset", "a")).isEqualTo(1.5);
        assertThat(jedis.expire("string", 100)).isEqualTo(1);
        assertThat(jedis.ttl("string")).isBetween(90L, 100L);
        assertThat(jedis.dbSize()).isEqualTo(5);
    }

    @Test
    void shouldServeAPool() {
        try (RedisClient pool = RedisClient.create("127.0.0.1", SERVER.port())) {
            assertThat(pool.set("a", "1")).isEqualTo("OK");
            assertThat(pool.get("a")).isEqualTo("1");
        }
    }

    @Test
    void shouldReplyToAPipelineInOrder() {
        Pipeline pipeline = jedis.pipelined();
        for (int i = 0; i < 10_000; i++) {
            pipeline.incr("counter");
        }
        List<Object> replies = pipeline.syncAndReturnAll();
        assertThat(replies).hasSize(10_000);
        for (int i = 0; i < replies.size(); i++) {
            assertThat(replies.get(i)).isEqualTo(i + 1L);
        }
    }

    @Test
    void shouldRunTransactions() {
        jedis.watch("a");
        Transaction transaction = jedis.multi();
        transaction.set("a", "1");
        Response<Long> counter = transaction.incr("a");
        assertThat(transaction.exec()).containsExactly("OK", 2L);
        assertThat(counter.get()).isEqualTo(2);

        jedis.watch("a");
        try (Jedis other = open()) {
            other.set("a", "changed");
        }
        Transaction lost = jedis.multi();
        lost.set("a", "never");
        assertThat(lost.exec()).isNull();
        assertThat(jedis.get("a")).isEqualTo("changed");
    }

    @Test
    void shouldDeliverWhatIsPublished() throws Exception {
        BlockingQueue<String> received = new LinkedBlockingQueue<>();
        JedisPubSub subscriber = new JedisPubSub() {
            @Override
            public void onMessage(String channel, String message) {
                received.add(channel + "=" + message);
            }
        };
        try (Jedis listening = open()) {
            CompletableFuture<Void> done = CompletableFuture.runAsync(() -> listening.subscribe(subscriber, "news"));
            await().atMost(Duration.ofSeconds(10)).until(() -> jedis.publish("news", "first") == 1);
            jedis.publish("news", "second");
            assertThat(received.poll(10, TimeUnit.SECONDS)).isEqualTo("news=first");
            assertThat(received.poll(10, TimeUnit.SECONDS)).isEqualTo("news=second");
            subscriber.unsubscribe();
            done.get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void shouldWakeABlockedPop() throws Exception {
        try (Jedis waiting = open()) {
            CompletableFuture<List<String>> popped = CompletableFuture.supplyAsync(() -> waiting.blpop(30, "queue"));
            jedis.rpush("queue", "element");
            assertThat(popped.get(30, TimeUnit.SECONDS)).containsExactly("queue", "element");
        }
    }

    @Test
    void shouldRunScripts() {
        String script = "redis.call('set', KEYS[1], ARGV[1]) return {KEYS[1], redis.call('get', KEYS[1])}";
        assertThat(jedis.eval(script, List.of("a"), List.of("1"))).isEqualTo(List.of("a", "1"));
        String hash = jedis.scriptLoad("return ARGV[1]");
        assertThat(jedis.evalsha(hash, 0, "x")).isEqualTo("x");
    }

    @Test
    void shouldHaveUsers() {
        assertThat(jedis.aclSetUser("al", "on", ">pw", "+get", "+acl|whoami", "~a*"))
                .isEqualTo("OK");
        AccessControlUser user = jedis.aclGetUser("al");
        assertThat(user.getFlags()).contains("on");
        assertThat(user.getKeys()).isEqualTo("~a*");
        assertThat(jedis.aclUsers()).containsExactlyInAnyOrder("al", "default");
        assertThat(jedis.aclDryRun("al", "GET", "b")).contains("no permissions to access the 'b' key");
        try (Jedis al = new Jedis(
                new HostAndPort("127.0.0.1", SERVER.port()),
                DefaultJedisClientConfig.builder().user("al").password("pw").build())) {
            assertThat(al.aclWhoAmI()).isEqualTo("al");
            assertThat(al.get("a")).isNull();
            assertThatThrownBy(() -> al.set("a", "1"))
                    .isInstanceOf(JedisAccessControlException.class)
                    .hasMessageContaining("NOPERM");
        }
        assertThat(jedis.aclLog()).isNotEmpty();
        assertThat(jedis.aclLog().get(0).getObject()).isEqualTo("set");
        assertThat(jedis.aclLogReset()).isEqualTo("OK");
        assertThat(jedis.aclDelUser("al")).isEqualTo(1);
    }

    @Test
    void shouldSpeakResp3ToAClientThatInsistsOnIt() {
        DefaultJedisClientConfig resp3 =
                DefaultJedisClientConfig.builder().resp3().build();
        try (Jedis insisting = new Jedis(new HostAndPort("127.0.0.1", SERVER.port()), resp3)) {
            insisting.hset("h", "f", "v");
            insisting.zadd("z", 1.5, "a");
            assertThat(insisting.hgetAll("h")).isEqualTo(Map.of("f", "v"));
            assertThat(insisting.zscore("z", "a")).isEqualTo(1.5);
            assertThat(insisting.zrangeWithScores("z", 0, -1)).containsExactly(new Tuple("a", 1.5));
            assertThat(insisting.get("none")).isNull();
        }
    }

    private static Jedis open() {
        return new Jedis("127.0.0.1", SERVER.port());
    }

    /** A pool of connections with one cache for all of them. Jedis expects it of Redis 7.4 only, unless it is told. */
    @Test
    void shouldServeAClientWithACache() {
        TrustingCache cache = new TrustingCache();
        try (RedisClient cached = RedisClient.builder()
                .hostAndPort("127.0.0.1", SERVER.port())
                .clientConfig(DefaultJedisClientConfig.builder()
                        .protocol(RedisProtocol.RESP3)
                        .build())
                .cache(cache)
                .build()) {
            jedis.set("a", "1");
            assertThat(cached.get("a")).isEqualTo("1");
            assertThat(cached.get("a")).isEqualTo("1");
            assertThat(cache.getStats().getHitCount()).isEqualTo(1);
            jedis.set("a", "2");
            await().atMost(Duration.ofSeconds(30)).until(() -> "2".equals(cached.get("a")));
            assertThat(cached.get("a")).isEqualTo("2");
            assertThat(cache.getStats().getInvalidationCount()).isEqualTo(1);
            jedis.hset("h", "f", "1");
            assertThat(cached.hgetAll("h")).isEqualTo(Map.of("f", "1"));
            jedis.flushAll();
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> cached.hgetAll("h").isEmpty());
        }
    }

    /** Cache that does not ask for a version of the server. */
    private static final class TrustingCache extends DefaultCache {
        TrustingCache() {
            super(1000);
        }

        @Override
        public boolean compatibilityMode() {
            return true;
        }
    }
}
