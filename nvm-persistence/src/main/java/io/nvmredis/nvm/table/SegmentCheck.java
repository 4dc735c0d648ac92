package io.nvmredis.nvm.table;

import io.nvmredis.nvm.format.Damage;
import io.nvmredis.nvm.format.DamageException;
import io.nvmredis.nvm.format.FindingList;
import io.nvmredis.nvm.format.HeapDescriptor;
import io.nvmredis.nvm.format.HeapRecordDescriptor;
import io.nvmredis.nvm.format.SlotDescriptor;
import io.nvmredis.nvm.format.Sums;
import io.nvmredis.nvm.format.TableDescriptor;
import io.nvmredis.nvm.heap.HeapRecord;
import io.nvmredis.nvm.heap.SegmentReader;
import java.util.function.LongConsumer;

/**
 * Reads segments of the heap from their beginnings to their ends, and checks each record and its payload, dead or
 * alive: what is in front of a segment's end was durable before the end was, so all of it is whole.
 *
 * <p>That a slot is of its record's key, and in its bucket, is told by sums: each slot that leads to a whole value
 * contributes its bits and its bucket to the sum of the record's segment, and so does each such record, by its own key
 * and position. If the two sums are alike, which they are by chance once in 2^64 times, nothing is looked up by itself:
 * so no segment is read but from the front to the back. One thread.
 */
final class SegmentCheck {
    private final TableParts parts;
    private final FindingList findings;
    private final RecordMarks marks;
    private final long bucketCount;
    private final LiveTally tally;
    private final LongConsumer passed;
    private final HeapRecord record = new HeapRecord();
    private final byte[] copy = new byte[64 << 10];
    private long liveBytes;
    private long sum;
    private boolean isReadable;

    SegmentCheck(TableParts parts, FindingList findings, RecordMarks marks, LongConsumer passed) {
        this.parts = parts;
        this.findings = findings;
        this.marks = marks;
        this.passed = passed;
        this.tally = new LiveTally(parts);
        this.bucketCount = parts.word(TableDescriptor.BUCKET_COUNT_OFFSET);
    }

    /** Returns what a slot that leads to a whole value contributes to the sum of the record's segment. */
    static long contribution(long slot, long bucket) {
        return Sums.mix(Sums.mix(slot) + bucket);
    }

    /** Reads a segment. Returns whether each live record of it could be read. */
    boolean read(SegmentReader segment) {
        liveBytes = 0;
        sum = 0;
        isReadable = true;
        segment.readAhead();
        int offset = HeapDescriptor.RECORDS_OFFSET;
        while (offset >= 0 && offset < segment.end()) {
            int next = readAt(segment, offset);
            passed.accept((next < 0 ? segment.end() : next) - offset);
            offset = next;
        }
        return isReadable;
    }

    /** Checks the record at an offset. Returns the offset of the next one that can be found, or -1. */
    private int readAt(SegmentReader segment, int offset) {
        int number = segment.number();
        boolean isLive = marks.isReachable(number, offset);
        try {
            segment.read(offset, record);
        } catch (DamageException e) {
            if (isLive) {
                findings.add(e, "record", null);
                isReadable = false;
            } else {
                findings.addHarmless(e, "dead record", null);
            }
            return marks.nextReachable(number, offset + HeapRecordDescriptor.ALIGNMENT);
        }
        int end = offset + (int) record.header().framedLength();
        try {
            record.verifyPayload(copy);
        } catch (DamageException e) {
            if (isLive) {
                findings.add(e, "payload", ChainCheck.keyOf(record));
            } else {
                findings.addHarmless(e, "payload of a dead record", ChainCheck.keyOf(record));
            }
        }
        if (isLive) {
            liveBytes += end - offset;
            if (marks.isNewest(number, offset)) {
                addNewest(number, offset);
            }
        }
        requireNothingWithin(segment, offset, end);
        return end;
    }

    private void addNewest(int number, int offset) {
        if (!record.header().isDelta()) {
            long hash = ChainCheck.hash(parts, record);
            sum += contribution(slotOf(hash, number, offset), TableIndex.bucketOf(hash, bucketCount));
            tally.add(record.header());
        }
    }

    private long slotOf(long hash, int number, int offset) {
        return SlotDescriptor.of(hash, parts.position(number, offset), false);
    }

    /** Reports a slot or a record that leads into the middle of this record, or behind the end of the segment. */
    private void requireNothingWithin(SegmentReader segment, int offset, int end) {
        int next = marks.nextReachable(segment.number(), offset + HeapRecordDescriptor.ALIGNMENT);
        if ((next >= 0 && next < end) || end > segment.end()) {
            isReadable = false;
            findings.add(
                    Damage.damaged(
                            segment.path(),
                            next >= 0 && next < end ? next : segment.end(),
                            "a record, since the table points there",
                            "a part of the record at offset " + offset),
                    "record",
                    null);
        }
    }

    /** Returns the bytes of the live records of the segment that was read. */
    long liveBytes() {
        return liveBytes;
    }

    /** Returns the sum of the whole values that slots lead to. */
    long sum() {
        return sum;
    }

    LiveTally tally() {
        return tally;
    }

    /**
     * Reports each record of a segment that a slot leads to and that is not the one of that slot's key. Returns whether
     * there is any.
     */
    boolean locate(SegmentReader segment, SlotSearch slots) {
        boolean isAny = false;
        int number = segment.number();
        for (int offset = marks.nextReachable(number, 0);
                offset >= 0;
                offset = marks.nextReachable(number, offset + HeapRecordDescriptor.ALIGNMENT)) {
            if (marks.isNewest(number, offset) && !isLocated(segment, offset, slots)) {
                isAny = true;
                findings.add(
                        Damage.damaged(
                                segment.path(),
                                offset,
                                "the record of the key whose slot leads there",
                                "one of another key, or of another bucket"),
                        "record",
                        ChainCheck.keyOf(record));
            }
        }
        return isAny;
    }

    private boolean isLocated(SegmentReader segment, int offset, SlotSearch slots) {
        try {
            segment.read(offset, record);
        } catch (DamageException e) {
            return true;
        }
        long hash = ChainCheck.hash(parts, record);
        return record.header().isDelta()
                || slots.contains(TableIndex.bucketOf(hash, bucketCount), slotOf(hash, segment.number(), offset));
    }
}
