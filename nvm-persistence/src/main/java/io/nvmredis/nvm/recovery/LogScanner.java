package io.nvmredis.nvm.recovery;

import io.nvmredis.nvm.format.RecordDescriptor;
import io.nvmredis.nvm.format.RecordReader;
import io.nvmredis.nvm.format.RecordReader.Found;
import io.nvmredis.nvm.format.SegmentDescriptor;
import io.nvmredis.nvm.log.LogSegment;
import io.nvmredis.nvm.pmem.PmemRegion;
import io.nvmredis.spi.TransactionSink;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads records from the first on and hands each whole transaction to the sink, until the next record is not where it
 * should be.
 *
 * <p>The record expected is known exactly, by LSN and fragment index, so nothing stale passes for it.
 */
final class LogScanner {
    private final List<LogSegment> segments;
    private final TransactionSink sink;
    private final RecordReader reader = new RecordReader();
    private final RecordReader nextReader = new RecordReader();
    private final List<Fragment> fragments = new ArrayList<>();
    private byte[] payload = new byte[4 << 10];

    private long expectedLsn;
    private int segmentIndex;
    private int offset = SegmentDescriptor.RECORDS_OFFSET;
    private LogPlace transactionEnd = new LogPlace(0, SegmentDescriptor.RECORDS_OFFSET);
    private long transactionCount;
    private long payloadBytes;
    private Found found = Found.END;

    /** Where the transactions begin of which no record read so far says that they were durable. */
    private final ArrayDeque<Unclaimed> unclaimed = new ArrayDeque<>();

    private record Unclaimed(long lsn, LogPlace place) {}

    /** A piece of the transaction being read. */
    private record Fragment(PmemRegion region, int payloadOffset, int length) {}

    LogScanner(List<LogSegment> segments, long firstLsn, TransactionSink sink) {
        this.segments = segments;
        this.expectedLsn = firstLsn;
        this.sink = sink;
    }

    /** Reads as far as records go. */
    void scan() {
        while (true) {
            LogSegment segment = segments.get(segmentIndex);
            found = reader.read(segment.region(), offset, segment.salt());
            if (found == Found.RECORD && isExpected(reader)) {
                accept(segment);
            } else if (continuesInNext()) {
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
            unclaimed.add(new Unclaimed(reader.lsn(), new LogPlace(segmentIndex, offset)));
        }
        claimed(reader.durableLsn());
        fragments.add(new Fragment(segment.region(), offset + RecordDescriptor.HEADER_LENGTH, length));
        offset += (int) RecordDescriptor.framedLength(length);
        if (reader.isLast()) {
            deliver();
            fragments.clear();
            expectedLsn++;
            transactionEnd = new LogPlace(segmentIndex, offset);
        }
    }

    private void deliver() {
        long total = 0;
        for (Fragment fragment : fragments) {
            total += fragment.length();
        }
        int length = Math.toIntExact(total);
        if (length > payload.length) {
            payload = new byte[Math.max(length, (int) Math.min(2L * payload.length, 1 << 20))];
        }
        int at = 0;
        for (Fragment fragment : fragments) {
            fragment.region().getBytes(fragment.payloadOffset(), payload, at, fragment.length());
            at += fragment.length();
        }
        sink.apply(expectedLsn, payload, 0, length);
        transactionCount++;
        payloadBytes += length;
    }

    /** Where the record stands that could not be read. */
    LogPlace stop() {
        return new LogPlace(segmentIndex, offset);
    }

    /** Where the last whole transaction ends; before {@link #stop} if half a transaction was read. */
    LogPlace transactionEnd() {
        // At a segment's end, the next record was found to be missing in the next one too: go on where we stopped.
        return fragments.isEmpty() ? stop() : transactionEnd;
    }

    private void claimed(long durableLsn) {
        while (!unclaimed.isEmpty() && unclaimed.peek().lsn() <= durableLsn) {
            unclaimed.remove();
        }
    }

    /** Where the first transaction begins of which nothing says that it was durable; the end if there is none. */
    LogPlace firstUnclaimed(long claimedDurableLsn) {
        claimed(claimedDurableLsn);
        Unclaimed first = unclaimed.peek();
        return first == null || first.lsn() >= expectedLsn ? transactionEnd() : first.place();
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

    long transactionCount() {
        return transactionCount;
    }

    long payloadBytes() {
        return payloadBytes;
    }
}
