package io.nvmredis.nvm.recovery;

import io.nvmredis.nvm.format.Damage;
import io.nvmredis.nvm.format.DamageException;
import io.nvmredis.nvm.format.FindingList;
import io.nvmredis.nvm.format.LogFileNames;
import io.nvmredis.nvm.format.RecordDescriptor;
import io.nvmredis.nvm.format.RecordReader;
import io.nvmredis.nvm.format.RecordReader.Found;
import io.nvmredis.nvm.format.SegmentDescriptor;
import io.nvmredis.nvm.format.Superblock;
import io.nvmredis.nvm.log.LogSegment;
import io.nvmredis.nvm.pmem.PmemDirectory;
import io.nvmredis.nvm.recovery.StoreDecision.SuperblockState;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds all damage of a log that a start refuses, where the start tells the first alone: each header that does not check,
 * and, behind the place where the log cannot be read on, each further one. Changes nothing. One thread.
 */
public final class LogCheck {
    private final PmemDirectory directory;
    private final FindingList findings;
    private final RecordReader reader = new RecordReader();
    private @Nullable Superblock superblock;
    private List<LogSegment> segments = List.of();
    private int segmentIndex;
    private int offset;
    private long expectedLsn;
    private int expectedFragment;

    public LogCheck(PmemDirectory directory, FindingList findings) {
        this.directory = directory;
        this.findings = findings;
    }

    /**
     * Checks the superblock and the headers of all segments of the log.
     *
     * @return a sentence about a copy of the superblock that a start would write again, or null
     */
    public @Nullable String checkFiles() {
        String note = readSuperblock();
        Superblock found = superblock;
        if (found != null) {
            segments = openAll(found);
        }
        return note;
    }

    private @Nullable String readSuperblock() {
        try (SuperblockFile file = SuperblockFile.open(directory)) {
            StoreDecision decision = StoreDecision.of(file.state(), new SegmentSet(directory).state());
            if (decision == StoreDecision.RECOVER || decision == StoreDecision.RECOVER_AND_REPAIR) {
                superblock = file.read();
            } else if (decision != StoreDecision.CREATE && decision != StoreDecision.CREATE_AGAIN) {
                throw file.refusal(decision);
            }
            return file.state() == SuperblockState.ONE_VALID
                    ? "one of the two copies of the superblock in " + directory.pathOf(LogFileNames.SUPERBLOCK)
                            + " is torn or older, as a crash leaves it, or damaged; a start writes it again from the"
                            + " other"
                    : null;
        } catch (DamageException e) {
            findings.add(e, "superblock", null);
            return null;
        }
    }

    private List<LogSegment> openAll(Superblock found) {
        List<LogSegment> opened = new ArrayList<>();
        List<Long> epochs = directory.list().stream()
                .map(LogFileNames::epochOf)
                .filter(epoch -> epoch >= found.firstEpoch())
                .sorted()
                .toList();
        long expected = found.firstEpoch();
        for (long epoch : epochs) {
            if (epoch != expected) {
                findings.add(
                        Damage.damaged(
                                directory.pathOf(LogFileNames.segment(expected)),
                                0,
                                "segments without a gap from epoch " + expected + " on",
                                "epoch " + epoch),
                        "log segment",
                        null);
            }
            expected = epoch + 1;
            LogSegment segment = open(found, epoch);
            if (segment != null) {
                opened.add(segment);
            }
        }
        return opened;
    }

    private @Nullable LogSegment open(Superblock found, long epoch) {
        try {
            return SegmentSet.open(directory, found, epoch);
        } catch (DamageException e) {
            findings.add(e, "header of a log segment", null);
            return null;
        }
    }

    /** Reads all records that can be read, and reports each place where the one expected is not. */
    public void findAll() {
        Superblock found = superblock;
        if (found == null || segments.isEmpty() || segments.get(0).epoch() != found.firstEpoch()) {
            return;
        }
        expectedLsn = found.firstLsn();
        offset = found.firstOffset();
        boolean isMore = true;
        while (isMore) {
            LogSegment segment = segments.get(segmentIndex);
            Found what = reader.read(segment.region(), offset, segment.salt());
            if (what == Found.RECORD && isExpected()) {
                pass();
            } else {
                isMore = isContinued() || (reportGap(segment, what) && isFoundAgain());
            }
        }
    }

    private boolean isExpected() {
        return reader.lsn() == expectedLsn && reader.fragmentIndex() == expectedFragment;
    }

    private void pass() {
        offset += (int) RecordDescriptor.framedLength(reader.payloadLength());
        expectedFragment = reader.isLast() ? 0 : reader.fragmentIndex() + 1;
        expectedLsn = reader.isLast() ? reader.lsn() + 1 : reader.lsn();
    }

    /** Goes to the next segment if it begins with the expected record. */
    private boolean isContinued() {
        if (segmentIndex + 1 >= segments.size()) {
            return false;
        }
        LogSegment next = segments.get(segmentIndex + 1);
        if (reader.read(next.region(), SegmentDescriptor.RECORDS_OFFSET, next.salt()) != Found.RECORD
                || !isExpected()) {
            return false;
        }
        segmentIndex++;
        offset = SegmentDescriptor.RECORDS_OFFSET;
        return true;
    }

    /**
     * Reports that the expected record is not here, unless there is no whole record behind this place. Returns whether
     * there is.
     */
    private boolean reportGap(LogSegment segment, Found what) {
        int at = offset;
        reader.read(segment.region(), at, segment.salt());
        String expected = "the record of LSN " + expectedLsn + ", fragment " + expectedFragment
                + (what == Found.NO_HEADER || what == Found.BAD_PAYLOAD ? " with " + reader.expectedText(what) : "");
        String actual = reader.actualText(what);
        int gapIndex = segmentIndex;
        if (!isFoundAgain()) {
            return false;
        }
        findings.add(Damage.damaged(segments.get(gapIndex).region().path(), at, expected, actual), "log record", null);
        return true;
    }

    /** Goes to the next whole record of this LSN or a later one, from the one after this place on. */
    private boolean isFoundAgain() {
        for (; segmentIndex < segments.size(); segmentIndex++, offset = SegmentDescriptor.RECORDS_OFFSET) {
            LogSegment segment = segments.get(segmentIndex);
            int end = segment.region().length() - RecordDescriptor.HEADER_LENGTH;
            for (; offset <= end; offset += RecordDescriptor.ALIGNMENT) {
                if (reader.read(segment.region(), offset, segment.salt()) == Found.RECORD
                        && reader.lsn() >= expectedLsn) {
                    expectedLsn = reader.lsn();
                    expectedFragment = reader.fragmentIndex();
                    return true;
                }
            }
        }
        segmentIndex = segments.size() - 1;
        return false;
    }
}
