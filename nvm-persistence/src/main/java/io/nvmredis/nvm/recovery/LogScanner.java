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
 * Reads records from the first on and shows each whole transaction to a visitor, until the next record is not where it
 * should be.
 *
 * <p>The record expected is known exactly, by LSN and fragment index, so nothing stale passes for it.
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
    /** Where the records of each segment that was gone through end. */
    private final List<Integer> ends = new ArrayList<>();
    /** Where the first transaction begins that the checkpoint does not cover. */
    private LogPlace checkpointPlace;

    private long transactionCount;
    private long payloadBytes;
    private long recordBytes;
    /** Of the transaction being read. */
    private long transactionBytes;

    private Found found = Found.END;

    /** Where the transactions begin of which no record read so far says that they were durable. */
    private final PlaceQueue unclaimed = new PlaceQueue();

    /** A piece of the transaction being read. */
    private record Fragment(PmemRegion region, int payloadOffset, int length) {}

    /**
     * A scanner that begins where the superblock says.
     *
     * @param checkpointLsn the transactions up to this LSN are read, not shown
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

    /** Reads as far as records go. */
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

    /** {@link TailDecision#CONTINUE_IN_NEXT}. */
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

    /** Where the record stands that could not be read. */
    LogPlace stop() {
        return new LogPlace(segmentIndex, offset);
    }

    /** Where the last whole transaction ends; before {@link #stop} if half a transaction was read. */
    LogPlace transactionEnd() {
        // At a segment's end, the next record was found to be missing in the next one too: go on where we stopped.
        return fragments.isEmpty() ? stop() : new LogPlace(transactionEndIndex, transactionEndOffset);
    }

    private void claimed(long durableLsn) {
        unclaimed.removeUpTo(durableLsn);
    }

    /** Where the records of a segment end that was gone through. */
    List<Integer> endsBefore(int segmentCount) {
        return ends.subList(0, segmentCount);
    }

    /** Where the first transaction begins that the checkpoint does not cover, or would. */
    LogPlace checkpointPlace() {
        return checkpointPlace;
    }

    /** Bytes of the records of whole transactions behind that place. */
    long recordBytes() {
        return recordBytes;
    }

    /** Where the first transaction begins of which nothing says that it was durable; the end if there is none. */
    LogPlace firstUnclaimed(long claimedDurableLsn) {
        claimed(claimedDurableLsn);
        return unclaimed.isEmpty() || unclaimed.firstLsn() >= expectedLsn ? transactionEnd() : unclaimed.firstPlace();
    }

    /** LSN of the transaction that could not be read. */
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

    /** Transactions that the checkpoint does not cover. */
    long transactionCount() {
        return transactionCount;
    }

    /** Bytes of their effects. */
    long payloadBytes() {
        return payloadBytes;
    }
}
