package io.nvmredis.nvm.recovery;

import io.nvmredis.nvm.format.RecordDescriptor;
import io.nvmredis.nvm.format.RecordReader;
import io.nvmredis.nvm.format.RecordReader.Found;
import io.nvmredis.nvm.format.SegmentDescriptor;
import io.nvmredis.nvm.log.LogSegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Searches the bytes behind the last record read for headers of records, and for a claim in one of them that the
 * expected record was durable.
 *
 * <p>A batch that was never committed may leave any subset of its cache lines, so good records behind a bad one are no
 * sign of damage by themselves. But each record has the LSN up to which the log was durable when it was written. If a
 * good record claims so for the record that is now bad, that one has been damaged.
 *
 * <p>Bytes without a good header are no record: they remain of an earlier use of the file, whose records are good only
 * with that use's salt, or of a record whose header was torn. A torn header could become whole: the 8 bytes that it
 * lacks may be the bytes that a later header has there, and reach the medium before the rest of that header. So all
 * bytes that may have been stored in this epoch, up to the segment's high-water mark, are cleared.
 *
 * <p>The segment in which the log stops is searched to its end, whatever its mark says: an older version, which knows
 * no marks, may have written behind it. The segments after it are searched up to their marks, behind which no version
 * that keeps marks has stored anything: they are mostly spares, and searching all of each would take long.
 *
 * <p>A header there has an LSN from the expected one on, and not further on than the segments have room for records:
 * comparing one word per 8 bytes rules out all other places.
 */
final class TailInspector {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int CHUNK_LENGTH = 64 << 10;

    private final List<LogSegment> segments;
    private final long expectedLsn;
    private final RecordReader reader = new RecordReader();
    private final byte[] chunk = new byte[CHUNK_LENGTH];
    /** Offset at which the last record with a good header ends, or 0, by segment. */
    private final int[] leftoverEnds;

    private long lsnCount;
    private long claimedDurableLsn;

    /**
     * Creates an inspector, which has searched nothing yet.
     *
     * @param expectedLsn LSN of the record that could not be read
     * @param claimedDurableLsn LSN up to which the table says that everything was durable
     */
    TailInspector(List<LogSegment> segments, long expectedLsn, long claimedDurableLsn) {
        this.segments = segments;
        this.expectedLsn = expectedLsn;
        this.claimedDurableLsn = claimedDurableLsn;
        this.leftoverEnds = new int[segments.size()];
    }

    /** Searches from a place on. */
    void inspect(LogPlace from) {
        for (LogSegment segment : segments) {
            claim(SegmentDescriptor.readFrontier(segment.region(), segment.salt()));
            lsnCount += segment.capacity() / RecordDescriptor.HEADER_LENGTH;
        }
        for (int i = from.segmentIndex(); i < segments.size(); i++) {
            LogSegment segment = segments.get(i);
            int end = segment.region().length();
            if (i == from.segmentIndex()) {
                inspect(i, from.offset(), end);
            } else {
                int start = SegmentDescriptor.RECORDS_OFFSET;
                inspect(i, start, segment.hasHighWater(start) ? segment.highWater() : end);
            }
        }
    }

    private void inspect(int index, int start, int stop) {
        LogSegment segment = segments.get(index);
        int offset = start;
        while (offset <= stop - RecordDescriptor.HEADER_LENGTH) {
            int length = Math.min(CHUNK_LENGTH, stop - offset);
            segment.region().getBytes(offset, chunk, 0, length);
            int end = length - RecordDescriptor.HEADER_LENGTH;
            int at = nextPlausible(chunk, 0, end, expectedLsn, lsnCount);
            while (at <= end) {
                at = nextPlausible(chunk, at + lookAt(index, offset + at), end, expectedLsn, lsnCount);
            }
            offset += at;
        }
    }

    /**
     * Returns the next index, up to the last, where a header may be whose LSN is at most {@code lsnCount} after the
     * first; an index behind the last if there is none. It is a method of its own, called once per chunk: it sees every
     * word of the spare segments at a start, and so is compiled within the first few chunks.
     */
    private static int nextPlausible(byte[] chunk, int from, int last, long firstLsn, long lsnCount) {
        int at = from;
        while (at <= last) {
            long ahead = (long) LONG.get(chunk, at + RecordDescriptor.LSN_OFFSET) - firstLsn;
            if (Long.compareUnsigned(ahead, lsnCount) <= 0) {
                return at;
            }
            at += RecordDescriptor.ALIGNMENT;
        }
        return at;
    }

    /** Looks for a record at an offset. Returns how many bytes to go on. */
    private int lookAt(int index, int offset) {
        LogSegment segment = segments.get(index);
        Found found = reader.read(segment.region(), offset, segment.salt());
        if (found != Found.RECORD && found != Found.BAD_PAYLOAD) {
            return RecordDescriptor.ALIGNMENT;
        }
        int framed = (int) RecordDescriptor.framedLength(reader.payloadLength());
        int end = Math.min(offset + framed, segment.region().length());
        leftoverEnds[index] = Math.max(leftoverEnds[index], end);
        if (found == Found.BAD_PAYLOAD) {
            return RecordDescriptor.ALIGNMENT;
        }
        claim(reader.durableLsn());
        return framed;
    }

    private void claim(long lsn) {
        claimedDurableLsn = Math.max(claimedDurableLsn, lsn);
    }

    /** Returns the LSN up to which a frontier, a record or the checkpoint claims that everything was durable. */
    long claimedDurableLsn() {
        return claimedDurableLsn;
    }

    /** Returns whether a header of a record was found. */
    boolean hasLeftovers() {
        for (int end : leftoverEnds) {
            if (end > 0) {
                return true;
            }
        }
        return false;
    }

    /**
     * Clears all bytes of this log from a place on, so that no later append can make a record of them whole: a record
     * written over the first bad one would otherwise be followed by old ones that are whole and have the very LSNs
     * expected next, and a record written over a torn header might make that header whole. The {@link Settlement} makes
     * the clearing durable before anything is written.
     *
     * @param tail end of the last whole transaction
     * @param stop place of the record that could not be read; everything behind it was searched
     * @return how many bytes of records were found
     */
    long clear(LogPlace tail, LogPlace stop) {
        long found = 0;
        for (int i = tail.segmentIndex(); i < segments.size(); i++) {
            LogSegment segment = segments.get(i);
            int start = i == tail.segmentIndex() ? tail.offset() : SegmentDescriptor.RECORDS_OFFSET;
            int end = endOfRecords(i, stop);
            found += Math.max(0, end - start);
            int endOfAll = Math.max(start, end);
            int length = (segment.hasHighWater(endOfAll)
                            ? segment.highWater()
                            : segment.region().length())
                    - start;
            if (length > 0) {
                segment.region().clear(start, length);
            }
        }
        return found;
    }

    private int endOfRecords(int index, LogPlace stop) {
        if (index < stop.segmentIndex()) {
            return segments.get(index).region().length();
        }
        return index == stop.segmentIndex() ? Math.max(leftoverEnds[index], stop.offset()) : leftoverEnds[index];
    }
}
