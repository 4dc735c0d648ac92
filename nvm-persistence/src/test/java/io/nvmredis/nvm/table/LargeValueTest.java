package io.nvmredis.nvm.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nvmredis.nvm.format.HeapDescriptor;
import io.nvmredis.nvm.format.TableShape;
import io.nvmredis.nvm.heap.RecordHeader;
import io.nvmredis.nvm.pmem.NoSpaceException;
import io.nvmredis.nvm.sim.CrashMode;
import io.nvmredis.nvm.sim.ShownTable;
import io.nvmredis.nvm.sim.SimulatedDisk;
import io.nvmredis.spi.effects.Effect;
import io.nvmredis.spi.effects.Effects;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Values that do not fit into one payload, which is of 32 KB in a table this small: they are folded like any other. */
class LargeValueTest {
    private static final TableShape SHAPE = new TableShape(4096, 64 + 32 * 64, 64 << 10, 1024);
    private static final int LARGEST_PAYLOAD = 8 * SHAPE.segmentLength();
    private static final TableShape ROOMY = new TableShape(1 << 20, 1 << 20, 1 << 20, 1024);
    private static final int ELEMENTS = 300;

    private static void add(TestTable table, String type, int number, int length) {
        String text = number + "x".repeat(length);
        Effects effects = switch (type) {
            case "list" -> table.begin(Effect.RPUSH, 2, "k");
            case "set" -> table.begin(Effect.SADD, 2, "k");
            case "zset" -> table.begin(Effect.ZADD, 3, "k").argument(number / 8.0);
            case "stream" ->
                table.begin(Effect.XADD, 4, "k").streamId(number + 1, 7).argument(TestTable.bytes("field"));
            default -> table.begin(Effect.HSET, 3, "k").argument(TestTable.bytes("f" + number));
        };
        effects.argument(TestTable.bytes(text));
        if (type.equals("hash") && number % 7 == 0) {
            effects.begin(Effect.HPEXPIREAT, 5)
                    .argument(TestTable.bytes("k"))
                    .argument(1000L + number)
                    .argument(TestTable.bytes("FIELDS"))
                    .argument(1L)
                    .argument(TestTable.bytes("f" + number));
        }
        table.apply("k");
    }

    @ParameterizedTest
    @ValueSource(strings = {"list", "set", "zset", "stream", "hash"})
    void shouldFoldACollectionThatDoesNotFitIntoOnePayload(String type) {
        SimulatedDisk disk = new SimulatedDisk();
        try (TestTable table = new TestTable(disk, SHAPE, Long.MAX_VALUE);
                TestTable reference = new TestTable(new SimulatedDisk(), ROOMY, Long.MAX_VALUE)) {
            for (int i = 0; i < ELEMENTS; i++) {
                // One of them is longer than any payload but its own.
                int length = i == 60 ? LARGEST_PAYLOAD + 5000 : 800;
                add(table, type, i, length);
                add(reference, type, i, length);
                if (i % 10 == 0) {
                    table.publish();
                    TableAudit.of(table.table());
                }
            }
            table.checkpoint();
            reference.publish();
            assertThat(table.value("k").equals(reference.value("k")))
                    .as("the same value in parts and in one piece")
                    .isTrue();
            assertThat(table.table().statistics().foldCount()).isGreaterThan(3);
            assertLargeFiles(disk);
            assertThat(TableAudit.of(table.table()).longestChain()).isGreaterThan(6);
        }
        try (TestTable table = new TestTable(disk, SHAPE, Long.MAX_VALUE)) {
            TableAudit.of(table.table());
            table.delete("k");
            table.checkpoint();
            assertThat(table.table().statistics().liveBytes()).isZero();
        }
    }

    /** No file is for more than one payload, but the one for the long element. */
    private static void assertLargeFiles(SimulatedDisk disk) {
        List<Long> lengths = disk.list().stream()
                .filter(name -> name.startsWith("heap-"))
                .map(disk::length)
                .filter(length -> length > HeapDescriptor.RECORDS_OFFSET + LARGEST_PAYLOAD + 2 * 4096)
                .toList();
        assertThat(lengths).hasSizeLessThanOrEqualTo(1);
    }

    @Test
    void shouldWriteOneSmallRecordForOneChangeOfSuchACollection() {
        try (TestTable table = new TestTable(new SimulatedDisk(), SHAPE, Long.MAX_VALUE)) {
            for (int i = 0; i < ELEMENTS; i++) {
                add(table, "set", i, 800);
            }
            table.publish();
            long before = table.table().statistics().appendedBytes();
            for (int i = 0; i < 1000; i++) {
                table.hset("other", "f" + i % 10, "v");
                add(table, "set", i % ELEMENTS, 800);
                table.publish();
                table.table().maintain(100_000);
            }
            TableAudit.of(table.table());
            // Each change is of 900 bytes; folds write as much again, merges a few times as much.
            assertThat(table.table().statistics().appendedBytes() - before).isLessThan(20 * 1000 * 900);
            assertThat(table.table().statistics().liveBytes()).isLessThan(3 * ELEMENTS * 900);
        }
    }

    @Test
    void shouldLeaveEverythingAsItWasIfThereIsNoRoomForAllParts() {
        SimulatedDisk disk = new SimulatedDisk();
        try (TestTable table = new TestTable(disk, SHAPE, 600 << 10)) {
            int[] added = {0};
            assertThatThrownBy(() -> {
                        while (added[0] < 10_000) {
                            add(table, "set", added[0], 800);
                            added[0]++;
                            table.publish();
                        }
                    })
                    .isInstanceOf(NoSpaceException.class);
            table.publish();
            TableAudit.of(table.table());
            assertThat(added[0]).isGreaterThan(100);
            assertThat(table.value("k")).contains((added[0] - 1) + "xxx").doesNotContain(" " + added[0] + "xxx");
            table.delete("k");
            table.checkpoint();
            assertThat(table.set("k", "v")).isTrue();
        }
    }

    @Test
    void shouldFoldAStringOfTheLargestLength() {
        RecordHeader base = new RecordHeader().setBase(EffectTypes.STRING_CODE, 0, 0, 1, 1, -1);
        RecordHeader whole = new RecordHeader().setPart(0, 512L << 20);
        assertThat(whole.unitsOfBase() * 8).isGreaterThanOrEqualTo(512L << 20);
        RecordHeader newest = new RecordHeader().setDelta(whole, 0, 1, 2, -1, 512L << 20);
        assertThat(KeyWriter.outweighs(newest, 1000)).isTrue();
        assertThat(KeyWriter.outweighs(whole, 1000)).isFalse();
        RecordHeader many = new RecordHeader().setDelta(base, 0, 1, 2, -1, 100L << 30);
        assertThat(many.chainLength()).isGreaterThan(100L << 30);
        assertThat(KeyWriter.outweighs(many, 1000)).isTrue();
    }

    @Test
    void shouldComeBackWithAllPartsOrNone() {
        SimulatedDisk disk = new SimulatedDisk();
        try (TestTable table = new TestTable(disk, SHAPE, Long.MAX_VALUE)) {
            for (int i = 0; i < ELEMENTS; i++) {
                add(table, "hash", i, 800);
                if (i % 5 == 0) {
                    table.publish();
                }
            }
            String published = table.value("k");
            for (int i = 0; i < ELEMENTS; i++) {
                add(table, "hash", i, 801);
            }
            SimulatedDisk image = disk.crash(CrashMode.EVERYTHING, new SplittableRandom(1));
            Table opened = TestTable.open(image, SHAPE, Long.MAX_VALUE);
            TableAudit.of(opened);
            assertThat(ShownTable.value(opened, 0, TestTable.bytes("k"))).hasSize(published.length());
            opened.close();
        }
    }
}
