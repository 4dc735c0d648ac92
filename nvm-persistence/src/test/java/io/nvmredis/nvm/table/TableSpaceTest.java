package io.nvmredis.nvm.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nvmredis.nvm.format.TableDescriptor;
import io.nvmredis.nvm.format.TableShape;
import io.nvmredis.nvm.pmem.NoSpaceException;
import io.nvmredis.nvm.sim.ShownTable;
import io.nvmredis.nvm.sim.SimulatedDisk;
import io.nvmredis.nvm.sim.TableWorkload;
import io.nvmredis.spi.effects.Effect;
import io.nvmredis.spi.effects.Effects;
import io.nvmredis.spi.effects.Transaction;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the table does with its space: when there is none left, and how much it writes to get some. */
class TableSpaceTest {
    private static final TableShape SMALL = new TableShape(16 << 10, 64 + 128 * 64, 64 << 10, 1024);
    private static final int SEGMENT = SMALL.segmentLength();
    /** Eight of these fill a segment but for its tenth part. */
    private static final int EIGHTH = 1776;

    private final SimulatedDisk disk = new SimulatedDisk();
    private long lsn;

    @AfterEach
    void release() {
        disk.release();
    }

    private Table open(TableShape shape, long capacityBytes) {
        return Table.open(disk, shape, capacityBytes, () -> 77);
    }

    private static byte[] bytes(String text) {
        return TableWorkload.bytes(text);
    }

    private boolean apply(Table table, String key, Transaction effects) {
        return table.apply(0, bytes(key), new KeyEffects().add(++lsn, effects.bytes(), 0, effects.length()));
    }

    private boolean set(Table table, String key, String value) {
        Transaction effects = new Transaction();
        new Effects(effects).begin(Effect.SET, 2).argument(bytes(key)).argument(bytes(value));
        return apply(table, key, effects);
    }

    private boolean delete(Table table, String key) {
        Transaction effects = new Transaction();
        new Effects(effects).begin(Effect.DEL, 1).argument(bytes(key));
        return apply(table, key, effects);
    }

    /** Returns how many values there was room for. */
    private int fill(Table table, int valueLength) {
        int[] count = {0};
        assertThatThrownBy(() -> {
                    for (; count[0] < 100_000; count[0]++) {
                        set(table, "key" + count[0], "v".repeat(valueLength));
                        table.publish();
                    }
                })
                .isInstanceOf(NoSpaceException.class);
        return count[0];
    }

    @Test
    void shouldMoveNothingOnAFullDiskOfFullSegments() {
        try (Table table = open(SMALL, 60L * SEGMENT)) {
            int count = fill(table, EIGHTH);
            assertThat(count).isGreaterThan(400);
            long appended = table.statistics().appendedBytes();
            for (int round = 0; round < 10; round++) {
                assertThat(table.maintain(1 << 20)).isFalse();
            }
            assertThat(table.statistics().appendedBytes()).isEqualTo(appended);
            for (int i = 0; i < count / 8; i++) {
                // One of each segment's eight goes: what a round moves does not grow from one to the next.
                long before = table.statistics().appendedBytes();
                assertThat(delete(table, "key" + 8 * i)).isTrue();
                table.publish();
                table.checkpoint(lsn);
                assertThat(table.statistics().appendedBytes() - before).isLessThan(SEGMENT);
            }
        }
    }

    @Test
    void shouldGainOnAFullDiskWhatIsDeadHereAndThere() {
        try (Table table = open(SMALL, 60L * SEGMENT)) {
            int count = fill(table, EIGHTH);
            for (int i = 0; i < count / 4; i++) {
                assertThat(delete(table, "key" + 4 * i)).isTrue();
            }
            table.checkpoint(lsn);
            int rounds = 0;
            while (table.maintain(1 << 20)) {
                assertThat(++rounds).isLessThan(100);
            }
            for (int i = 0; i < count / 5; i++) {
                set(table, "new" + i, "v".repeat(EIGHTH));
                table.publish();
            }
            assertThat(table.count(0)).isEqualTo(count - count / 4 + count / 5);
        }
    }

    @Test
    void shouldWriteNoMoreThanIsDueToMovePartsOfChains() {
        TableShape shape = new TableShape(256 << 10, 256 << 10, 1 << 20, 1024);
        long seed = new SplittableRandom().nextLong();
        System.out.println("seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        int keys = 60;
        int fields = 400;
        try (Table table = open(shape, Long.MAX_VALUE)) {
            for (int key = 0; key < keys; key++) {
                apply(table, "h" + key, hash("h" + key, 0, fields));
            }
            table.checkpoint(lsn);
            long written = 0;
            long start = table.statistics().appendedBytes();
            for (int i = 0; i < 600; i++) {
                long before = table.statistics().appendedBytes();
                for (int change = 0; change < 50; change++) {
                    String key = "h" + random.nextInt(keys);
                    apply(table, key, hash(key, random.nextInt(fields), 1));
                }
                long applied = table.statistics().appendedBytes() - before;
                written += applied;
                table.publish();
                long cleaned = table.statistics().appendedBytes() - before - applied;
                // One chain more at most: what an ordinary base and its deltas can be.
                assertThat(cleaned).isLessThanOrEqualTo(6 * applied + 4096 + shape.segmentLength() / 4);
            }
            table.checkpoint(lsn);
            TableStatistics statistics = table.statistics();
            System.out.println(statistics);
            assertThat(statistics.cleanedSegmentCount()).isGreaterThan(20);
            assertThat(statistics.appendedBytes() - start).isLessThan(3 * written);
            assertThat(statistics.usedBytes())
                    .isLessThan(statistics.liveBytes() * 3 / 2 + 6L * shape.segmentLength() + (2 << 20));
        }
    }

    private static Transaction hash(String key, int firstField, int count) {
        Transaction effects = new Transaction();
        Effects hash = new Effects(effects).begin(Effect.HSET, 1 + 2 * count).argument(bytes(key));
        for (int field = firstField; field < firstField + count; field++) {
            hash.argument(field).argument(bytes("v".repeat(40)));
        }
        return effects;
    }

    @Test
    void shouldPublishWhatItHasAppliedAndDeleteWhenTheIndexHasNoRoom() {
        for (int more = 20_000; more < 90_000; more += 1000) {
            TableShape shape = new TableShape(4096, 64 + 32 * 64, 32 << 10, 512);
            SimulatedDisk small = new SimulatedDisk();
            try (Table table = Table.open(small, shape, TableDescriptor.fileLength(shape) + more, () -> 77)) {
                int applied = applyUntilFull(table);
                table.publish();
                assertThat(table.count(0)).as("%d bytes more", more).isEqualTo(applied);
                assertThat(ShownTable.value(table, 0, bytes("key" + (applied - 1))))
                        .isNotNull();
                for (int i = 0; i < applied; i++) {
                    assertThat(delete(table, "key" + i)).isTrue();
                    table.checkpoint(lsn);
                }
                assertThat(table.count(0)).isZero();
                assertThat(delete(table, "never there")).isFalse();
                for (int i = 0; i < applied / 2; i++) {
                    set(table, "new" + i, "v");
                    table.publish();
                }
            } finally {
                small.release();
            }
        }
    }

    @Test
    void shouldSweepBitByBitAfterAFlush() {
        try (Table table = open(SMALL, Long.MAX_VALUE)) {
            for (int i = 0; i < 5000; i++) {
                set(table, "key" + i, "v");
            }
            table.publish();
            table.flush(0, ++lsn);
            long live = table.statistics().liveBytes();
            set(table, "other", "v");
            table.publish();
            // 5000 records of some 70 bytes: the work for one SET does not grow with them.
            assertThat(live - table.statistics().liveBytes()).isLessThan(200 * 70);
            while (table.maintain(1 << 16)) {
                assertThat(table.count(0)).isOne();
            }
            assertThat(table.statistics().liveBytes()).isLessThan(100);
        }
    }

    @Test
    void shouldStopSweepingWhenNothingIsLeftToFind() {
        try (Table table = open(SMALL, Long.MAX_VALUE)) {
            for (int i = 0; i < 5000; i++) {
                set(table, "key" + i, "v");
            }
            delete(table, "key7");
        }
        try (Table table = open(SMALL, Long.MAX_VALUE)) {
            assertThat(table.maintain(4096)).isTrue();
            set(table, "key7", "again");
            assertThat(table.maintain(4096)).isFalse();
        }
    }

    private int applyUntilFull(Table table) {
        int[] count = {0};
        assertThatThrownBy(() -> {
                    for (; count[0] < 100_000; count[0]++) {
                        set(table, "key" + count[0], "v");
                        if (count[0] % 20 == 0) {
                            table.publish();
                        }
                    }
                })
                .isInstanceOf(NoSpaceException.class);
        return count[0];
    }
}
