package io.nvmredis.nvm.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nvmredis.nvm.format.LogFileNames;
import io.nvmredis.nvm.format.RecordDescriptor;
import io.nvmredis.nvm.format.RecordWriter;
import io.nvmredis.nvm.format.SegmentDescriptor;
import io.nvmredis.nvm.format.SuperblockDescriptor;
import io.nvmredis.nvm.pmem.PmemRegion;
import io.nvmredis.nvm.sim.SimulatedDisk;
import io.nvmredis.nvm.sim.TestLog;
import io.nvmredis.spi.errors.PersistenceException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Damage of every kind to a small log of two segments: the right data, or a refusal that says where. */
class DamageTest {
    private static final int SEGMENT_LENGTH = 4096 + 512;
    private static final String FIRST_SEGMENT = LogFileNames.segment(1);
    private static final List<String> TRANSACTIONS =
            List.of("one", "two".repeat(40), "three".repeat(200), "four", "five".repeat(9));

    private static Map<String, byte[]> closedLog() {
        SimulatedDisk disk = new SimulatedDisk();
        try (TestLog log = new TestLog(disk, SEGMENT_LENGTH)) {
            TRANSACTIONS.forEach(log::appendAndCommit);
        }
        return disk.contents();
    }

    /** As a process crash leaves it: the frontier is there, though it was never flushed. */
    private static Map<String, byte[]> killedLog() {
        SimulatedDisk disk = new SimulatedDisk();
        TestLog log = new TestLog(disk, SEGMENT_LENGTH);
        TRANSACTIONS.forEach(log::appendAndCommit);
        return disk.contents();
    }

    private static Map<String, byte[]> with(Map<String, byte[]> files, String name, byte[] content) {
        Map<String, byte[]> changed = new TreeMap<>(files);
        changed.put(name, content);
        return changed;
    }

    /** Opens it; it must hold everything, or be refused in the right words and be as it was. */
    private static boolean isWholeOrRefused(Map<String, byte[]> files, String what) {
        SimulatedDisk disk = SimulatedDisk.of(files);
        try {
            assertThat(new TestLog(disk, SEGMENT_LENGTH).found()).as(what).isEqualTo(TRANSACTIONS);
            return true;
        } catch (PersistenceException e) {
            assertThat(e.getMessage()).as(what).contains("simulated/", "at offset ", " expected ", ", found ");
            Map<String, byte[]> after = disk.contents();
            assertThat(after.keySet()).isEqualTo(files.keySet());
            files.forEach(
                    (name, content) -> assertThat(after.get(name)).as(what).isEqualTo(content));
            return false;
        } finally {
            disk.release();
        }
    }

    private static void flipEveryBit(Map<String, byte[]> files) {
        int refused = 0;
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            for (int at = 0; at < file.getValue().length; at++) {
                for (int bit = 0; bit < 8; bit++) {
                    byte[] flipped = file.getValue().clone();
                    flipped[at] ^= (byte) (1 << bit);
                    String what = file.getKey() + ", byte " + at + ", bit " + bit;
                    refused += isWholeOrRefused(with(files, file.getKey(), flipped), what) ? 0 : 1;
                }
            }
        }
        int payloadBits = 8 * TRANSACTIONS.stream().mapToInt(String::length).sum();
        assertThat(refused).as("refused at least for every bit of a payload").isGreaterThan(payloadBits);
    }

    @Test
    void shouldNeverGiveWrongDataForAnyBitFlippedAfterACleanClose() {
        flipEveryBit(closedLog());
    }

    @Test
    void shouldNeverGiveWrongDataForAnyBitFlippedAfterAProcessCrash() {
        flipEveryBit(killedLog());
    }

    /** As a power cut leaves it when no frontier has reached the medium. */
    private static Map<String, byte[]> withoutFrontier(Map<String, byte[]> files) {
        Map<String, byte[]> changed = new TreeMap<>();
        files.forEach((name, content) -> {
            byte[] copy = content.clone();
            if (LogFileNames.epochOf(name) > 0) {
                Arrays.fill(copy, SegmentDescriptor.FRONTIER_LSN_OFFSET, SegmentDescriptor.RECORDS_OFFSET, (byte) 0);
            }
            changed.put(name, copy);
        });
        return changed;
    }

    @Test
    void shouldRefuseDamageBeforeTheLastCommitAfterAPowerCutWithoutAFrontier() {
        Map<String, byte[]> files = withoutFrontier(closedLog());
        byte[] first = files.get(FIRST_SEGMENT);
        int end = SegmentDescriptor.RECORDS_OFFSET
                + (int) RecordDescriptor.framedLength(TRANSACTIONS.get(0).length())
                + (int) RecordDescriptor.framedLength(TRANSACTIONS.get(1).length());
        for (int at = SegmentDescriptor.RECORDS_OFFSET; at < end; at++) {
            byte[] damaged = first.clone();
            damaged[at] ^= 0x40;
            boolean padding = isPadding(at);
            assertThat(isWholeOrRefused(with(files, FIRST_SEGMENT, damaged), "byte " + at))
                    .as("byte %d", at)
                    .isEqualTo(padding);
        }
    }

    private static boolean isPadding(int at) {
        int second = SegmentDescriptor.RECORDS_OFFSET
                + (int) RecordDescriptor.framedLength(TRANSACTIONS.get(0).length());
        int firstEnd = SegmentDescriptor.RECORDS_OFFSET
                + RecordDescriptor.HEADER_LENGTH
                + TRANSACTIONS.get(0).length();
        int secondEnd =
                second + RecordDescriptor.HEADER_LENGTH + TRANSACTIONS.get(1).length();
        return (at >= firstEnd && at < second) || at >= secondEnd;
    }

    /** The limit of what can be told, see FORMAT.md: nothing on the medium claims the last commit. */
    @Test
    void shouldTakeDamageToTheLastCommitForATornTailOnlyWithoutAFrontier() {
        Map<String, byte[]> files = closedLog();
        String last = LogFileNames.segment(files.size() - 1);
        byte[] damaged = files.get(last).clone();
        int at = damaged.length - 1;
        while (damaged[at] == 0) {
            at--;
        }
        damaged[at] ^= 1;
        assertThat(isWholeOrRefused(with(files, last, damaged), "with a frontier"))
                .isFalse();
        TestLog cut = new TestLog(SimulatedDisk.of(withoutFrontier(with(files, last, damaged))), SEGMENT_LENGTH);
        assertThat(cut.found()).isEqualTo(TRANSACTIONS.subList(0, TRANSACTIONS.size() - 1));
        assertThat(cut.note()).contains("torn tail");
    }

    @Test
    void shouldRefuseAFileCutAtAnyLength() {
        Map<String, byte[]> files = closedLog();
        files.forEach((name, content) -> {
            for (int length = 0; length < content.length; length++) {
                String what = name + " cut to " + length;
                assertThat(isWholeOrRefused(with(files, name, Arrays.copyOf(content, length)), what))
                        .as(what)
                        .isFalse();
            }
        });
    }

    @Test
    void shouldRefuseALogThatLacksAFile() {
        Map<String, byte[]> files = closedLog();
        assertThat(files).hasSizeGreaterThan(3);
        for (String name : files.keySet()) {
            Map<String, byte[]> rest = new TreeMap<>(files);
            rest.remove(name);
            boolean last = name.equals(((TreeMap<String, byte[]>) files).floorKey("m"));
            if (!last) {
                assertThat(isWholeOrRefused(rest, name)).as(name).isFalse();
            }
        }
    }

    @Test
    void shouldSayWhatIsWrongWithARecord() {
        Map<String, byte[]> files = closedLog();
        byte[] damaged = files.get(FIRST_SEGMENT).clone();
        damaged[SegmentDescriptor.RECORDS_OFFSET + RecordDescriptor.HEADER_LENGTH] ^= 1;
        assertThatThrownBy(() -> new TestLog(SimulatedDisk.of(with(files, FIRST_SEGMENT, damaged)), SEGMENT_LENGTH))
                .isInstanceOf(PersistenceException.class)
                .hasMessageMatching("simulated/log-000000000001.segment is damaged: at offset 4096 expected the record"
                        + " of LSN 1, fragment 0 with CRC32C 0x[0-9a-f]+ \\(LSN 5 was durable\\),"
                        + " found 0x[0-9a-f]+; put back a copy of the directory, .*");
    }

    @Test
    void shouldRefuseANewerVersion() {
        for (String name : List.of(LogFileNames.SUPERBLOCK, FIRST_SEGMENT)) {
            Map<String, byte[]> files = closedLog();
            byte[] newer = files.get(name).clone();
            for (int base = 0; base <= SuperblockDescriptor.COPY_DISTANCE; base += SuperblockDescriptor.COPY_DISTANCE) {
                if (base == 0 || name.equals(LogFileNames.SUPERBLOCK)) {
                    newer[base + SuperblockDescriptor.VERSION_OFFSET] = 2;
                    putCrc(newer, base);
                }
            }
            assertThatThrownBy(() -> new TestLog(SimulatedDisk.of(with(files, name, newer)), SEGMENT_LENGTH))
                    .isInstanceOf(PersistenceException.class)
                    .hasMessageContaining(
                            name + " is written by a newer version: at offset 8 expected format version 1,"
                                    + " found format version 2");
        }
    }

    private static void putCrc(byte[] bytes, int base) {
        java.util.zip.CRC32C crc = new java.util.zip.CRC32C();
        crc.update(bytes, base, SuperblockDescriptor.CRC_OFFSET);
        for (int i = 0; i < 4; i++) {
            bytes[base + SuperblockDescriptor.CRC_OFFSET + i] = (byte) (crc.getValue() >>> (8 * i));
        }
    }

    @Test
    void shouldRefuseAForeignFileUnderOurName() {
        Map<String, byte[]> files = closedLog();
        for (String name : List.of(LogFileNames.SUPERBLOCK, FIRST_SEGMENT)) {
            byte[] foreign = new byte[files.get(name).length];
            Arrays.fill(foreign, (byte) 'x');
            assertThatThrownBy(() -> new TestLog(SimulatedDisk.of(with(files, name, foreign)), SEGMENT_LENGTH))
                    .isInstanceOf(PersistenceException.class)
                    .hasMessageContaining("not a file of nvm-redis: at offset 0 expected magic");
        }
    }

    @Test
    void shouldRefuseASegmentOfAnotherLog() {
        SimulatedDisk other = new SimulatedDisk();
        LogRecovery.open(other, SEGMENT_LENGTH, () -> 99, 0, (lsn, bytes, offset, length) -> {});
        byte[] stray = other.content(FIRST_SEGMENT);
        assertThatThrownBy(() -> new TestLog(SimulatedDisk.of(with(closedLog(), FIRST_SEGMENT, stray)), SEGMENT_LENGTH))
                .isInstanceOf(PersistenceException.class)
                .hasMessageContaining("at offset 16 expected log id 0x123456789abcdef0, found 0x63");
    }

    @Test
    void shouldStartAgainAfterAnInterruptedCreation() {
        Map<String, byte[]> files = new TreeMap<>();
        SimulatedDisk fresh = new SimulatedDisk();
        new TestLog(fresh, SEGMENT_LENGTH);
        files.put(FIRST_SEGMENT, fresh.content(FIRST_SEGMENT));
        assertThat(new TestLog(SimulatedDisk.of(files), SEGMENT_LENGTH).found()).isEmpty();
    }

    @Test
    void shouldNotTakeRecordsOfAnEarlierEpochForItsOwn() {
        SimulatedDisk disk = new SimulatedDisk();
        TestLog log = new TestLog(disk, SEGMENT_LENGTH);
        log.appendAndCommit("one");
        long logId = 0x1234_5678_9abc_def0L;
        int offset = SegmentDescriptor.RECORDS_OFFSET + (int) RecordDescriptor.framedLength(3);
        byte[] stale = "stale".getBytes(StandardCharsets.US_ASCII);
        long shape = RecordDescriptor.shapeWord(stale.length, 3, 0);
        PmemRegion region = disk.open(FIRST_SEGMENT);
        // The very LSN expected next, and one that claims it durable: believed only if the epoch were not checked.
        for (long epoch : new long[] {0, 2, 7, 0xffff_ffffL}) {
            long salt = SegmentDescriptor.salt(logId, epoch);
            new RecordWriter().write(region, offset, salt, shape, 2, 1, stale, 0, stale.length);
            int next = offset + (int) RecordDescriptor.framedLength(stale.length);
            new RecordWriter().write(region, next, salt, shape, 3, 2, stale, 0, stale.length);

            SimulatedDisk image = SimulatedDisk.of(disk.contents());
            TestLog reopened = new TestLog(image, SEGMENT_LENGTH);

            assertThat(reopened.found()).containsExactly("one");
            assertThat(reopened.note()).as("nothing was torn").isNull();
            reopened.appendAndCommit("two");
            assertThat(new TestLog(SimulatedDisk.of(image.contents()), SEGMENT_LENGTH).found())
                    .containsExactly("one", "two");
        }
        new RecordWriter().write(region, offset, SegmentDescriptor.salt(logId, 1), shape, 2, 1, stale, 0, stale.length);
        assertThat(new TestLog(SimulatedDisk.of(disk.contents()), SEGMENT_LENGTH).found())
                .as("of the right epoch it is believed")
                .containsExactly("one", "stale");
    }

    @Test
    void shouldCutHalfALargeTransaction() {
        SimulatedDisk disk = new SimulatedDisk();
        TestLog log = new TestLog(disk, SEGMENT_LENGTH);
        log.appendAndCommit("one");
        log.append("x".repeat(2000));
        Map<String, byte[]> files = disk.contents();
        String last = LogFileNames.segment(disk.list().size() - 1);
        Arrays.fill(files.get(last), SegmentDescriptor.RECORDS_OFFSET, SEGMENT_LENGTH, (byte) 0);
        SimulatedDisk crashed = SimulatedDisk.of(files);

        TestLog reopened = new TestLog(crashed, SEGMENT_LENGTH);

        assertThat(reopened.found()).containsExactly("one");
        assertThat(reopened.note()).contains("torn tail");
        reopened.appendAndCommit("two");
        assertThat(new TestLog(SimulatedDisk.of(crashed.contents()), SEGMENT_LENGTH).found())
                .containsExactly("one", "two");
    }
}
