package io.nvmredis.nvm.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.nvm.recovery.OpenDecision;
import io.nvmredis.nvm.recovery.OpenDecision.LogState;
import io.nvmredis.nvm.recovery.OpenDecision.TableState;
import io.nvmredis.nvm.recovery.StoreDecision;
import io.nvmredis.nvm.recovery.StoreDecision.SegmentsState;
import io.nvmredis.nvm.recovery.StoreDecision.SuperblockState;
import io.nvmredis.nvm.recovery.TailDecision;
import io.nvmredis.nvm.recovery.TailDecision.Claim;
import io.nvmredis.nvm.recovery.TailDecision.Rest;
import io.nvmredis.nvm.table.TableDecision;
import io.nvmredis.nvm.table.TableDecision.OtherFilesState;
import io.nvmredis.nvm.table.TableDecision.TableFileState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Holds FORMAT.md and the code together: each offset and size, and every cell of the decision tables. */
class FormatDocumentTest {
    private final String document = read();

    private static String read() {
        try {
            return Files.readString(Path.of("FORMAT.md"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private String section(String title) {
        int start = document.indexOf("### " + title + "\n");
        assertThat(start).as("section %s", title).isNotNegative();
        int end = document.indexOf("\n##", start + 4);
        return document.substring(start, end < 0 ? document.length() : end);
    }

    private List<String> cells(String section, String firstCell) {
        return section(section)
                .lines()
                .filter(line -> line.startsWith("| " + firstCell + " |"))
                .findFirst()
                .map(line ->
                        Arrays.stream(line.split("\\|", -1)).map(String::trim).toList())
                .orElseThrow(() -> new AssertionError("no line " + firstCell + " in " + section));
    }

    private void assertField(String section, int offset, int length, String name) {
        List<String> cells = cells(section, Integer.toString(offset));
        assertThat(cells.get(2)).as("length at %d", offset).isEqualTo(Integer.toString(length));
        assertThat(cells.get(3)).startsWith(name);
    }

    @Test
    void shouldDescribeTheSuperblock() {
        String section = "Superblock";
        assertField(section, SuperblockDescriptor.MAGIC_OFFSET, 8, "magic `NVMREDIS`");
        assertField(section, SuperblockDescriptor.VERSION_OFFSET, 4, "version, " + SuperblockDescriptor.VERSION);
        assertField(
                section, SuperblockDescriptor.LENGTH_OFFSET, 4, "length of the header, " + SuperblockDescriptor.LENGTH);
        assertField(section, SuperblockDescriptor.LOG_ID_OFFSET, 8, "log id");
        assertField(section, SuperblockDescriptor.GENERATION_OFFSET, 8, "generation");
        assertField(section, SuperblockDescriptor.FIRST_EPOCH_OFFSET, 8, "first epoch");
        assertField(section, SuperblockDescriptor.FIRST_LSN_OFFSET, 8, "first LSN");
        assertField(section, SuperblockDescriptor.FIRST_DISTANCE_OFFSET, 4, "first distance");
        assertField(section, SuperblockDescriptor.CRC_OFFSET, 4, "CRC32C of bytes 0 to 59");
        assertThat(section(section))
                .contains(SuperblockDescriptor.FILE_LENGTH + " bytes: two copies of " + SuperblockDescriptor.LENGTH)
                .contains("at offset 0 and " + SuperblockDescriptor.COPY_DISTANCE);
    }

    @Test
    void shouldDescribeTheSegment() {
        String section = "Segment";
        assertField(section, SegmentDescriptor.MAGIC_OFFSET, 8, "magic `NVMRSEGM`");
        assertField(section, SegmentDescriptor.VERSION_OFFSET, 4, "version, " + SegmentDescriptor.VERSION);
        assertField(section, SegmentDescriptor.LENGTH_OFFSET, 4, "length of the header, " + SegmentDescriptor.LENGTH);
        assertField(section, SegmentDescriptor.LOG_ID_OFFSET, 8, "log id");
        assertField(section, SegmentDescriptor.EPOCH_OFFSET, 8, "epoch");
        assertField(section, SegmentDescriptor.SEGMENT_LENGTH_OFFSET, 8, "length of the segment");
        assertField(section, SegmentDescriptor.CRC_OFFSET, 4, "CRC32C of bytes 0 to 59");
        assertField(section, SegmentDescriptor.FRONTIER_LSN_OFFSET, 8, "frontier LSN");
        assertField(section, SegmentDescriptor.FRONTIER_CHECK_OFFSET, 8, "frontier check");
        assertField(section, SegmentDescriptor.HIGH_WATER_OFFSET, 8, "high-water mark");
        assertField(section, SegmentDescriptor.HIGH_WATER_CHECK_OFFSET, 8, "high-water mark's check");
        assertThat(cells(section, Integer.toString(SegmentDescriptor.RECORDS_OFFSET))
                        .get(3))
                .isEqualTo("records");
    }

    @Test
    void shouldDescribeTheRecord() {
        String section = "Record";
        assertField(section, RecordDescriptor.CRC_OFFSET, 4, "CRC32C of: salt (8 bytes), bytes 8 to 31, payload");
        assertField(section, RecordDescriptor.HEADER_CRC_OFFSET, 4, "CRC32C of: salt (8 bytes), bytes 8 to 31");
        assertField(section, RecordDescriptor.PAYLOAD_LENGTH_OFFSET, 4, "length of the payload");
        assertField(section, RecordDescriptor.FLAGS_OFFSET, 1, "flags: 1 first, 2 last");
        assertField(section, RecordDescriptor.FRAGMENT_INDEX_OFFSET, 2, "fragment index");
        assertField(section, RecordDescriptor.LSN_OFFSET, 8, "LSN");
        assertField(section, RecordDescriptor.DURABLE_LSN_OFFSET, 8, "durable LSN");
        assertThat(cells(section, Integer.toString(RecordDescriptor.HEADER_LENGTH))
                        .get(3))
                .isEqualTo("payload");
        assertThat(RecordDescriptor.FLAG_FIRST).isEqualTo(1);
        assertThat(RecordDescriptor.FLAG_LAST).isEqualTo(2);
    }

    @Test
    void shouldDecideOnADirectoryAsTheDocumentSays() {
        for (SuperblockState superblock : SuperblockState.values()) {
            List<String> cells = cells("What is done with a directory", "`" + superblock + "`");
            int column = 2;
            for (SegmentsState segments : SegmentsState.values()) {
                assertThat("`" + StoreDecision.of(superblock, segments) + "`")
                        .as("%s, %s", superblock, segments)
                        .isEqualTo(cells.get(column++));
            }
        }
    }

    @Test
    void shouldDecideOnALogAndATableAsTheDocumentSays() {
        String section = "What is done with a log and a table";
        List<String> titles = cells(section, "log");
        for (LogState log : LogState.values()) {
            List<String> cells = cells(section, "`" + log + "`");
            int column = 2;
            for (TableState table : TableState.values()) {
                assertThat(titles.get(column)).isEqualTo("`" + table + "`");
                assertThat("`" + OpenDecision.of(log, table) + "`")
                        .as("%s, %s", log, table)
                        .isEqualTo(cells.get(column++));
            }
        }
    }

    @Test
    void shouldDecideOnATailAsTheDocumentSays() {
        for (Rest rest : Rest.values()) {
            List<String> cells = cells("Where the log ends", "`" + rest + "`");
            int column = 2;
            for (Claim claim : Claim.values()) {
                assertThat("`" + TailDecision.of(rest, claim) + "`")
                        .as("%s, %s", rest, claim)
                        .isEqualTo(cells.get(column++));
            }
        }
    }

    @Test
    void shouldDescribeTheHeaderOfATablesFile() {
        String section = "Table file header";
        assertField(section, TableFileHeader.MAGIC_OFFSET, 8, "magic: `NVMRTABL`, `NVMRBUCK` or `NVMRHEAP`");
        assertField(
                section,
                TableFileHeader.VERSION_OFFSET,
                4,
                "version, " + TableDescriptor.VERSION + "; " + HeapDescriptor.VERSION + " in heap");
        assertField(section, TableFileHeader.LENGTH_OFFSET, 4, "length of the header, " + TableFileHeader.LENGTH);
        assertField(section, TableFileHeader.TABLE_ID_OFFSET, 8, "table id");
        assertField(section, TableFileHeader.NUMBER_OFFSET, 8, "number");
        assertField(section, TableFileHeader.FILE_LENGTH_OFFSET, 8, "length of the file");
        assertField(section, TableFileHeader.SEGMENT_LENGTH_OFFSET, 4, "segment length");
        assertField(section, TableFileHeader.BUCKET_FILE_LENGTH_OFFSET, 4, "bucket file length");
        assertField(section, TableFileHeader.JOURNAL_LENGTH_OFFSET, 4, "journal length");
        assertField(section, TableFileHeader.SEGMENT_LIMIT_OFFSET, 4, "segment limit");
        assertField(section, TableFileHeader.CRC_OFFSET, 4, "CRC32C of bytes 0 to 59");
        assertThat(text(TableDescriptor.MAGIC)).isEqualTo("NVMRTABL");
        assertThat(text(BucketDescriptor.MAGIC)).isEqualTo("NVMRBUCK");
        assertThat(text(HeapDescriptor.MAGIC)).isEqualTo("NVMRHEAP");
    }

    private static String text(long magic) {
        StringBuilder text = new StringBuilder();
        for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
            text.append((char) (magic >>> shift & 0xff));
        }
        return text.toString();
    }

    @Test
    void shouldDescribeTheTablesWordsAndSegments() {
        String words = "Table words";
        assertField(words, TableDescriptor.BUCKET_COUNT_OFFSET, 8, "bucket count");
        assertField(words, TableDescriptor.SPLIT_COUNT_OFFSET, 8, "split count");
        assertField(words, TableDescriptor.OVERFLOW_COUNT_OFFSET, 8, "overflow count");
        assertField(words, TableDescriptor.CHECKPOINT_OFFSET, 8, "checkpoint");
        assertField(words, TableDescriptor.SLOT_COUNT_OFFSET, 8, "slot count");
        assertField(words, TableDescriptor.SLOT_SUM_OFFSET, 8, "slot sum");
        assertField(words, TableDescriptor.SEGMENT_SUM_OFFSET, 8, "segment sum");
        assertField(words, TableDescriptor.SEQUENCE_OFFSET, 8, "sequence number of the last batch");
        int length = 8 * TableDescriptor.DATABASE_COUNT;
        assertField(words, TableDescriptor.KEY_COUNTS_OFFSET, length, "key count of each of 16");
        assertField(words, TableDescriptor.FLUSH_LSNS_OFFSET, length, "flush LSN");
        assertField(words, TableDescriptor.SWEPT_LSNS_OFFSET, length, "swept LSN");
        assertField(words, TableDescriptor.DEADLINE_COUNTS_OFFSET, length, "deadline count");
        assertThat(TableDescriptor.WORDS_END).isEqualTo(TableDescriptor.DEADLINE_COUNTS_OFFSET + length);
        assertThat(cells(words, Integer.toString(TableDescriptor.SEGMENTS_OFFSET))
                        .get(3))
                .startsWith("entries");
        String segment = "Segment entry";
        assertField(segment, TableDescriptor.EPOCH_OFFSET, 8, "epoch");
        assertField(segment, TableDescriptor.END_OFFSET, 8, "end");
        assertField(segment, TableDescriptor.LIVE_OFFSET, 8, "live");
        assertThat(section(segment)).contains(TableDescriptor.SEGMENT_LENGTH + " bytes each");
    }

    @Test
    void shouldDescribeTheJournal() {
        String section = "Journal";
        int length = 8 * TableDescriptor.DATABASE_COUNT;
        assertField(section, JournalDescriptor.CRC_OFFSET, 4, "CRC32C of: table id");
        assertField(section, JournalDescriptor.LENGTH_OFFSET, 4, "length in bytes");
        assertField(section, JournalDescriptor.SEQUENCE_OFFSET, 8, "sequence number");
        assertField(section, JournalDescriptor.SLOT_COUNT_OFFSET, 8, "slot count");
        assertField(section, JournalDescriptor.KEY_COUNTS_OFFSET, length, "key counts");
        assertField(section, JournalDescriptor.FLUSH_LSNS_OFFSET, length, "flush LSNs");
        assertField(section, JournalDescriptor.SWEPT_LSNS_OFFSET, length, "swept LSNs");
        assertField(section, JournalDescriptor.DEADLINE_COUNTS_OFFSET, length, "deadline counts");
        assertField(section, JournalDescriptor.SEGMENT_ENTRIES_OFFSET, 4, "number of segments");
        assertField(section, JournalDescriptor.SLOT_ENTRIES_OFFSET, 4, "number of slots");
        assertField(section, JournalDescriptor.SLOT_SUM_OFFSET, 8, "slot sum");
        assertField(section, JournalDescriptor.SEGMENT_SUM_OFFSET, 8, "segment sum");
        assertField(section, JournalDescriptor.BUCKET_COUNT_OFFSET, 8, "bucket count, before");
        assertField(section, JournalDescriptor.CHECKPOINT_OFFSET, 8, "checkpoint, before");
        assertThat(JournalDescriptor.headerLength(1)).isEqualTo(544);
        assertThat(cells(section, Integer.toString(JournalDescriptor.HEADER_LENGTH))
                        .get(3))
                .startsWith("segments: number * 2^32 + end, epoch, live; then slots: hash, old slot, new slot");
        assertThat(JournalDescriptor.ENTRY_LENGTH).isEqualTo(3 * 8);
    }

    @Test
    void shouldDescribeBucketsAndSlots() {
        assertThat(section("Bucket"))
                .startsWith("### Bucket\n\n" + BucketDescriptor.LENGTH + " bytes")
                .contains("Seven slots of " + SlotDescriptor.LENGTH + " bytes")
                .contains("a link at offset " + BucketDescriptor.LINK_OFFSET)
                .contains("bits 0 to " + (SlotDescriptor.POSITION_BITS - 1))
                .contains("bits 40 to " + (SlotDescriptor.POSITION_BITS + SlotDescriptor.TAG_BITS - 1))
                .contains("the low " + SlotDescriptor.TAG_BITS + " bits")
                .contains("bit " + (SlotDescriptor.POSITION_BITS + SlotDescriptor.TAG_BITS) + " whether");
        assertThat(SlotDescriptor.of(0, 0, true) & CheckedWord.MAX_VALUE).isEqualTo(1L << 55);
        assertThat(BucketDescriptor.SLOT_COUNT).isEqualTo(7);
        assertThat(CheckedWord.VALUE_BITS).isEqualTo(56);
        // The check of a value of one is the polynomial itself.
        assertThat(CheckedWord.of(1)).isEqualTo(0x07L << 56 | 1);
        assertThat(SlotDescriptor.of(0xabcd_1234L, 5, false) & CheckedWord.MAX_VALUE)
                .isEqualTo(0x1234L << 40 | 5);
    }

    /** The salts and sums of the document, reckoned as it says. */
    @Test
    void shouldDescribeSaltsAndSums() {
        assertThat(section("Bucket"))
                .contains("`mix(seed + (bucket + 1) * 0x9e3779b97f4a7c15)` with the lowest bit of each byte set")
                .contains("exclusive-or 0xc4ceb9fe1a85ec53");
        assertThat(BucketDescriptor.seed(5, false)).isEqualTo(5);
        assertThat(BucketDescriptor.seed(5, true)).isEqualTo(5 ^ 0xc4ceb9fe1a85ec53L);
        long salt = BucketDescriptor.salt(5, 7);
        assertThat(salt).isEqualTo(mix(5 + 8 * 0x9e3779b97f4a7c15L) | 0x0101010101010101L);
        assertThat(BucketDescriptor.salted(0x42, salt, 0)).isEqualTo(((salt & 0xff) << 56) | 0x42);
        assertThat(BucketDescriptor.salted(0x42, salt, 7)).isEqualTo(((salt >>> 56) << 56) | 0x42);
        long mask = (1L << 56) - 1;
        long slot = SlotDescriptor.of(0x1234, 99, true);
        assertThat(Sums.ofSlot(slot)).isEqualTo(mix(slot & mask) & mask);
        assertThat(Sums.ofSlot(SlotDescriptor.EMPTY)).isZero();
        assertThat(Sums.add(mask, 1)).isZero();
        assertThat(Sums.ofSegment(3, 4, 64, 5))
                .isEqualTo(mix(mix(mix(mix(3 + 0x9e3779b97f4a7c15L) + 4) + 64) + 5) & mask);
        assertThat(Sums.ofSegment(3, 4, 64, 0)).isZero();
        assertThat(Sums.ofSegment(3, 4, 0, 5)).isZero();
    }

    private static long mix(long value) {
        long h = value;
        h ^= h >>> 33;
        h *= 0xff51afd7ed558ccdL;
        h ^= h >>> 33;
        h *= 0xc4ceb9fe1a85ec53L;
        return h ^ (h >>> 33);
    }

    @Test
    void shouldDescribeTheHeapRecord() {
        String section = "Heap record";
        assertField(section, HeapRecordDescriptor.CRC_OFFSET, 4, "CRC32C of: salt (8 bytes), header from byte 4 on");
        assertField(section, HeapRecordDescriptor.PAYLOAD_LENGTH_OFFSET, 4, "length of the payload");
        assertField(section, HeapRecordDescriptor.LSN_OFFSET, 8, "LSN of the newest");
        assertField(section, HeapRecordDescriptor.DEADLINE_OFFSET, 8, "deadline");
        assertField(section, HeapRecordDescriptor.KEY_LENGTH_OFFSET, 4, "length of the key");
        assertField(section, HeapRecordDescriptor.KIND_OFFSET, 1, "kind: 1 BASE, 2 DELTA, 3 TOMBSTONE");
        assertField(section, HeapRecordDescriptor.TYPE_OFFSET, 1, "type: 1 string");
        assertField(section, HeapRecordDescriptor.DATABASE_OFFSET, 1, "database");
        assertField(section, HeapRecordDescriptor.FLAGS_OFFSET, 1, "flags: " + HeapRecordDescriptor.FLAG_PLAIN);
        assertField(section, HeapRecordDescriptor.ELEMENTS_OFFSET, 4, "elements");
        assertField(section, HeapRecordDescriptor.PAYLOAD_CRC_OFFSET, 4, "CRC32C of the payload");
        assertField(section, HeapRecordDescriptor.PREVIOUS_LSN_OFFSET, 8, "LSN of the record before it");
        assertField(section, HeapRecordDescriptor.PREVIOUS_POSITION_OFFSET, 8, "position of the record before it");
        assertField(section, HeapRecordDescriptor.DEPTH_OFFSET, 4, "deltas since");
        assertField(section, HeapRecordDescriptor.BASE_UNITS_OFFSET, 4, "length of the base");
        assertField(section, HeapRecordDescriptor.DELTA_UNITS_OFFSET, 4, "length of the deltas");
        assertField(section, HeapRecordDescriptor.BASE_UNITS_HIGH_OFFSET, 2, "length of the base, bits 32 to 47");
        assertField(section, HeapRecordDescriptor.DELTA_UNITS_HIGH_OFFSET, 2, "length of the deltas, bits 32 to 47");
        assertThat(section(section))
                .contains("header of the others is " + HeapRecordDescriptor.BASE_LENGTH)
                .contains("Bytes 40 to " + (HeapRecordDescriptor.DELTA_LENGTH - 1))
                .contains("from offset " + HeapDescriptor.RECORDS_OFFSET + " on");
        assertThat(HeapRecordDescriptor.KIND_BASE).isEqualTo(1);
        assertThat(HeapRecordDescriptor.KIND_DELTA).isEqualTo(2);
        assertThat(HeapRecordDescriptor.KIND_TOMBSTONE).isEqualTo(3);
    }

    @Test
    void shouldDecideOnATableAsTheDocumentSays() {
        for (TableFileState table : TableFileState.values()) {
            List<String> cells = cells("What is done with a table", "`" + table + "`");
            int column = 2;
            for (OtherFilesState others : OtherFilesState.values()) {
                assertThat("`" + TableDecision.of(table, others) + "`")
                        .as("%s, %s", table, others)
                        .isEqualTo(cells.get(column++));
            }
        }
    }
}
