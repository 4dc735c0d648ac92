package io.nvmredis.nvm.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.nvmredis.nvm.format.TableShape;
import io.nvmredis.nvm.replay.Replayer.Step;
import io.nvmredis.nvm.sim.CrashMode;
import io.nvmredis.nvm.sim.ShownTable;
import io.nvmredis.nvm.sim.SimulatedDisk;
import io.nvmredis.nvm.sim.TestPool;
import io.nvmredis.spi.CommitListener;
import io.nvmredis.spi.errors.PersistenceException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Keys with more changes in the backlog than a lookup goes through: they wait for the replay, and nothing else does. */
@Timeout(120)
class LongChainTest {
    private static final int SEGMENT_LENGTH = 8192;
    private static final TableShape SHAPE = new TableShape(64 << 10, 16 << 10, 64 << 10, 256);
    private static final int LINKS = 20;
    private static final int BYTES = 4000;

    private final SimulatedDisk disk = new SimulatedDisk();
    private final TestPool before = new TestPool(disk, SEGMENT_LENGTH, SHAPE, (loaded, total) -> {});
    private SimulatedDisk crashed;

    private TestPool killed() {
        return killed(LINKS, BYTES);
    }

    private TestPool killed(int links, int bytes) {
        before.log().commit(before.log().lastLsn());
        crashed = disk.crash(CrashMode.EVERYTHING, new SplittableRandom(1));
        TestPool pool = TestPool.shortChained(crashed, SEGMENT_LENGTH, SHAPE, links, bytes);
        pool.replayer().limitBatches(1);
        return pool;
    }

    /** A list that is longer with each of many transactions, between changes of others. */
    private void appendQueue(int count) {
        for (int i = 0; i < count; i++) {
            before.append("RPUSH queue " + i, "SET other" + i + " " + i);
        }
    }

    private static String value(TestPool pool, String key) {
        return ShownTable.value(pool.coldStore(), 0, TestPool.bytes(key));
    }

    private static <T> CompletableFuture<T> waiting(Supplier<T> reader) {
        CompletableFuture<T> read = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                read.complete(reader.get());
            } catch (RuntimeException | Error e) {
                read.completeExceptionally(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        await().atMost(Duration.ofSeconds(30)).until(() -> read.isDone() || thread.getState() == Thread.State.WAITING);
        assertThat(read).as("it waits").isNotDone();
        return read;
    }

    private static <T> T get(CompletableFuture<T> read) throws Exception {
        return read.get(30, TimeUnit.SECONDS);
    }

    private static void requireFailed(CompletableFuture<?> read, String message) {
        assertThatThrownBy(() -> get(read))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(PersistenceException.class)
                .hasMessageContaining(message);
    }

    private static void complete(TestPool pool) {
        while (!pool.coldStore().isComplete()) {
            assertThat(pool.replayer().step()).isEqualTo(Step.MORE);
        }
    }

    private Map<String, String> applied() {
        before.replay();
        return ShownTable.of(before.table());
    }

    @Test
    void shouldServeOthersWhileAKeyOfManyLinksWaits() throws Exception {
        appendQueue(LINKS + 1);
        TestPool pool = killed(LINKS, Integer.MAX_VALUE);
        CompletableFuture<String> read = waiting(() -> value(pool, "queue"));
        CompletableFuture<?> found = waiting(() -> pool.coldStore().find(0, TestPool.bytes("queue")));
        assertThat(value(pool, "other" + LINKS)).isEqualTo("STRING " + LINKS + " until -1");
        assertThat(pool.replayer().step()).isEqualTo(Step.MORE);
        assertThat(pool.replayer().appliedLsn()).isEqualTo(1);
        assertThat(value(pool, "other" + LINKS)).isEqualTo("STRING " + LINKS + " until -1");
        assertThat(read).isNotDone();
        complete(pool);
        assertThat(get(read)).isEqualTo(applied().get("0/queue"));
        assertThat(get(found)).isEqualTo(pool.table().info(0, TestPool.bytes("queue")));
    }

    @Test
    void shouldWaitNoLongerThanForTheLastChange() throws Exception {
        appendQueue(LINKS + 1);
        long lastLsn = before.append("SET last 1");
        TestPool pool = killed(LINKS, Integer.MAX_VALUE);
        CompletableFuture<String> read = waiting(() -> value(pool, "queue"));
        while (pool.replayer().appliedLsn() < lastLsn - 1) {
            pool.replayer().step();
        }
        assertThat(pool.coldStore().isComplete()).isFalse();
        assertThat(get(read)).isEqualTo(applied().get("0/queue"));
    }

    @Test
    void shouldLetAKeyWithManyBytesOfChangesWait() throws Exception {
        before.append("APPEND string " + "v".repeat(BYTES / 2), "SET other 1");
        before.append("APPEND string " + "w".repeat(BYTES / 2));
        TestPool pool = killed(Integer.MAX_VALUE, BYTES);
        CompletableFuture<String> read = waiting(() -> value(pool, "string"));
        assertThat(value(pool, "other")).isEqualTo("STRING 1 until -1");
        complete(pool);
        assertThat(get(read)).isEqualTo(applied().get("0/string"));
    }

    @Test
    void shouldNotLetAKeyWaitThatIsReplacedOrFlushedInTheEnd() {
        for (int i = 0; i < 80; i++) {
            before.append("RPUSH queue " + i);
            before.append("SELECT 1", "RPUSH flushed " + i);
        }
        before.append("DEL queue", "SELECT 1", "FLUSHDB");
        TestPool pool = killed();
        assertThat(value(pool, "queue")).isNull();
        assertThat(pool.coldStore().find(1, TestPool.bytes("flushed"))).isNull();
    }

    @Test
    void shouldServeAtOnceUpToTheUsualLimits() {
        for (int i = 0; i < 4096; i++) {
            before.append("RPUSH queue " + i);
        }
        TestPool pool = killed(Integer.MAX_VALUE, Integer.MAX_VALUE);
        assertThat(value(pool, "queue")).isEqualTo(applied().get("0/queue"));
    }

    @Test
    void shouldLetAKeyWaitBeyondTheUsualLimits() throws Exception {
        for (int i = 0; i < 4097; i++) {
            before.append("RPUSH queue " + i);
        }
        TestPool pool = killed(Integer.MAX_VALUE, Integer.MAX_VALUE);
        pool.replayer().limitBatches(1 << 16);
        CompletableFuture<String> read = waiting(() -> value(pool, "queue"));
        complete(pool);
        assertThat(get(read)).isEqualTo(applied().get("0/queue"));
    }

    @Test
    void shouldTellWhoWaitsThatTheReplayHasStopped() {
        appendQueue(LINKS + 1);
        TestPool pool = killed();
        CompletableFuture<String> read = waiting(() -> value(pool, "queue"));
        pool.replayer().fail(new PersistenceException("the medium is gone"));
        requireFailed(read, "the medium is gone");
        assertThatThrownBy(() -> value(pool, "queue"))
                .isInstanceOf(PersistenceException.class)
                .hasMessageContaining("the medium is gone");
        assertThat(value(pool, "other1")).isEqualTo("STRING 1 until -1");
    }

    @Test
    void shouldTellWhoWaitsThatThereIsNoRoom() throws Exception {
        for (int i = 0; i < 40; i++) {
            before.append("RPUSH queue " + "e".repeat(3000));
        }
        TestPool pool = killed();
        pool.replayer().limitBatches(1 << 20);
        CompletableFuture<String> read = waiting(() -> value(pool, "queue"));
        CompletableFuture<Long> count = waiting(() -> pool.coldStore().openedCount(0));
        crashed.limit(Long.MAX_VALUE - crashed.usableBytes());
        while (!read.isDone()) {
            assertThat(pool.replayer().step()).isEqualTo(Step.WAITING_FOR_ROOM);
        }
        requireFailed(read, "wait for room");
        for (int i = 0; i < OpenedBacklog.STUCK_STEPS; i++) {
            assertThat(pool.replayer().step()).isEqualTo(Step.WAITING_FOR_ROOM);
        }
        requireFailed(count, "waits for room");
        crashed.limit(Long.MAX_VALUE);
        pool.replay();
        assertThat(value(pool, "queue")).isEqualTo(applied().get("0/queue"));
    }

    @Test
    void shouldCountAfterAShortLackOfRoom() throws Exception {
        for (int i = 0; i < 40; i++) {
            before.append("RPUSH queue " + "e".repeat(3000));
        }
        TestPool pool = killed();
        pool.replayer().limitBatches(1 << 20);
        CompletableFuture<Long> count = waiting(() -> pool.coldStore().openedCount(0));
        crashed.limit(Long.MAX_VALUE - crashed.usableBytes());
        for (int i = 1; i < OpenedBacklog.STUCK_STEPS; i++) {
            assertThat(pool.replayer().step()).isEqualTo(Step.WAITING_FOR_ROOM);
        }
        crashed.limit(Long.MAX_VALUE);
        pool.replay();
        assertThat(get(count)).isEqualTo(applied().size());
    }

    @Test
    void shouldTellWhoWaitsThatTheServerShutsDown() {
        for (int i = 0; i < 40; i++) {
            before.append("RPUSH queue " + "e".repeat(3000));
        }
        TestPool pool = killed();
        pool.replayer().limitBatches(1 << 20);
        TableRoom room = new TableRoom(crashed, pool.table(), pool.recovered().shape(), Long.MAX_VALUE);
        CommitListener nobody = new CommitListener() {
            @Override
            public void onDurable(long durableLsn) {}

            @Override
            public void onCommitFailed(PersistenceException failure) {}
        };
        CompletableFuture<String> read = waiting(() -> value(pool, "queue"));
        crashed.limit(Long.MAX_VALUE - crashed.usableBytes());
        // The batch may still find room, so the step before the end does not make anybody give up.
        new ReplayThread(pool.log(), pool.replayer(), room, nobody, 1 << 20, 0).close();
        requireFailed(read, "shutting down");
    }

    @Test
    void shouldCountExactlyWhatTheLogHadAtTheOpening() throws Exception {
        before.appendAndCommit("SET a 1", "PEXPIREAT a 99");
        before.replay();
        appendQueue(LINKS + 1);
        before.append("SET b 1", "PEXPIREAT b 99", "DEL other3");
        TestPool pool = killed();
        pool.replayer().limitBatches(1 << 20);
        CompletableFuture<Long> count = waiting(() -> pool.coldStore().openedCount(0));
        CompletableFuture<Long> deadlines = waiting(() -> pool.coldStore().openedDeadlineCount(0));
        pool.appendAndCommit("SET new1 1", "SET new2 1", "PEXPIREAT new2 9", "DEL a");
        assertThat(pool.coldStore().isCounted()).isFalse();
        complete(pool);
        assertThat(pool.coldStore().isCounted()).isTrue();
        assertThat(get(count)).isEqualTo(LINKS + 1 + 2);
        assertThat(get(deadlines)).isEqualTo(2);
        pool.replay();
        assertThat(pool.table().count(0)).isEqualTo(LINKS + 1 + 3);
        assertThat(pool.coldStore().openedCount(0)).isEqualTo(LINKS + 1 + 2);
    }

    @Test
    void shouldScanEachKeyOnce() throws Exception {
        before.append("RPUSH queue a", "SET a 1");
        before.replay();
        appendQueue(200);
        TestPool pool = killed();
        CompletableFuture<List<String>> shown = waiting(() -> {
            List<String> names = new ArrayList<>();
            long cursor = 0;
            do {
                cursor = pool.coldStore().scan(cursor, (database, key, info) -> {
                    names.add(database + "/" + new String(key, StandardCharsets.ISO_8859_1));
                });
            } while (cursor != 0);
            return names;
        });
        complete(pool);
        assertThat(get(shown)).containsExactlyInAnyOrderElementsOf(applied().keySet());
    }

    @Test
    void shouldLoseNothingToTheSecondKill() throws Exception {
        appendQueue(LINKS + 10);
        TestPool second = killed();
        for (int i = 0; i < 5; i++) {
            second.replayer().step();
        }
        assertThat(second.replayer().appliedLsn()).isEqualTo(5);
        second.appendAndCommit("RPUSH queue last");
        SimulatedDisk again = crashed.crash(CrashMode.NOTHING, new SplittableRandom(2));
        TestPool third = TestPool.shortChained(again, SEGMENT_LENGTH, SHAPE, LINKS, BYTES);
        CompletableFuture<String> read = waiting(() -> value(third, "queue"));
        third.replay();
        before.append("RPUSH queue last");
        before.log().commit(before.log().lastLsn());
        assertThat(get(read)).isEqualTo(applied().get("0/queue"));
    }
}
