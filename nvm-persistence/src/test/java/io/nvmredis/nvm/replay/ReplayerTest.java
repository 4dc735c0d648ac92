package io.nvmredis.nvm.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nvmredis.nvm.format.LogFileNames;
import io.nvmredis.nvm.format.TableFileNames;
import io.nvmredis.nvm.format.TableShape;
import io.nvmredis.nvm.replay.Replayer.Step;
import io.nvmredis.nvm.sim.CrashMode;
import io.nvmredis.nvm.sim.ShownTable;
import io.nvmredis.nvm.sim.SimulatedDisk;
import io.nvmredis.nvm.sim.TestPool;
import io.nvmredis.spi.LoadingListener;
import io.nvmredis.spi.errors.PersistenceException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ReplayerTest {
    private static final int SEGMENT_LENGTH = 8192;

    private final SimulatedDisk disk = new SimulatedDisk();
    private final TestPool pool = new TestPool(disk, SEGMENT_LENGTH);

    private List<String> segments() {
        return disk.list().stream()
                .filter(name -> LogFileNames.epochOf(name) > 0)
                .toList();
    }

    @Test
    void shouldApplyOnlyWhatIsDurable() {
        pool.appendAndCommit("SET a 1");
        pool.append("SET a 2");
        pool.replay();
        assertThat(pool.value(0, "a")).isEqualTo("STRING 1 until -1");
        assertThat(pool.replayer().appliedLsn()).isEqualTo(1);
        assertThat(pool.table().checkpointLsn()).isEqualTo(1);
        pool.log().commit(2);
        pool.replay();
        assertThat(pool.value(0, "a")).isEqualTo("STRING 2 until -1");
    }

    @Test
    void shouldOpenWithoutSweepingWhatAFlushHasLeft() {
        TableShape shape = new TableShape(64 << 10, 16 << 10, 64 << 10, 256);
        SimulatedDisk large = new SimulatedDisk();
        TestPool before = new TestPool(large, 1 << 20, shape, LoadingListener.NONE);
        for (int i = 0; i < 5000; i++) {
            before.append("SET key" + i + " value");
        }
        before.appendAndCommit("SET key0 again");
        before.replay();
        long liveBytes = before.table().statistics().liveBytes();
        before.appendAndCommit("FLUSHDB", "SET a 1");
        assertThat(before.replayer().step()).isEqualTo(Step.DRAINED);
        SimulatedDisk image = large.crash(CrashMode.EVERYTHING, new SplittableRandom(1));

        TestPool after = new TestPool(image, 1 << 20, shape, LoadingListener.NONE);
        assertThat(after.table().count(0)).isOne();
        assertThat(after.table().statistics().liveBytes()).isGreaterThan(liveBytes / 2);
        assertThat(after.table().checkpointLsn()).as("covers all").isEqualTo(5002);
        after.replay();
        assertThat(after.table().statistics().liveBytes()).as("swept later").isLessThan(100);
    }

    @Test
    void shouldOpenOnAFullDiskIfTheLogItselfMakesRoom() {
        TableShape shape = new TableShape(64 << 10, 16 << 10, 64 << 10, 256);
        SimulatedDisk full = new SimulatedDisk();
        TestPool before = new TestPool(full, 1 << 20, shape, LoadingListener.NONE);
        String value = "v".repeat(2000);
        for (int i = 0; i < 2000; i++) {
            before.append("SET old" + i + " " + value);
        }
        before.appendAndCommit("SET old0 again");
        before.replay();
        // More than one batch of what there is no room for, then what makes room.
        for (int i = 0; i < 2400; i++) {
            before.append("SET new" + i % 900 + " " + value + i);
        }
        for (int i = 0; i < 2000; i++) {
            before.append("DEL old" + i);
        }
        before.appendAndCommit("SET last 1");
        SimulatedDisk image = full.crash(CrashMode.EVERYTHING, new SplittableRandom(1));
        image.limit(Long.MAX_VALUE);
        image.limit(Long.MAX_VALUE - image.usableBytes() + (100 << 10));

        TestPool after = new TestPool(image, 1 << 20, shape, LoadingListener.NONE);
        assertThat(after.table().count(0)).isEqualTo(901);
        assertThat(after.value(0, "new599")).isEqualTo("STRING " + value + "2399 until -1");
        assertThat(after.replayer().shortage()).isNull();
    }

    @Test
    void shouldDropWhatLaterEffectsOfTheBatchMakeSuperfluous() {
        pool.append("SET a 1", "HSET h f 1");
        pool.append("SET a 2");
        pool.append("DEL a", "HSET h f 2");
        pool.append("SET a 3", "PEXPIREAT a 77");
        pool.appendAndCommit("DEL gone");
        assertThat(pool.replayer().step()).isEqualTo(Step.DRAINED);
        assertThat(pool.replayer().appliedEffects()).isEqualTo(8);
        assertThat(pool.replayer().supersededEffects()).as("two SETs and a DEL").isEqualTo(3);
        assertThat(ShownTable.of(pool.table()))
                .isEqualTo(Map.of("0/a", "STRING 3 until 77", "0/h", "HASH {f=2} {} until -1"));
    }

    @Test
    void shouldKeepDatabasesApart() {
        pool.append("SET a 0", "SELECT 3", "SET a 3");
        pool.append("SET b 0");
        pool.append("SELECT 3", "FLUSHDB", "SET c 3", "SELECT 0", "SET d 0");
        pool.appendAndCommit("SELECT 4", "SET e 4", "FLUSHDB");
        pool.replay();
        assertThat(ShownTable.of(pool.table()).keySet()).containsExactly("0/a", "0/b", "0/d", "3/c");
        assertThat(pool.table().count(3)).isEqualTo(1);
        assertThat(pool.table().count(4)).isZero();
        pool.appendAndCommit("FLUSHDB");
        pool.appendAndCommit("SET a again");
        pool.replay();
        assertThat(ShownTable.of(pool.table()).keySet()).containsExactly("0/a", "3/c");
    }

    @Test
    void shouldApplyTransactionsOfSeveralSegments() {
        String large = "x".repeat(30_000);
        pool.appendAndCommit("SET before 1");
        pool.appendAndCommit("SET large " + large, "SET with 2");
        pool.appendAndCommit("SET after 3");
        pool.replay();
        assertThat(pool.value(0, "large")).isEqualTo("STRING " + large + " until -1");
        assertThat(pool.value(0, "with")).isEqualTo("STRING 2 until -1");
        assertThat(pool.value(0, "after")).isEqualTo("STRING 3 until -1");
        assertThat(pool.replayer().appliedBytes()).isEqualTo(pool.log().appendedBytes());
    }

    @Test
    void shouldUseSegmentsAgainAndKeepTheLogShort() {
        int count = 2000;
        for (int i = 1; i <= count; i++) {
            pool.appendAndCommit("SET key" + i % 10 + " " + i);
            if (i % 50 == 0) {
                pool.replay();
                pool.log().prepareSegment();
            }
        }
        assertThat(pool.log().recycledCount()).isGreaterThan(10);
        assertThat(segments()).hasSizeLessThanOrEqualTo(4);
        assertThat(pool.log().allocatedBytes()).isEqualTo((long) segments().size() * SEGMENT_LENGTH);
        pool.close();
        TestPool reopened = new TestPool(disk, SEGMENT_LENGTH);
        assertThat(reopened.recovered().report().lastLsn()).isEqualTo(count);
        assertThat(reopened.recovered().report().transactionCount()).isZero();
        assertThat(reopened.value(0, "key0")).isEqualTo("STRING " + count + " until -1");
        reopened.appendAndCommit("SET key0 more");
        assertThat(new TestPool(disk, SEGMENT_LENGTH).value(0, "key0")).isEqualTo("STRING more until -1");
    }

    @Test
    void shouldBeginTheLogBehindATransactionWhoseBeginningIsGone() {
        pool.appendAndCommit("SET large " + "x".repeat(30_000));
        pool.replay();
        pool.log().prepareSegment();
        assertThat(segments()).hasSizeLessThanOrEqualTo(3);
        pool.appendAndCommit("SET a 1");
        TestPool reopened = new TestPool(disk, SEGMENT_LENGTH);
        assertThat(reopened.recovered().report().lastLsn()).isEqualTo(2);
        assertThat(reopened.recovered().report().transactionCount()).isEqualTo(1);
        assertThat(reopened.value(0, "a")).isEqualTo("STRING 1 until -1");
    }

    @Test
    void shouldReplayWhatTheCheckpointDoesNotCoverWhenItOpens() {
        pool.appendAndCommit("SET a 1", "RPUSH l 1");
        pool.replay();
        pool.appendAndCommit("RPUSH l 2");
        pool.appendAndCommit("SET b 2");
        TestPool reopened = new TestPool(disk, SEGMENT_LENGTH);
        assertThat(reopened.recovered().report().transactionCount()).isEqualTo(2);
        assertThat(reopened.replayer().appliedLsn()).isEqualTo(3);
        assertThat(reopened.value(0, "l")).isEqualTo("LIST [1, 2] until -1");
        assertThat(reopened.value(0, "b")).isEqualTo("STRING 2 until -1");
    }

    @Test
    void shouldTellHowFarItHasCome() {
        List<Long> told = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            pool.appendAndCommit("SET key" + i + " value");
        }
        long backlog = pool.log().appendedBytes();
        TestPool reopened = new TestPool(disk, SEGMENT_LENGTH, TestPool.SMALL_TABLE, (loaded, total) -> {
            assertThat(loaded).isBetween(0L, total);
            told.add(loaded);
        });
        assertThat(told).isSorted().hasSizeGreaterThanOrEqualTo(2).first().isEqualTo(0L);
        assertThat(told.get(told.size() - 1)).as("read").isEqualTo(backlog);
        assertThat(reopened.table().count(0)).isEqualTo(100);
    }

    @Test
    void shouldWaitForRoomAndLoseNothing() {
        for (int i = 0; i < 20; i++) {
            pool.appendAndCommit("SET key" + i + " " + "v".repeat(400));
        }
        pool.replay();
        disk.limit(used());
        int added = 0;
        while (pool.replayer().shortage() == null) {
            // The log has a segment to spare, the table has not.
            if (pool.log().refusal(1000) != null) {
                disk.limit(used() + SEGMENT_LENGTH);
                pool.log().prepareSegment();
                disk.limit(used());
            }
            pool.appendAndCommit("SET new" + added++ + " " + "w".repeat(400));
            pool.replayer().step();
        }
        long applied = pool.replayer().appliedLsn();
        assertThat(pool.replayer().step()).isEqualTo(Step.WAITING_FOR_ROOM);
        assertThat(pool.replayer().appliedLsn()).isEqualTo(applied);
        assertThat(pool.replayer().failure()).isNull();

        // What later transactions remove needs no room: the batch takes them in.
        for (int i = 0; i < 20; i++) {
            pool.append("DEL key" + i);
        }
        for (int i = 0; i < added; i += 2) {
            pool.append("DEL new" + i);
        }
        pool.log().commit(pool.log().lastLsn());
        for (int i = 0; i < 10 && pool.replayer().shortage() != null; i++) {
            pool.replayer().step();
        }
        assertThat(pool.replayer().shortage()).isNull();
        pool.replay();
        assertThat(pool.table().count(0)).isEqualTo(added / 2);
        assertThat(pool.replayer().appliedLsn()).isEqualTo(pool.log().lastLsn());
    }

    private long used() {
        disk.limit(Long.MAX_VALUE);
        return Long.MAX_VALUE - disk.usableBytes();
    }

    @Test
    void shouldStopForGoodWhenTheTableCannotBeRead() {
        pool.appendAndCommit("HSET h f 1");
        pool.replay();
        pool.close();
        damageLastRecord();
        TestPool damaged = new TestPool(disk, SEGMENT_LENGTH);
        damaged.appendAndCommit("HDEL h f");
        damaged.appendAndCommit("SET a 1");
        assertThat(damaged.replayer().step()).isEqualTo(Step.FAILED);
        assertThat(damaged.replayer().failure()).hasMessageContaining("heap-").hasMessageContaining("expected");
        assertThat(damaged.replayer().appliedLsn()).isEqualTo(1);
        assertThat(damaged.replayer().step()).isEqualTo(Step.FAILED);
        assertThatThrownBy(() -> new TestPool(disk, SEGMENT_LENGTH))
                .isInstanceOf(PersistenceException.class)
                .hasMessageContaining("heap-");
    }

    private void damageLastRecord() {
        for (String name : disk.list()) {
            if (TableFileNames.heapNumberOf(name) >= 0) {
                byte[] content = disk.content(name);
                for (int at = content.length - 1; at > 64; at--) {
                    if (content[at] != 0) {
                        disk.damage(name, at);
                        break;
                    }
                }
            }
        }
    }

    @Test
    void shouldStopWhenTheLogIsNotWhatWasWritten() {
        pool.appendAndCommit("SET a 1");
        pool.appendAndCommit("SET b 2");
        String name = segments().get(0);
        pool.log().commit(2);
        disk.open(name).putLong(4096 + 32 + 16, 7);
        assertThat(pool.replayer().step()).isEqualTo(Step.FAILED);
        assertThat(pool.replayer().failure())
                .hasMessageContaining("simulated/" + name)
                .hasMessageContaining("at offset 4096 expected the record of LSN 1");
    }
}
