package io.nvmredis.nvm.recovery;

import io.nvmredis.nvm.format.RecordDescriptor;
import io.nvmredis.nvm.format.RecordReader;
import io.nvmredis.nvm.format.RecordReader.Found;
import io.nvmredis.nvm.format.SegmentDescriptor;
import io.nvmredis.nvm.format.Superblock;
import io.nvmredis.nvm.log.LogSegment;
import io.nvmredis.nvm.pmem.PmemRegion;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads records from the first on and shows each whole transaction to a visitor, until the expected record is not
 * found.
 *
 * <p>The expected record is known exactly, by LSN and fragment index, so no stale record passes for it.
 */
final class LogScanner {
    private final List<LogSegment> segments;
    private final long checkpointLsn;
    private final LogVisitor visitor;
    private final LoadingProgress progress;
    private final RecordReader reader = new RecordReader();
    private final RecordReader nextReader = new RecordReader();
    private final List<Fragment> fragments = new ArrayList<>();
    private byte[] payload = new byte[4 << 10];

    private long expectedLsn;
    private int segmentIndex;
    private int offset;
    private int transactionEndIndex;
    private int transactionEndOffset;
    /** Offsets at which the records of the segments end that have been read. */
    private final List<Integer> ends = new ArrayList<>();
    /** Beginning of the first transaction that the checkpoint does not cover. */
    private LogPlace checkpointPlace;

    private long transactionCount;
    private long payloadBytes;
    private long recordBytes;
    /** Bytes of the records of the transaction being read. */
    private long transactionBytes;

    private Found found = Found.END;

    /** Beginnings of the transactions of which no record read so far says that they were durable. */
    private final PlaceQueue unclaimed = new PlaceQueue();

    /** Part of the transaction being read. */
    private record Fragment(PmemRegion region, int payloadOffset, int length) {}

    /**
     * Creates a scanner that begins where the superblock says that the log begins.
     *
     * @param checkpointLsn LSN up to which transactions are read and not shown
     */
    LogScanner(
            List<LogSegment> segments,
            Superblock superblock,
            long checkpointLsn,
            LogVisitor visitor,
            LoadingProgress progress) {
        this.segments = segments;
        this.expectedLsn = superblock.firstLsn();
        this.offset = superblock.firstOffset();
        this.transactionEndOffset = offset;
        this.checkpointPlace = new LogPlace(0, offset);
        this.checkpointLsn = checkpointLsn;
        this.visitor = visitor;
        this.progress = progress;
    }

    /** Reads up to the first record that is not the expected one. */
    void scan() {
        while (true) {
            LogSegment segment = segments.get(segmentIndex);
            found = reader.read(segment.region(), offset, segment.salt());
            if (found == Found.RECORD && isExpected(reader)) {
                accept(segment);
            } else if (continuesInNext()) {
                ends.add(offset);
                segmentIndex++;
                offset = SegmentDescriptor.RECORDS_OFFSET;
            } else {
                return;
            }
        }
    }

    private boolean isExpected(RecordReader record) {
        return record.lsn() == expectedLsn
                && record.fragmentIndex() == fragments.size()
                && record.isFirst() == fragments.isEmpty();
    }

    /** Returns whether the next segment begins with the expected record, {@link TailDecision#CONTINUE_IN_NEXT}. */
    private boolean continuesInNext() {
        if (segmentIndex + 1 >= segments.size()) {
            return false;
        }
        LogSegment next = segments.get(segmentIndex + 1);
        return nextReader.read(next.region(), SegmentDescriptor.RECORDS_OFFSET, next.salt()) == Found.RECORD
                && isExpected(nextReader);
    }

    private void accept(LogSegment segment) {
        int length = reader.payloadLength();
        if (reader.isFirst()) {
            unclaimed.add(reader.lsn(), segmentIndex, offset);
        }
        claimed(reader.durableLsn());
        fragments.add(new Fragment(segment.region(), offset + RecordDescriptor.HEADER_LENGTH, length));
        int framed = (int) RecordDescriptor.framedLength(length);
        offset += framed;
        transactionBytes += framed;
        if (reader.isLast()) {
            endTransaction();
        }
        progress.passed(framed);
    }

    private void endTransaction() {
        if (expectedLsn > checkpointLsn) {
            deliver();
        }
        fragments.clear();
        transactionEndIndex = segmentIndex;
        transactionEndOffset = offset;
        recordBytes += transactionBytes;
        transactionBytes = 0;
        if (expectedLsn == checkpointLsn) {
            checkpointPlace = new LogPlace(segmentIndex, offset);
            recordBytes = 0;
        }
        expectedLsn++;
    }

    private void deliver() {
        long total = 0;
        for (Fragment fragment : fragments) {
            total += fragment.length();
        }
        int length = Math.toIntExact(total);
        transactionCount++;
        payloadBytes += length;
        if (visitor == LogVisitor.NOBODY) {
            return;
        }
        Fragment first = fragments.get(0);
        if (fragments.size() > 1) {
            visitor.transaction(expectedLsn, assembled(length), 0, length);
        } else {
            byte[] bytes = reader.hasPayload() ? reader.payload() : assembled(length);
            visitor.record(expectedLsn, bytes, 0, length, first.region(), first.payloadOffset());
        }
    }

    private byte[] assembled(int length) {
        if (length > payload.length) {
            payload = new byte[Math.max(length, (int) Math.min(2L * payload.length, 1 << 20))];
        }
        int at = 0;
        for (Fragment fragment : fragments) {
            fragment.region().getBytes(fragment.payloadOffset(), payload, at, fragment.length());
            at += fragment.length();
        }
        return payload;
    }

    /** Returns the place of the record that could not be read. */
    LogPlace stop() {
        return new LogPlace(segmentIndex, offset);
    }

    /**
     * Returns the place where the last whole transaction ends; it is before {@link #stop} if half a transaction was
     * read.
     */
    LogPlace transactionEnd() {
        // At the end of a segment, the next segment lacks the expected record, too: the log continues at this end.
        return fragments.isEmpty() ? stop() : new LogPlace(transactionEndIndex, transactionEndOffset);
    }

    private void claimed(long durableLsn) {
        unclaimed.removeUpTo(durableLsn);
    }

    /** Returns the offsets at which the records of the first {@code segmentCount} segments end. */
    List<Integer> endsBefore(int segmentCount) {
        return ends.subList(0, segmentCount);
    }

    /**
     * Returns the place of the first transaction that the checkpoint does not cover; the end of the log if it covers
     * all.
     */
    LogPlace checkpointPlace() {
        return checkpointPlace;
    }

    /** Returns the bytes of the records of whole transactions behind {@link #checkpointPlace}. */
    long recordBytes() {
        return recordBytes;
    }

    /**
     * Returns the place of the first transaction that no record, frontier or checkpoint claims to be durable; the end
     * of the log if there is none.
     */
    LogPlace firstUnclaimed(long claimedDurableLsn) {
        claimed(claimedDurableLsn);
        return unclaimed.isEmpty() || unclaimed.firstLsn() >= expectedLsn ? transactionEnd() : unclaimed.firstPlace();
    }

    /** Returns the LSN of the transaction that could not be read. */
    long expectedLsn() {
        return expectedLsn;
    }

    int expectedFragmentIndex() {
        return fragments.size();
    }

    String expectedText() {
        String record = "the record of LSN " + expectedLsn + ", fragment " + fragments.size();
        return found == Found.NO_HEADER || found == Found.BAD_PAYLOAD
                ? record + " with " + reader.expectedText(found)
                : record;
    }

    String actualText() {
        return reader.actualText(found);
    }

    /** Returns the number of transactions that the checkpoint does not cover. */
    long transactionCount() {
        return transactionCount;
    }

    /** Returns the bytes of their effects. */
    long payloadBytes() {
        return payloadBytes;
    }
}
