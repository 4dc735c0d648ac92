package io.nvmredis.nvm.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nvmredis.nvm.format.LogFileNames;
import io.nvmredis.nvm.format.RecordDescriptor;
import io.nvmredis.nvm.format.SegmentDescriptor;
import io.nvmredis.nvm.log.Log;
import io.nvmredis.nvm.pmem.PmemRegion;
import io.nvmredis.nvm.sim.CrashMode;
import io.nvmredis.nvm.sim.SimulatedDisk;
import io.nvmredis.spi.errors.PersistenceException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A header that lacks one number, and a later header of which that number alone arrives: what a power cut undid must not
 * be found once it has been cut.
 */
class TornHeaderTest {
    private static final int SEGMENT_LENGTH = 1 << 20;
    private static final long LOG_ID = 42;
    private static final int SHORT = 40;
    private static final int LONG = 80;
    private static final String FIRST = LogFileNames.segment(1);
    private static final int FRAMED = (int) RecordDescriptor.framedLength(SHORT);
    private static final int SECOND_RECORD = SegmentDescriptor.RECORDS_OFFSET + FRAMED;
    private static final int THIRD_RECORD = SECOND_RECORD + FRAMED;

    @ParameterizedTest
    @ValueSource(ints = {RecordDescriptor.LSN_OFFSET, RecordDescriptor.DURABLE_LSN_OFFSET})
    void shouldNotFindARecordAtTheTailMadeWholeByALaterOne(int missing) {
        SimulatedDisk disk = new SimulatedDisk();
        Log log = open(disk, new ArrayList<>());
        append(log, 'a', SHORT);
        log.commit(1);
        append(log, 'b', SHORT);
        SimulatedDisk torn = withoutWord(disk, SECOND_RECORD + missing);

        List<String> found = new ArrayList<>();
        Log second = open(torn, found);
        assertThat(found).containsExactly("a" + SHORT);
        append(second, 'c', LONG);

        found.clear();
        open(withWordOfCaches(torn, SECOND_RECORD + missing), found);
        assertThat(found).containsExactly("a" + SHORT);
    }

    @ParameterizedTest
    @ValueSource(ints = {RecordDescriptor.LSN_OFFSET, RecordDescriptor.DURABLE_LSN_OFFSET})
    void shouldNotFindARecordBehindTheTailMadeWholeByALaterOne(int missing) {
        SimulatedDisk disk = new SimulatedDisk();
        Log log = open(disk, new ArrayList<>());
        append(log, 'a', SHORT);
        log.commit(1);
        append(log, 'b', SHORT);
        append(log, 'c', SHORT);
        SimulatedDisk torn = withoutWord(disk, THIRD_RECORD + missing);
        torn = withoutWord(torn, SECOND_RECORD);

        List<String> found = new ArrayList<>();
        Log second = open(torn, found);
        assertThat(found).containsExactly("a" + SHORT);
        append(second, 'd', SHORT);
        SimulatedDisk withSecond = withWordsOfCaches(torn, SECOND_RECORD, FRAMED);
        append(second, 'e', LONG);

        found.clear();
        Map<String, byte[]> files = withSecond.contents();
        copy(torn.contents(), files, THIRD_RECORD + missing, Long.BYTES);
        open(SimulatedDisk.of(files), found);
        assertThat(found).containsExactly("a" + SHORT, "d" + SHORT);
    }

    /** An older version has written behind the mark, of which it knows nothing, and lost power. */
    @Test
    void shouldNotBelieveAMarkBelowARecord() {
        SimulatedDisk disk = new SimulatedDisk();
        Log log = open(disk, new ArrayList<>());
        append(log, 'a', SHORT);
        log.commit(1);
        append(log, 'b', SHORT);
        PmemRegion region = disk.open(FIRST);
        SegmentDescriptor.writeHighWater(region, SegmentDescriptor.salt(LOG_ID, 1), SegmentDescriptor.RECORDS_OFFSET);
        SimulatedDisk torn = withoutWord(disk, SECOND_RECORD + RecordDescriptor.LSN_OFFSET);

        Log second = open(torn, new ArrayList<>());
        append(second, 'c', LONG);

        List<String> found = new ArrayList<>();
        open(withWordOfCaches(torn, SECOND_RECORD + RecordDescriptor.LSN_OFFSET), found);
        assertThat(found).containsExactly("a" + SHORT);
    }

    /** An older version has written behind a mark, and what it wrote before the mark was damaged. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldSeeWhatAnOlderVersionWroteBehindAMark(boolean isCommitted) {
        SimulatedDisk disk = new SimulatedDisk();
        Log log = open(disk, new ArrayList<>());
        append(log, 'a', SHORT);
        log.commit(1);
        append(log, 'b', SHORT);
        append(log, 'c', SHORT);
        if (isCommitted) {
            log.commit(3);
        }
        append(log, 'd', SHORT);
        PmemRegion region = disk.open(FIRST);
        SegmentDescriptor.writeHighWater(region, SegmentDescriptor.salt(LOG_ID, 1), THIRD_RECORD);
        SimulatedDisk torn = withoutWord(disk, SECOND_RECORD + RecordDescriptor.LSN_OFFSET);
        Map<String, byte[]> files = torn.contents();
        // No frontier: the power failed.
        int frontier = SegmentDescriptor.FRONTIER_LSN_OFFSET;
        Arrays.fill(files.get(FIRST), frontier, frontier + 2 * Long.BYTES, (byte) 0);
        SimulatedDisk found = SimulatedDisk.of(files);

        if (isCommitted) {
            assertThatThrownBy(() -> open(found, new ArrayList<>()))
                    .isInstanceOf(PersistenceException.class)
                    .hasMessageContaining("LSN 3 was durable");
        } else {
            Log second = open(found, new ArrayList<>());
            append(second, 'e', SHORT);
            second.commit(2);
            List<String> read = new ArrayList<>();
            open(found, read);
            assertThat(read).as("nothing comes back to life").containsExactly("a" + SHORT, "e" + SHORT);
        }
    }

    @Test
    void shouldNotBelieveAMarkMadeOfTheBytesOfTwo() {
        PmemRegion region = new SimulatedDisk().create("segment", SEGMENT_LENGTH);
        for (int old = SegmentDescriptor.RECORDS_OFFSET; old < SEGMENT_LENGTH / 2; old += 4000) {
            SegmentDescriptor.writeHighWater(region, LOG_ID, old);
            byte[] before = pair(region, SegmentDescriptor.HIGH_WATER_OFFSET);
            SegmentDescriptor.writeHighWater(region, LOG_ID, old + 16_392);
            byte[] after = pair(region, SegmentDescriptor.HIGH_WATER_OFFSET);
            for (byte[] mixed : mixtures(before, after)) {
                region.putBytes(SegmentDescriptor.HIGH_WATER_OFFSET, mixed, 0, mixed.length);
                assertThat(SegmentDescriptor.readHighWater(region, LOG_ID)).isIn(old, old + 16_392, SEGMENT_LENGTH);
            }
        }
    }

    @Test
    void shouldNotBelieveAFrontierMadeOfTheBytesOfTwo() {
        PmemRegion region = new SimulatedDisk().create("segment", SEGMENT_LENGTH);
        for (long old = 1; old < 1 << 20; old = old * 2 + 1) {
            SegmentDescriptor.writeFrontier(region, LOG_ID, old);
            byte[] before = pair(region, SegmentDescriptor.FRONTIER_LSN_OFFSET);
            SegmentDescriptor.writeFrontier(region, LOG_ID, old + 2);
            byte[] after = pair(region, SegmentDescriptor.FRONTIER_LSN_OFFSET);
            for (byte[] mixed : mixtures(before, after)) {
                region.putBytes(SegmentDescriptor.FRONTIER_LSN_OFFSET, mixed, 0, mixed.length);
                assertThat(SegmentDescriptor.readFrontier(region, LOG_ID)).isIn(old, old + 2, 0L);
            }
        }
    }

    /** A word and its check. */
    private static byte[] pair(PmemRegion region, int offset) {
        byte[] words = new byte[2 * Long.BYTES];
        region.getBytes(offset, words, 0, words.length);
        return words;
    }

    /** What two pairs may leave when the same bytes of word and check arrive. */
    private static List<byte[]> mixtures(byte[] before, byte[] after) {
        List<byte[]> mixtures = new ArrayList<>();
        for (int bytes = 1; bytes < 255; bytes++) {
            byte[] mixed = before.clone();
            for (int i = 0; i < mixed.length; i++) {
                mixed[i] = (bytes >> i % Long.BYTES & 1) == 0 ? before[i] : after[i];
            }
            mixtures.add(mixed);
        }
        return mixtures;
    }

    /** A disk on which everything has arrived but one number. */
    private static SimulatedDisk withoutWord(SimulatedDisk disk, int offset) {
        Map<String, byte[]> files = disk.contents();
        Arrays.fill(files.get(FIRST), offset, offset + Long.BYTES, (byte) 0);
        return SimulatedDisk.of(files);
    }

    /** A disk that has what was durable, and one number more. */
    private static SimulatedDisk withWordOfCaches(SimulatedDisk disk, int offset) {
        return withWordsOfCaches(disk, offset, Long.BYTES);
    }

    private static SimulatedDisk withWordsOfCaches(SimulatedDisk disk, int offset, int length) {
        Map<String, byte[]> durable =
                disk.crash(CrashMode.NOTHING, new SplittableRandom(0)).contents();
        copy(disk.contents(), durable, offset, length);
        return SimulatedDisk.of(durable);
    }

    private static void copy(Map<String, byte[]> from, Map<String, byte[]> to, int offset, int length) {
        System.arraycopy(from.get(FIRST), offset, to.get(FIRST), offset, length);
    }

    private static void append(Log log, char letter, int length) {
        byte[] payload = new byte[length];
        Arrays.fill(payload, (byte) letter);
        log.append(payload, 0, length);
    }

    private static Log open(SimulatedDisk disk, List<String> found) {
        RecoveredLog recovered = LogRecovery.open(
                disk,
                SEGMENT_LENGTH,
                () -> LOG_ID,
                0,
                (lsn, bytes, offset, length) -> found.add((char) bytes[offset] + "" + length));
        return new Log(recovered.start(), recovered.files());
    }
}
