package io.nvmredis.engine.keyspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.fppt.jedismock.storage.RedisBase;
import io.nvmredis.engine.Route;
import io.nvmredis.engine.Session;
import io.nvmredis.engine.TestClient;
import io.nvmredis.engine.context.Limits;
import io.nvmredis.engine.value.Entry;
import io.nvmredis.engine.value.Weights;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is in memory, what is not, and what that must not change. */
class ResidencyTest {
    private static final long BUDGET = 1 << 20;

    private final LaggingPersister persister = new LaggingPersister();
    private final TestClient.SettableClock clock = new TestClient.SettableClock();
    private TestClient client = new TestClient(persister, clock, BUDGET);

    @AfterEach
    void close() {
        client.close();
    }

    /** All that has been written is applied, and none of it is in memory. */
    private void restart() {
        client.close();
        client = new TestClient(persister, clock, BUDGET);
        persister.cold.finds = 0;
        persister.cold.loads = 0;
    }

    private Keys keys() {
        return client.engine.databases().database(0).content();
    }

    private long residentBytes() {
        long sum = 0;
        for (RedisBase base : client.engine.databases().values()) {
            for (Entry entry : ((Database) base).content().resident().all()) {
                sum += Weights.of(entry);
            }
        }
        return sum;
    }

    @Test
    void shouldNotAskTheColdSideWhileEveryKeyIsInMemory() {
        client.run("set", "a", "1");
        persister.catchUp();
        assertThat(client.run("get", "b")).isEqualTo("$-1\r\n");
        assertThat(client.run("exists", "b", "c")).isEqualTo(":0\r\n");
        client.run("set", "d", "1");
        assertThat(persister.cold.finds).isZero();
    }

    @Test
    void shouldHydrateAfterARestart() {
        client.run("hset", "h", "f", "1", "g", "2");
        client.run("pexpire", "h", "5000");
        restart();
        assertThat(client.run("dbsize")).isEqualTo(":1\r\n");
        assertThat(client.run("hgetall", "h")).isEqualTo("*4\r\n$1\r\nf\r\n$1\r\n1\r\n$1\r\ng\r\n$1\r\n2\r\n");
        assertThat(client.run("pttl", "h")).isEqualTo(":5000\r\n");
        assertThat(persister.cold.loads).isEqualTo(1);
    }

    @Test
    void shouldNotReadAValueThatNobodyNeeds() {
        client.run("mset", "a", "1", "b", "2", "c", "3", "d", "4", "e", "5");
        restart();
        client.run("set", "a", "x");
        client.run("del", "b");
        client.run("expire", "c", "100");
        assertThat(client.run("ttl", "c")).isEqualTo(":100\r\n");
        assertThat(client.run("exists", "a", "b", "c", "d")).isEqualTo(":3\r\n");
        assertThat(client.run("type", "d")).contains("string");
        assertThat(client.run("keys", "e")).isEqualTo("*1\r\n$1\r\ne\r\n");
        assertThat(persister.cold.loads).isZero();
        assertThat(client.run("get", "c")).isEqualTo("$1\r\n3\r\n");
        assertThat(persister.cold.loads).isEqualTo(1);
    }

    @Test
    void shouldNotReadABigHashToDeleteIt() {
        client.run("hset", "h", "f", "1");
        persister.cold.storedBytes = 1 << 20;
        restart();
        assertThat(client.run("del", "h")).isEqualTo(":1\r\n");
        assertThat(client.run("exists", "h")).isEqualTo(":0\r\n");
        assertThat(persister.cold.loads).isZero();
    }

    @Test
    void shouldNotShowAKeyThatTheColdSideStillHas() {
        client.run("set", "a", "1");
        restart();
        client.run("del", "a");
        assertThat(client.run("get", "a")).isEqualTo("$-1\r\n");
        assertThat(client.run("keys", "*")).isEqualTo("*0\r\n");
        client.run("set", "b", "1");
        persister.catchUp();
        assertThat(client.run("get", "a")).isEqualTo("$-1\r\n");
    }

    @Test
    void shouldNotShowAKeyRemovedTwiceInOneTransaction() {
        client.run("set", "a", "1");
        client.run("set", "b", "1");
        restart();
        client.run("multi");
        client.run("del", "a");
        client.run("set", "a", "2");
        client.run("del", "a");
        client.run("exec");
        assertThat(client.run("get", "a")).isEqualTo("$-1\r\n");
        assertThat(client.run("dbsize")).isEqualTo(":1\r\n");
    }

    @Test
    void shouldForgetRemovalsThatHaveBeenApplied() {
        for (int i = 0; i < 1_000; i++) {
            client.run("set", "k" + i, "1");
            client.run("del", "k" + i);
            persister.catchUp();
        }
        assertThat(keys().removalCount()).isLessThan(4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"flushdb", "flushall"})
    void shouldShowNothingAfterItWasEmptied(String command) {
        client.run("set", "a", "1", "EX", "100");
        client.run("set", "b", "1");
        restart();
        assertThat(client.run(command)).isEqualTo("+OK\r\n");
        assertThat(client.run("get", "a")).isEqualTo("$-1\r\n");
        assertThat(client.run("keys", "*")).isEqualTo("*0\r\n");
        assertThat(client.run("dbsize")).isEqualTo(":0\r\n");
        assertThat(client.run("randomkey")).isEqualTo("$-1\r\n");
        assertThat(client.run("scan", "0")).isEqualTo("*2\r\n$1\r\n0\r\n*0\r\n");
        client.run("set", "b", "2");
        assertThat(client.run("dbsize")).isEqualTo(":1\r\n");
        restart();
        assertThat(client.run("mget", "a", "b")).isEqualTo("*2\r\n$-1\r\n$1\r\n2\r\n");
    }

    @Test
    void shouldTellWatchersOfAColdKeyThatItWasEmptied() {
        client.run("set", "a", "1");
        restart();
        client.run("watch", "a");
        TestClient.run(client.openSession(), "flushdb");
        client.run("multi");
        client.run("set", "b", "1");
        assertThat(client.run("exec")).isEqualTo("*-1\r\n");
    }

    @Test
    void shouldKeepWhatHasNotBeenApplied() {
        for (int i = 0; i < 2_000; i++) {
            client.run("set", "k" + i, "x".repeat(1_000));
        }
        assertThat(client.engine.residency().usedBytes()).isGreaterThan(BUDGET * 2);
        assertThat(client.engine.statistics().evictions).isZero();
        assertThat(keys().coldCount()).isZero();
    }

    @Test
    void shouldComeDownToTheBudgetWhenAllHasBeenApplied() {
        for (int i = 0; i < 2_000; i++) {
            client.run("set", "k" + i, "x".repeat(1_000));
        }
        persister.catchUp();
        for (int i = 0; i < 500; i++) {
            client.run("ping");
        }
        assertThat(client.engine.residency().usedBytes())
                .isEqualTo(residentBytes())
                .isLessThan(BUDGET + 10_000);
        for (int i = 0; i < 2_000; i++) {
            assertThat(client.run("strlen", "k" + i)).isEqualTo(":1000\r\n");
        }
        assertThat(client.engine.residency().usedBytes()).isLessThan(BUDGET + 10_000);
        assertThat(client.run("dbsize")).isEqualTo(":2000\r\n");
    }

    @Test
    void shouldKeepInMemoryWhatIsUsedMost() {
        for (int i = 0; i < 20; i++) {
            client.run("set", "hot" + i, "x".repeat(1_000));
        }
        for (int i = 0; i < 3_000; i++) {
            client.run("set", "k" + i, "x".repeat(1_000));
            client.run("get", "hot" + i % 20);
            persister.catchUp();
        }
        long before = client.engine.statistics().hydrations;
        for (int i = 0; i < 20; i++) {
            client.run("get", "hot" + i);
        }
        assertThat(client.engine.statistics().hydrations - before).isLessThan(3);
    }

    /** A key that is written all the time must not keep those behind it in the queue from being evicted. */
    @Test
    void shouldEvictThoughOneKeyIsAlwaysDirty() {
        for (int i = 0; i < 5_000; i++) {
            client.run("incr", "counter");
            client.run("set", "k" + i, "x".repeat(1_000));
            persister.apply(persister.lastLsn() - 1);
        }
        assertThat(client.engine.residency().usedBytes()).isLessThan(BUDGET + 100_000);
        assertThat(client.run("get", "counter")).isEqualTo("$4\r\n5000\r\n");
    }

    @Test
    void shouldWeighWhatGrowsInPlace() {
        client.run("rpush", "l", "a");
        for (int i = 0; i < 5_000; i++) {
            client.run("rpush", "l", "x".repeat(100));
            client.run("hset", "h", "f" + i, "x".repeat(100));
            client.run("append", "s", "x".repeat(100));
        }
        assertThat(client.engine.residency().usedBytes())
                .isEqualTo(residentBytes())
                .isGreaterThan(1_500_000);
        client.run("del", "l", "h", "s");
        assertThat(client.engine.residency().usedBytes()).isZero();
    }

    @Test
    void shouldTellWhereAKeyIsDamagedAndGoOn() {
        client.run("mset", "a", "1", "b", "2");
        persister.cold.damage(0, "a");
        restart();
        String error = "-MISCONF the key 'a' cannot be read: file f, offset 7: expected 1, found 2\r\n";
        assertThat(client.run("get", "a")).isEqualTo(error);
        assertThat(client.run("set", "a", "2")).isEqualTo(error);
        assertThat(client.run("mset", "c", "1", "a", "2")).isEqualTo(error);
        assertThat(client.run("mget", "b", "c")).isEqualTo("*2\r\n$1\r\n2\r\n$-1\r\n");
        client.run("multi");
        client.run("set", "d", "1");
        client.run("get", "a");
        client.run("get", "d");
        assertThat(client.run("exec")).isEqualTo("*3\r\n+OK\r\n" + error + "$1\r\n1\r\n");
        assertThat(new Replica(client)
                        .applyNew(persister.transactions)
                        .databases()
                        .database(0)
                        .content()
                        .count())
                .isEqualTo(3);
    }

    /** Brings the eviction policy to work, and leaves the hash alone on the cold side. */
    private void evictHashes() {
        client.run("hset", "h", "f", "1", "g", "22");
        restart();
        for (int i = 0; i < 1_100; i++) {
            client.run("set", "filler" + i, "x".repeat(1_000));
        }
        persister.catchUp();
        client.run("get", "nothing");
        persister.cold.loads = 0;
    }

    @Test
    void shouldLookUpAFieldWithoutReadingInTheHash() {
        evictHashes();
        assertThat(client.run("hget", "h", "g")).isEqualTo("$2\r\n22\r\n");
        assertThat(persister.cold.fieldReads).isEqualTo(1);
        assertThat(persister.cold.loads).isZero();
        assertThat(client.run("info", "stats")).contains("cold_field_reads:1\r\n", "hydrations:0\r\n");
        // Used again within a short time, it is worth its place.
        assertThat(client.run("hexists", "h", "nothing")).isEqualTo(":0\r\n");
        assertThat(client.run("hstrlen", "h", "g")).isEqualTo(":2\r\n");
        assertThat(persister.cold.fieldReads).isEqualTo(1);
        assertThat(persister.cold.loads).isEqualTo(1);
    }

    @Test
    void shouldReadInAHashWhoseFieldsHaveDeadlines() {
        client.run("hset", "d", "f", "1", "g", "22");
        client.run("hpexpireat", "d", Long.toString(clock.millis() + 1_000), "fields", "1", "f");
        evictHashes();
        clock.advance(2_000);
        assertThat(client.run("hget", "d", "f")).isEqualTo("$-1\r\n");
        assertThat(client.run("hget", "d", "g")).isEqualTo("$2\r\n22\r\n");
        assertThat(persister.cold.fieldReads).isZero();
    }

    @Test
    void shouldNotShowAFieldOfAHashThatHasExpiredOrIsRemoved() {
        client.run("hset", "expired", "f", "1");
        client.run("pexpire", "expired", "1000");
        client.run("hset", "removed", "f", "1");
        evictHashes();
        clock.advance(2_000);
        assertThat(client.run("hget", "expired", "f")).isEqualTo("$-1\r\n");
        client.run("del", "removed");
        assertThat(client.run("hget", "removed", "f")).isEqualTo("$-1\r\n");
        assertThat(client.run("hget", "filler0", "f")).startsWith("-WRONGTYPE ");
    }

    /** A walk over the keys does not end well without one of them. */
    @Test
    void shouldTellOfADamagedKeyInAWalkOverAll() {
        client.run("mset", "a", "1", "b", "2", "c", "3");
        persister.cold.damage(0, "a");
        restart();
        assertThat(client.run("keys", "*")).startsWith("-MISCONF ").contains("file f, offset 7: expected 1, found 2");
        assertThat(client.run("scan", "0", "count", "1000")).startsWith("-MISCONF ");
        assertThat(client.run("dbsize")).isEqualTo(":3\r\n");
        assertThat(client.run("get", "b")).isEqualTo("$1\r\n2\r\n");
    }

    @Test
    void shouldCountHitsAndHydrations() {
        client.run("mset", "a", "1", "b", "2");
        restart();
        client.run("get", "a");
        client.run("get", "a");
        client.run("get", "nothing");
        assertThat(client.run("info", "stats"))
                .contains("keyspace_hits:2\r\n", "keyspace_misses:1\r\n", "hydrations:1\r\n", "dram_hit_ratio:0.5000");
        assertThat(client.run("info", "memory")).contains("dram_budget_bytes:" + BUDGET, "dram_resident_keys:1\r\n");
        assertThat(client.run("info", "keyspace")).contains("db0:keys=2,expires=0");
    }

    // --- Big values. ---

    /** On an event loop, which gives the command to a worker. */
    private Route execute(Session session, String... words) {
        assertThat(client.engine.tryEnter()).isTrue();
        try {
            return session.execute(TestClient.command(words));
        } finally {
            client.engine.exit();
        }
    }

    @Test
    void shouldGiveACommandThatNeedsABigValueToAWorker() {
        client.run("set", "a", "1");
        client.run("zadd", "z", "1", "m");
        persister.cold.storedBytes = 1 << 20;
        restart();
        assertThat(execute(client.session, "set", "a", "2")).isEqualTo(Route.LOOP);
        assertThat(execute(client.session, "zunion", "1", "z")).isEqualTo(Route.WORKER);
        assertThat(execute(client.session, "zscore", "z", "m")).isEqualTo(Route.WORKER);
        client.run("zscore", "z", "m");
        assertThat(execute(client.session, "zscore", "z", "m")).isEqualTo(Route.LOOP);
    }

    /** As of a list with many changes that were not applied when it was looked up, most of which cancel out. */
    @Test
    void shouldNotRefuseAValueForWhatItOnceTook() {
        client.run("set", "a", "1");
        persister.cold.storedBytes = 1L << 50;
        restart();
        assertThat(client.run("exists", "a")).isEqualTo(":1\r\n");
        assertThat(client.run("eval", "return redis.call('get', 'a')", "0")).contains("OOM");
        persister.cold.storedBytes = 0;
        assertThat(client.run("eval", "return redis.call('get', 'a')", "0")).isEqualTo("$1\r\n1\r\n");
    }

    @Test
    void shouldGiveATransactionThatNeedsABigValueToAWorker() {
        client.run("zadd", "z", "1", "m");
        persister.cold.storedBytes = 1 << 20;
        restart();
        client.run("multi");
        assertThat(execute(client.session, "zscore", "z", "m")).isEqualTo(Route.LOOP);
        assertThat(execute(client.session, "exec")).isEqualTo(Route.WORKER);
        assertThat(client.run("exec")).startsWith("*1\r\n$");
        assertThat(execute(client.session, "zscore", "z", "m")).isEqualTo(Route.LOOP);
    }

    /** While a value is read, another client changes the key: the command that reads it then sees the change alone. */
    @ParameterizedTest
    @CsvSource({
        "'', 3", //
        "del, 0",
        "flushdb, 0",
        "sadd, 4",
        "rename, 1",
        "expire, 3",
    })
    void shouldNotInstallAValueThatIsOutOfDate(String change, int expected) throws Exception {
        client.run("sadd", "s", "a", "b", "c");
        client.run("sadd", "other", "x");
        persister.cold.storedBytes = 1 << 20;
        restart();
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch changed = new CountDownLatch(1);
        Session session = client.openSession();
        ExecutorService worker = Executors.newSingleThreadExecutor();
        try {
            Thread[] reader = new Thread[1];
            persister.cold.onLoad = () -> {
                if (Thread.currentThread() == reader[0]) {
                    reading.countDown();
                    awaitUninterruptibly(changed);
                }
            };
            Future<String> reply = worker.submit(() -> {
                reader[0] = Thread.currentThread();
                return TestClient.run(session, "scard", "s");
            });
            assertThat(reading.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(client.run("ping")).contains("PONG");
            change(change);
            changed.countDown();
            assertThat(reply.get(10, TimeUnit.SECONDS)).isEqualTo(":" + expected + "\r\n");
            assertThat(client.run("scard", "s")).isEqualTo(":" + expected + "\r\n");
        } finally {
            changed.countDown();
            worker.shutdownNow();
        }
    }

    private void change(String change) {
        switch (change) {
            case "del" -> client.run("del", "s");
            case "flushdb" -> client.run("flushdb");
            case "sadd" -> client.run("sadd", "s", "d");
            case "rename" -> client.run("rename", "other", "s");
            case "expire" -> client.run("expire", "s", "100");
            default -> {}
        }
        persister.catchUp();
        for (Entry entry : keys().resident().all()) {
            client.engine.residency().evictIfClean(entry);
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            if (!latch.await(10, TimeUnit.SECONDS)) {
                throw new AssertionError("nobody has changed anything");
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void shouldNotCloseThePersisterUnderAReader() throws Exception {
        client.run("sadd", "s", "a");
        client.run("sadd", "other", "a");
        persister.cold.storedBytes = 1 << 20;
        restart();
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch mayRead = new CountDownLatch(1);
        List<String> order = Collections.synchronizedList(new ArrayList<>());
        persister.cold.onLoad = () -> {
            reading.countDown();
            awaitUninterruptibly(mayRead);
            order.add("read");
        };
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            Future<?> reply = threads.submit(() -> client.run("scard", "s"));
            assertThat(reading.await(10, TimeUnit.SECONDS)).isTrue();
            Thread[] closer = new Thread[1];
            Future<?> closed = threads.submit(() -> {
                closer[0] = Thread.currentThread();
                client.engine.close();
                order.add("closed");
            });
            await().until(() -> closer[0] != null && closer[0].getState() == Thread.State.WAITING);
            mayRead.countDown();
            closed.get(10, TimeUnit.SECONDS);
            reply.get(10, TimeUnit.SECONDS);
            assertThat(order).containsExactly("read", "closed");
            assertThat(client.run("smembers", "other")).isEqualTo("-ERR the server is shutting down\r\n");
        } finally {
            mayRead.countDown();
            threads.shutdownNow();
        }
    }

    @Test
    void shouldNotKeepPinsBehind() throws ExecutionException, InterruptedException {
        client.run("sadd", "s", "a");
        persister.cold.storedBytes = 1 << 20;
        restart();
        client.run("scard", "s");
        client.run("ping");
        assertThat(keys().resident().all())
                .allSatisfy(entry -> assertThat(entry.pins).isZero());
    }

    @Test
    void shouldAskTheColdSideToApplySoonWhenTooMuchCannotBeEvicted() {
        client.close();
        Limits small = new Limits(1 << 20, 64 << 10, 1 << 20, 1 << 30, 1 << 20);
        client = new TestClient(persister, clock, new TestClient.NoContext(BUDGET) {
            @Override
            public Limits limits() {
                return small;
            }
        });
        String value = "x".repeat(1000);
        for (int i = 0; i < 500; i++) {
            client.run("set", "k" + i, value);
        }
        assertThat(persister.cold.hurries).isZero();
        for (int i = 500; !client.engine.residency().isOverfull(); i++) {
            client.run("set", "k" + i, value);
        }
        assertThat(persister.cold.hurries).isPositive();
    }
}
