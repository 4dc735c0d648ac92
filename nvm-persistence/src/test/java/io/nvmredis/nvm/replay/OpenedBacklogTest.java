package io.nvmredis.nvm.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nvmredis.nvm.format.TableShape;
import io.nvmredis.nvm.replay.Replayer.Step;
import io.nvmredis.nvm.sim.CrashMode;
import io.nvmredis.nvm.sim.ShownTable;
import io.nvmredis.nvm.sim.SimulatedDisk;
import io.nvmredis.nvm.sim.TestPool;
import io.nvmredis.spi.KeyInfo;
import io.nvmredis.spi.ValueType;
import io.nvmredis.spi.errors.PersistenceException;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What a server is shown that starts with more in its log than in its table: what it would be with all of it applied. */
class OpenedBacklogTest {
    private static final int SEGMENT_LENGTH = 8192;
    private static final TableShape SHAPE = new TableShape(64 << 10, 16 << 10, 64 << 10, 256);

    private final SimulatedDisk disk = new SimulatedDisk();
    private final TestPool before = new TestPool(disk, SEGMENT_LENGTH, SHAPE, (loaded, total) -> {});

    /** The server is killed and started again, and has applied nothing yet. */
    private TestPool killed() {
        before.log().commit(before.log().lastLsn());
        return unreplayed(disk);
    }

    private static TestPool unreplayed(SimulatedDisk from) {
        return TestPool.unreplayed(from.crash(CrashMode.EVERYTHING, new SplittableRandom(1)), SEGMENT_LENGTH, SHAPE);
    }

    /** What the table has when all has been applied. */
    private Map<String, String> applied() {
        before.replay();
        return ShownTable.of(before.table());
    }

    private static void count(TestPool pool) {
        while (!pool.coldStore().isCounted()) {
            assertThat(pool.replayer().step()).isEqualTo(Step.MORE);
        }
    }

    /** Compares what is shown with what is right: at once, counted, in between, and in the end. */
    private void requireShown(TestPool pool, Map<String, String> right) {
        assertThat(pool.coldStore().isComplete()).isFalse();
        assertThat(pool.coldStore().isCounted()).isFalse();
        assertThat(ShownTable.of(pool.coldStore())).isEqualTo(right);
        count(pool);
        assertThat(pool.coldStore().isComplete()).isFalse();
        assertThat(ShownTable.of(pool.coldStore())).isEqualTo(right);
        long[] counts = {pool.coldStore().openedCount(0), pool.coldStore().openedDeadlineCount(0)};
        pool.replayer().limitBatches(100);
        while (!pool.coldStore().isComplete()) {
            pool.replayer().step();
            assertThat(pool.replayer().failure()).isNull();
            assertThat(ShownTable.of(pool.coldStore())).isEqualTo(right);
        }
        assertThat(ShownTable.of(pool.table())).isEqualTo(right);
        assertThat(counts).containsExactly(pool.table().count(0), pool.table().deadlineCount(0));
        assertThat(pool.coldStore().openedCount(0)).isEqualTo(counts[0]);
    }

    @Test
    void shouldShowEachTypeAsItWillBe() {
        before.appendAndCommit("SET string a", "RPUSH list a b c", "SADD set a b", "HSET hash a 1 b 2");
        before.appendAndCommit("ZADD zset 1 a 2 b", "XADD stream 1-1 f v", "SET gone 1", "SET other 1");
        before.replay();
        before.append("APPEND string b", "LPUSH list z", "SADD set c", "HSET hash c 3");
        before.append("ZADD zset 3 a", "XADD stream 2-1 f w", "DEL gone", "RPUSH new 1");
        before.append("SETRANGE string 1 xy", "RPOP list", "SREM set a b", "HDEL hash a", "ZREM zset b");
        before.append("SET other 2", "DEL other", "HSET other f v", "XDEL stream 1-1");
        TestPool pool = killed();
        requireShown(pool, applied());
    }

    @Test
    void shouldShowACollectionThatLosesItsLastElementAsGone() {
        before.appendAndCommit("HSET hash a 1 b 2", "SADD set a", "RPUSH list a", "ZADD zset 1 a");
        before.replay();
        before.append("HDEL hash a b", "SREM set a", "LPOP list", "ZREM zset a");
        before.append("SADD set b", "HSET made a 1", "HDEL made a");
        TestPool pool = killed();
        assertThat(pool.coldStore().find(0, TestPool.bytes("hash"))).isNull();
        requireShown(pool, applied());
    }

    @Test
    void shouldHideWhatAFlushRemovesAndNothingElse() {
        before.appendAndCommit("SET a 1", "SET b 1", "PEXPIREAT b 99", "SELECT 1", "SET a 1");
        before.replay();
        before.append("SET c 1", "SET b 2");
        before.append("SET d 1", "PEXPIREAT d 5", "FLUSHDB", "SET e 1", "SELECT 1", "HSET h f 1");
        before.append("SET b 3", "SET f 1", "PEXPIREAT f 77");
        TestPool pool = killed();
        Map<String, String> right = applied();
        assertThat(right.keySet()).containsExactly("0/b", "0/e", "0/f", "1/a", "1/h");
        requireShown(pool, right);
    }

    @Test
    void shouldHideWhatTheLastOfSeveralFlushesRemoves() {
        before.appendAndCommit("SET a 1");
        before.replay();
        before.append("FLUSHDB", "SET b 1");
        before.append("SET a 2", "FLUSHDB");
        before.append("SELECT 1", "SET x 1", "FLUSHDB");
        TestPool pool = killed();
        assertThat(ShownTable.of(pool.coldStore())).isEmpty();
        requireShown(pool, applied());
    }

    @Test
    void shouldShowDeadlines() {
        before.appendAndCommit("SET a 1", "PEXPIREAT a 10", "SET b 1", "PEXPIREAT b 10", "SET c 1", "HSET h f 1");
        before.replay();
        before.append("PERSIST a", "PEXPIREAT b 20", "PEXPIREAT c 30", "HPEXPIREAT h 40 FIELDS 1 f");
        before.append("SET b 2", "PEXPIREAT h 50", "PEXPIREAT nothing 60");
        TestPool pool = killed();
        KeyInfo info = pool.coldStore().find(0, TestPool.bytes("c"));
        assertThat(info.deadlineMillis()).isEqualTo(30);
        assertThat(info.type()).isEqualTo(ValueType.STRING);
        requireShown(pool, applied());
    }

    @Test
    void shouldShowTransactionsOfSeveralSegmentsAndManyKeys() {
        String value = "v".repeat(3000);
        before.appendAndCommit("SET a 1");
        before.replay();
        before.append("SET a " + value, "SELECT 2", "SET b " + value, "RPUSH c " + value + " " + value + " " + value);
        for (int i = 0; i < 3000; i++) {
            before.append("SET key" + i % 1000 + " " + i, "HSET h f" + i % 10 + " " + i);
        }
        TestPool pool = killed();
        Map<String, String> right = applied();
        assertThat(right).hasSize(1004);
        assertThat(ShownTable.of(pool.coldStore())).isEqualTo(right);
        count(pool);
        assertThat(ShownTable.of(pool.coldStore())).isEqualTo(right);
        assertThat(pool.coldStore().openedCount(2)).isEqualTo(2);
        pool.replay();
        assertThat(ShownTable.of(pool.table())).isEqualTo(right);
    }

    /** What is in the table at once, without a step. */
    private void requireAppliedAtTheOpening(TestPool pool) {
        assertThat(pool.coldStore().isComplete()).isTrue();
        assertThat(pool.coldStore().isCounted()).isTrue();
        assertThat(pool.table().checkpointLsn()).isEqualTo(pool.log().lastLsn());
        Map<String, String> shown = ShownTable.of(pool.coldStore());
        assertThat(pool.coldStore().openedCount(0)).isEqualTo(shown.size());
        assertThat(shown).isEqualTo(applied());
        long next = pool.append("SET next 1");
        pool.log().commit(next);
        pool.replay();
        assertThat(pool.replayer().appliedLsn()).isEqualTo(next);
        assertThat(pool.value(0, "next")).isEqualTo("STRING 1 until -1");
    }

    @Test
    void shouldApplyAtOnceWhatHasTooLargeAnIndex() {
        for (int i = 0; i < 12_000; i++) {
            before.append("SET key" + i + " 1");
        }
        before.log().commit(before.log().lastLsn());
        SimulatedDisk crashed = disk.crash(CrashMode.EVERYTHING, new SplittableRandom(1));
        requireAppliedAtTheOpening(TestPool.limited(crashed, SEGMENT_LENGTH, SHAPE, 600_000));
    }

    /** Transactions that cross from a segment into the next one. */
    @Test
    void shouldCountWhatItCopiesToTheIndex() {
        String value = "v".repeat(9000);
        for (int i = 0; i < 100; i++) {
            before.append("SET key" + i % 3 + " " + value);
        }
        before.log().commit(before.log().lastLsn());
        SimulatedDisk crashed = disk.crash(CrashMode.EVERYTHING, new SplittableRandom(1));
        requireAppliedAtTheOpening(TestPool.limited(crashed, SEGMENT_LENGTH, SHAPE, 700_000));
    }

    @Test
    void shouldServeAtOnceHoweverOftenAKeyIsReplaced() {
        before.appendAndCommit("SET a 1");
        before.replay();
        for (int i = 0; i < 5000; i++) {
            before.append("SET a " + i);
            before.append("APPEND a x", "SET big " + "v".repeat(10 + i % 50), "HSET hash f" + i % 9 + " " + i);
            before.append("DEL list", "RPUSH list " + i);
            if (i % 100 == 0) {
                before.append("DEL hash");
            }
        }
        TestPool pool = killed();
        assertThat(pool.coldStore().isComplete()).isFalse();
        Map<String, String> right = applied();
        assertThat(ShownTable.of(pool.coldStore())).isEqualTo(right);
        pool.replay();
        assertThat(ShownTable.of(pool.table())).isEqualTo(right);
    }

    @Test
    void shouldShowFewKeysAtATimeOverASmallTable() {
        for (int i = 0; i < 6000; i++) {
            before.append("SET key" + i + " 1");
        }
        TestPool pool = killed();
        long cursor = 0;
        int all = 0;
        do {
            int[] seen = {0};
            cursor = pool.coldStore().scan(cursor, (database, key, info) -> seen[0]++);
            assertThat(seen[0]).isLessThan(200);
            all += seen[0];
        } while (cursor != 0);
        assertThat(all).isEqualTo(6000);
    }

    @Test
    void shouldNotReadLogThatHasBeenGivenBack() {
        for (int i = 0; i < 2000; i++) {
            before.append("SET key" + i % 500 + " " + "v".repeat(900) + i, "RPUSH list " + i);
        }
        TestPool pool = killed();
        Map<String, String> right = new TreeMap<>(applied());
        pool.replayer().limitBatches(1 << 20);
        count(pool);
        while (!pool.coldStore().isComplete()) {
            pool.replayer().step();
            // What was released is used again, by what comes from clients.
            for (int i = 0; i < 4; i++) {
                pool.log().prepareSegment();
            }
            pool.appendAndCommit("SET late " + "x".repeat(7000));
            assertThat(ShownTable.of(pool.coldStore())).containsAllEntriesOf(right);
        }
        assertThat(pool.log().recycledCount()).isPositive();
    }

    @Test
    void shouldLoseNothingToTheSecondAndThirdKill() {
        before.appendAndCommit("SET a 1", "HSET h f 1");
        before.replay();
        before.append("SET b 1", "HSET h g 2", "FLUSHDB", "HSET h i 3");
        before.appendAndCommit("SET d 1", "PEXPIREAT d 9");
        SimulatedDisk first = disk.crash(CrashMode.EVERYTHING, new SplittableRandom(1));
        TestPool second = TestPool.unreplayed(first, SEGMENT_LENGTH, SHAPE);
        second.appendAndCommit("SET c 1", "HSET h j 4", "DEL d");
        SimulatedDisk next = first.crash(CrashMode.NOTHING, new SplittableRandom(2));
        TestPool third = TestPool.unreplayed(next, SEGMENT_LENGTH, SHAPE);
        third.appendAndCommit("HDEL h i", "SET a 2");
        count(third);
        third.replayer().limitBatches(1);
        third.replayer().step();
        assertThat(third.coldStore().isComplete()).isFalse();
        TestPool fourth =
                TestPool.unreplayed(next.crash(CrashMode.NOTHING, new SplittableRandom(3)), SEGMENT_LENGTH, SHAPE);
        requireShown(
                fourth,
                Map.of(
                        "0/a", "STRING 2 until -1",
                        "0/c", "STRING 1 until -1",
                        "0/h", "HASH {j=4} {} until -1"));
    }

    @Test
    void shouldTellWhoWaitsForTheCountThatThereIsNone() {
        before.appendAndCommit("SET a 1");
        TestPool pool = killed();
        pool.replayer().fail(new PersistenceException("the medium is gone"));
        assertThat(pool.coldStore().isCounted()).isTrue();
        assertThatThrownBy(() -> pool.coldStore().openedCount(0))
                .isInstanceOf(PersistenceException.class)
                .hasMessageContaining("the medium is gone");
        assertThat(ShownTable.value(pool.coldStore(), 0, TestPool.bytes("a"))).isEqualTo("STRING 1 until -1");
    }
}
