package io.nvmredis.nvm.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nvmredis.nvm.format.TableShape;
import io.nvmredis.nvm.pmem.DomainProbe;
import io.nvmredis.nvm.pmem.MappedDirectory;
import io.nvmredis.nvm.pmem.NoSpaceException;
import io.nvmredis.nvm.pmem.PersistSite;
import io.nvmredis.nvm.sim.ShownTable;
import io.nvmredis.nvm.sim.SimulatedDisk;
import io.nvmredis.nvm.sim.TableWorkload;
import io.nvmredis.spi.HashField;
import io.nvmredis.spi.effects.Effect;
import io.nvmredis.spi.effects.Effects;
import io.nvmredis.spi.effects.Transaction;
import io.nvmredis.spi.errors.PersistenceException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TableTest {
    private static final long TABLE_ID = 0x1234_5678_9abc_def0L;
    private static final TableShape SMALL = new TableShape(16 << 10, 64 + 32 * 64, 64 << 10, 1024);
    private static final TableShape MEDIUM = new TableShape(1 << 20, 1 << 20, 1 << 20, 1024);

    @TempDir
    private Path directory;

    private long lsn;

    private Table open(TableShape shape, long capacityBytes) {
        MappedDirectory files = new MappedDirectory(directory, DomainProbe.choose(DomainProbe.EMULATED, directory));
        return Table.open(files, shape, capacityBytes, () -> TABLE_ID);
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

    private static String name(int number) {
        return String.format(java.util.Locale.ROOT, "key%013d", number);
    }

    private String field(Table table, String field) {
        HashField found = table.field(0, bytes("h"), bytes(field), 0, Long.MAX_VALUE);
        assertThat(found).isNotNull();
        assertThat(found.hash()).isEqualTo(table.info(0, bytes("h")));
        return found.value() == null ? "none" : new String(found.value(), StandardCharsets.ISO_8859_1);
    }

    private void change(Table table, Effect effect, String... arguments) {
        Transaction effects = new Transaction();
        Effects change =
                new Effects(effects).begin(effect, 1 + arguments.length).argument(bytes("h"));
        for (String argument : arguments) {
            change.argument(bytes(argument));
        }
        apply(table, "h", effects);
        table.publish();
    }

    @Test
    void shouldFindAFieldInTheNewestRecordThatNamesIt() {
        try (Table table = open(MEDIUM, Long.MAX_VALUE)) {
            assertThat(table.field(0, bytes("h"), bytes("a"), 0, Long.MAX_VALUE))
                    .as("of no key")
                    .isNull();
            String[] base = new String[200];
            for (int i = 0; i < base.length; i += 2) {
                base[i] = "f" + i;
                base[i + 1] = "old";
            }
            change(table, Effect.HSET, base);
            change(table, Effect.HSET, "f2", "new", "f4", "new");
            change(table, Effect.HDEL, "f4", "f6");
            change(table, Effect.HSET, "f6", "again");
            change(table, Effect.PEXPIREAT, "12345678901234");
            assertThat(table.statistics().foldCount()).as("folds").isZero();
            assertThat(List.of(field(table, "f0"), field(table, "f2"), field(table, "f4"), field(table, "f6")))
                    .containsExactly("old", "new", "none", "again");
            assertThat(field(table, "f")).isEqualTo("none");
            assertThat(table.field(0, bytes("h"), bytes("f0"), 0, 10))
                    .as("too big")
                    .isNull();
            assertThat(table.field(0, bytes("h"), bytes("f0"), 1 << 20, Long.MAX_VALUE))
                    .as("too small")
                    .isNull();
        }
    }

    @Test
    void shouldNotTellAFieldOfAHashWhoseFieldsMayHaveDeadlines() {
        try (Table table = open(MEDIUM, Long.MAX_VALUE)) {
            change(table, Effect.HSET, "f", "1", "g", "2");
            change(table, Effect.HPEXPIREAT, "12345678901234", "FIELDS", "1", "f");
            assertThat(table.field(0, bytes("h"), bytes("g"), 0, Long.MAX_VALUE))
                    .isNull();
            set(table, "h", "a string");
            table.publish();
            assertThat(table.field(0, bytes("h"), bytes("g"), 0, Long.MAX_VALUE))
                    .isNull();
        }
    }

    @Test
    void shouldWriteOneSmallRecordForOneFieldOfAMillion() {
        Transaction effects = new Transaction();
        Effects hash = new Effects(effects);
        for (int i = 0; i < 1_000_000; i += 64) {
            int count = Math.min(64, 1_000_000 - i);
            hash.begin(Effect.HSET, 1 + 2 * count).argument(bytes("h"));
            for (int field = i; field < i + count; field++) {
                hash.argument(field).argument(bytes("value"));
            }
        }
        try (Table table = open(MEDIUM, Long.MAX_VALUE)) {
            apply(table, "h", effects);
            table.publish();
            long wholeBytes = table.statistics().appendedBytes();
            assertThat(wholeBytes).isGreaterThan(10_000_000);
            int changes = 2000;
            for (int i = 0; i < changes; i++) {
                Transaction change = new Transaction();
                new Effects(change)
                        .begin(Effect.HSET, 3)
                        .argument(bytes("h"))
                        .argument(i)
                        .argument(bytes("other"));
                apply(table, "h", change);
                table.publish();
            }
            long changeBytes = table.statistics().appendedBytes() - wholeBytes;
            System.out.println("bytes per changed field: " + changeBytes / changes);
            assertThat(table.statistics().foldCount()).isZero();
            assertThat(changeBytes / changes).isLessThan(1000);
            String value = ShownTable.value(table, 0, bytes("h"));
            assertThat(value).contains("1999=other").contains("2000=value");
        }
    }

    /** Another thread may publish what one has begun, and a drain is about what its thread has flushed. */
    @Test
    void shouldFlushTheEntryOfANewSegmentWhenTheBatchIsPublished() {
        SimulatedDisk disk = new SimulatedDisk();
        List<PersistSite> sites = new ArrayList<>();
        try (Table table = Table.open(disk, MEDIUM, Long.MAX_VALUE, () -> TABLE_ID)) {
            disk.observe(() -> sites.add(disk.site()));
            set(table, "a", "1");
            assertThat(sites).contains(PersistSite.HEAP_EPOCH).doesNotContain(PersistSite.HEAP_SEGMENT);
            table.publish();
            assertThat(sites)
                    .containsSubsequence(PersistSite.HEAP_SEGMENT, PersistSite.HEAP_RECORDS, PersistSite.TABLE_JOURNAL);
        }
    }

    @Test
    void shouldDrainAllOverflowBucketsOfABatchAtOnce() {
        SimulatedDisk disk = new SimulatedDisk();
        List<PersistSite> sites = new ArrayList<>();
        try (Table table = Table.open(disk, MEDIUM, Long.MAX_VALUE, () -> TABLE_ID)) {
            disk.observe(() -> sites.add(disk.site()));
            // Some thirty for each of the first sixteen buckets, which have seven slots: chains of several new ones.
            for (int i = 0; i < 500; i++) {
                set(table, name(i), "value" + i);
            }
            table.publish();
            List<PersistSite> ofBatch = sites.subList(0, sites.indexOf(PersistSite.TABLE_SLOTS));
            assertThat(ofBatch).contains(PersistSite.TABLE_JOURNAL);
            // Two flushes and a drain, each seen before and after.
            assertThat(Collections.frequency(ofBatch, PersistSite.INDEX_OVERFLOW))
                    .isEqualTo(6);
            table.verify();
            TableAudit.of(table);
            for (int i = 0; i < 500; i++) {
                assertThat(ShownTable.value(table, 0, bytes(name(i)))).contains("value" + i);
            }
        }
    }

    @Test
    void shouldFoldAChainThatOutweighsItsBase() {
        try (Table table = open(SMALL, Long.MAX_VALUE)) {
            long written = 0;
            for (int i = 0; i < 1000; i++) {
                Transaction change = new Transaction();
                new Effects(change)
                        .begin(Effect.HSET, 3)
                        .argument(bytes("h"))
                        .argument(i % 50)
                        .argument(i);
                written += change.length();
                apply(table, "h", change);
                table.publish();
            }
            assertThat(table.statistics().foldCount()).isPositive();
            assertThat(table.statistics().liveBytes()).isLessThan(10_000);
            assertThat(table.statistics().appendedBytes()).isLessThan(20 * written);
            assertThat(ShownTable.value(table, 0, bytes("h"))).contains("49=999");
        }
    }

    @Test
    void shouldBoundItsSpaceWhenEverythingIsOverwrittenTenTimes() {
        int keys = 50_000;
        SplittableRandom random = new SplittableRandom(7);
        try (Table table = open(MEDIUM, Long.MAX_VALUE)) {
            for (int i = 0; i < 11 * keys; i++) {
                int key = i < keys ? i : random.nextInt(keys);
                set(table, name(key), "v".repeat(100));
                if (i % 500 == 0) {
                    table.checkpoint(lsn);
                }
            }
            table.checkpoint(lsn);
            TableStatistics statistics = table.statistics();
            System.out.println(statistics);
            assertThat(statistics.keyCount()).isEqualTo(keys);
            long allowance = 6L * MEDIUM.segmentLength() + MEDIUM.journalLength() + 2L * MEDIUM.bucketFileLength();
            assertThat(statistics.usedBytes()).isLessThan(statistics.liveBytes() * 3 / 2 + allowance);
            assertThat(statistics.cleanedSegmentCount()).isPositive();
        }
    }

    @Test
    void shouldReadNothingOfTheDataWhenItOpens() throws IOException {
        int keys = 100_000;
        long used;
        try (Table table = open(MEDIUM, Long.MAX_VALUE)) {
            for (int i = 0; i < keys; i++) {
                set(table, name(i), "v".repeat(200));
            }
            table.checkpoint(lsn);
            used = table.statistics().usedBytes();
        }
        try (Table table = open(MEDIUM, Long.MAX_VALUE)) {
            long resident = residentBytes();
            System.out.println(resident + " bytes of " + used + " were resident after the opening");
            assertThat(table.count(0)).isEqualTo(keys);
            // The kernel maps up to 64 KB around each header; the journal of the last batch is read as well.
            assertThat(resident).isPositive().isLessThan(used / 5);
            assertThat(ShownTable.value(table, 0, bytes(name(77)))).startsWith("STRING vvv");
        }
    }

    /** Pages of the table's files that this process has mapped and read. */
    private long residentBytes() throws IOException {
        long bytes = 0;
        boolean isOurs = false;
        for (String line : Files.readAllLines(Path.of("/proc/self/smaps"), StandardCharsets.ISO_8859_1)) {
            if (line.contains("-") && line.contains(" r") && !line.startsWith("VmFlags")) {
                isOurs = line.contains(directory.toString());
            } else if (isOurs && line.startsWith("Rss:")) {
                bytes += 1024 * Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        return bytes;
    }

    @Test
    void shouldEmptyADatabaseAtOnceAndGiveItsSpaceBack() {
        try (Table table = open(SMALL, Long.MAX_VALUE)) {
            for (int i = 0; i < 2000; i++) {
                set(table, name(i), "value");
            }
            table.publish();
            long appended = table.statistics().appendedBytes();
            table.flush(0, ++lsn);
            assertThat(table.statistics().appendedBytes()).isEqualTo(appended);
            assertThat(table.count(0)).isZero();
            assertThat(table.contains(0, bytes(name(5)))).isFalse();
            set(table, name(5), "again");
            while (table.maintain(1 << 20)) {
                assertThat(table.count(0)).isOne();
            }
            assertThat(table.statistics().liveBytes()).isLessThan(200);
            assertThat(ShownTable.of(table)).isEqualTo(Map.of("0/" + name(5), "STRING again until -1"));
        }
    }

    @Test
    void shouldDropTombstonesWhenTheCheckpointHasPassedThem() {
        try (Table table = open(SMALL, Long.MAX_VALUE)) {
            set(table, "a", "1");
            delete(table, "a");
            table.publish();
            assertThat(table.contains(0, bytes("a"))).isFalse();
            assertThat(table.lsn(0, bytes("a"))).isEqualTo(2);
            assertThat(table.statistics().liveBytes()).isPositive();
            table.checkpoint(lsn);
            assertThat(table.lsn(0, bytes("a"))).isZero();
            assertThat(table.statistics().liveBytes()).isZero();
        }
    }

    @Test
    void shouldRefuseWhatDoesNotFitAndGoOnWithDeletes() {
        long capacity = 64L * SMALL.segmentLength();
        try (Table table = open(SMALL, capacity)) {
            int[] count = {0};
            assertThatThrownBy(() -> {
                        for (; count[0] < 1_000_000; count[0]++) {
                            set(table, name(count[0]), "v".repeat(500));
                            table.publish();
                        }
                    })
                    .isInstanceOf(NoSpaceException.class);
            assertThat(count[0]).isGreaterThan(1000);
            assertThat(table.statistics().usedBytes()).isLessThanOrEqualTo(capacity);
            assertThat(ShownTable.value(table, 0, bytes(name(3)))).startsWith("STRING vvv");
            for (int i = 0; i < count[0]; i += 2) {
                assertThat(delete(table, name(i))).isTrue();
                table.checkpoint(lsn);
                table.maintain(1 << 16);
            }
            for (int i = 0; i < count[0] / 4; i++) {
                set(table, "new" + i, "v".repeat(500));
                table.publish();
            }
            assertThat(table.count(0)).isEqualTo(count[0] / 2 + count[0] / 4);
        }
    }

    @Test
    void shouldKeepValuesLargerThanASegment() {
        String large = "x".repeat(3_000_000);
        try (Table table = open(SMALL, Long.MAX_VALUE)) {
            set(table, "k".repeat(70_000), large);
            set(table, "large", large);
            table.publish();
        }
        try (Table table = open(SMALL, Long.MAX_VALUE)) {
            assertThat(ShownTable.value(table, 0, bytes("large"))).isEqualTo("STRING " + large + " until -1");
            assertThat(ShownTable.value(table, 0, bytes("k".repeat(70_000)))).hasSizeGreaterThan(3_000_000);
            delete(table, "large");
            table.checkpoint(lsn);
            while (table.maintain(1 << 20)) {
                assertThat(table.count(0)).isOne();
            }
            assertThat(table.statistics().usedBytes()).isLessThan(3_600_000);
        }
    }

    @Test
    void shouldFindEveryFlippedBitOrGiveTheRightData() {
        TableShape shape = new TableShape(4096, 64 + 16 * 64, 8 << 10, 16);
        SimulatedDisk disk = new SimulatedDisk();
        TableWorkload workload = new TableWorkload(new SplittableRandom(3), TableWorkload.Profile.MIXED, 4, 300);
        try (Table table = Table.open(disk, shape, Long.MAX_VALUE, () -> TABLE_ID)) {
            for (int i = 0; i < 40; i++) {
                workload.next().applyTo(table);
                table.publish();
            }
            table.checkpoint(40);
        }
        assertThat(workload.shown()).hasSizeGreaterThan(3);
        Map<String, byte[]> files = disk.contents();
        int refused = 0;
        for (String name : files.keySet()) {
            for (int at = 0; at < files.get(name).length; at++) {
                byte[] flipped = files.get(name).clone();
                flipped[at] ^= (byte) (1 << at % 8);
                Map<String, byte[]> changed = new TreeMap<>(files);
                changed.put(name, flipped);
                refused += isRightOrRefused(changed, shape, workload.shown(), name + " at " + at) ? 0 : 1;
            }
        }
        assertThat(refused).isGreaterThan(500);
    }

    private static boolean isRightOrRefused(
            Map<String, byte[]> files, TableShape shape, Map<String, String> expected, String what) {
        SimulatedDisk disk = SimulatedDisk.of(files);
        try (Table table = Table.open(disk, shape, Long.MAX_VALUE, () -> TABLE_ID)) {
            assertThat(ShownTable.of(table)).as(what).isEqualTo(expected);
            return true;
        } catch (PersistenceException e) {
            assertThat(e.getMessage()).as(what).contains("simulated/", "at offset ", " expected ", ", found ");
            return false;
        } finally {
            disk.release();
        }
    }

    @Test
    void shouldRefuseWhenAFileIsMissing() {
        SimulatedDisk disk = new SimulatedDisk();
        try (Table table = Table.open(disk, SMALL, Long.MAX_VALUE, () -> TABLE_ID)) {
            for (int i = 0; i < 3000; i++) {
                set(table, name(i), "value");
                if (i % 20 == 0) {
                    table.publish();
                }
            }
        }
        Map<String, byte[]> files = disk.contents();
        int unused = 0;
        for (String name : files.keySet()) {
            Map<String, byte[]> left = new TreeMap<>(files);
            left.remove(name);
            SimulatedDisk damaged = SimulatedDisk.of(left);
            if (opens(damaged)) {
                // One that was made ahead: nothing is in it.
                unused++;
                continue;
            }
            assertThatThrownBy(() -> Table.open(damaged, SMALL, Long.MAX_VALUE, () -> TABLE_ID))
                    .as(name)
                    .isInstanceOf(PersistenceException.class)
                    .hasMessageContaining(" expected ");
        }
        assertThat(unused).isLessThan(4);
    }

    private static boolean opens(SimulatedDisk disk) {
        try (Table table = Table.open(disk, SMALL, Long.MAX_VALUE, () -> TABLE_ID)) {
            assertThat(ShownTable.of(table)).hasSize(3000);
            return true;
        } catch (PersistenceException e) {
            return false;
        }
    }

    @Test
    void shouldShowReadersWholeValuesWhileTheCleanerMovesThem() throws InterruptedException {
        int keys = 300;
        AtomicBoolean isOver = new AtomicBoolean();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        AtomicLong reads = new AtomicLong();
        try (Table table = open(SMALL, Long.MAX_VALUE)) {
            for (int i = 0; i < keys; i++) {
                set(table, name(i), value(i, 0));
            }
            table.publish();
            Thread[] readers = new Thread[2];
            for (int r = 0; r < readers.length; r++) {
                SplittableRandom random = new SplittableRandom(r);
                readers[r] = new Thread(() -> {
                    try {
                        while (!isOver.get()) {
                            readOnce(table, random, keys);
                            reads.incrementAndGet();
                        }
                    } catch (RuntimeException | AssertionError e) {
                        failure.compareAndSet(null, e);
                    }
                });
                readers[r].start();
            }
            for (int round = 1; round <= 60_000 && failure.get() == null; round++) {
                int key = round * 7 % keys;
                set(table, name(key), value(key, round));
                // New keys too: the index grows under the readers.
                if (round % 10 == 0) {
                    set(table, "more" + round, "x");
                }
                if (round % 5 == 0) {
                    table.publish();
                }
            }
            isOver.set(true);
            for (Thread reader : readers) {
                reader.join();
            }
            assertThat(failure.get()).isNull();
            assertThat(reads.get()).isGreaterThan(1000);
            assertThat(table.statistics().cleanedSegmentCount()).isGreaterThan(100);
        }
    }

    /** Long enough for a half-moved value to be seen; says itself whose it is and that it is whole. */
    private static String value(int key, int round) {
        return ("[" + key + ":" + round % 10 + "]").repeat(20);
    }

    private static void readOnce(Table table, SplittableRandom random, int keys) {
        int key = random.nextInt(keys);
        String found = ShownTable.value(table, 0, bytes(name(key)));
        assertThat(found).as("key %d", key).isNotNull();
        String text = found.substring("STRING ".length(), found.indexOf(" until"));
        String first = text.substring(0, text.indexOf(']') + 1);
        assertThat(first).startsWith("[" + key + ":");
        assertThat(text).isEqualTo(first.repeat(20));
        if (random.nextInt(200) == 0) {
            long[] shown = {0};
            long cursor = 0;
            do {
                cursor = table.scan(cursor, (database, scanned, info) -> shown[0] += scanned[0] == 'k' ? 1 : 0);
            } while (cursor != 0);
            assertThat(shown[0]).as("keys that were there all the time").isEqualTo(keys);
        }
    }

    @Test
    void shouldLeaveNoFileOpen() throws IOException {
        try (Table table = open(SMALL, Long.MAX_VALUE)) {
            set(table, "a", "1");
        }
        try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"), StandardCharsets.ISO_8859_1)) {
            assertThat(maps.filter(line -> line.contains(directory.toString()))).isEmpty();
        }
    }
}
