package io.nvmredis.nvm.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.nvm.recovery.StoreDecision;
import io.nvmredis.nvm.recovery.StoreDecision.SegmentsState;
import io.nvmredis.nvm.recovery.StoreDecision.SuperblockState;
import io.nvmredis.nvm.recovery.TailDecision;
import io.nvmredis.nvm.recovery.TailDecision.Claim;
import io.nvmredis.nvm.recovery.TailDecision.Rest;
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
}
