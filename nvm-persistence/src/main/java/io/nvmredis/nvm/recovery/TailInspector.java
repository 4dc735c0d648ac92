package io.nvmredis.nvm.recovery;

import io.nvmredis.nvm.format.RecordDescriptor;
import io.nvmredis.nvm.format.RecordReader;
import io.nvmredis.nvm.format.RecordReader.Found;
import io.nvmredis.nvm.format.SegmentDescriptor;
import io.nvmredis.nvm.log.LogSegment;
import io.nvmredis.nvm.pmem.PmemRegion;
import java.util.Arrays;
import java.util.List;

/**
 * Looks at everything behind the last record read: is there anything, and does any of it claim that the record expected
 * there was durable?
 *
 * <p>A batch that was never committed may leave any subset of its cache lines, so good records behind a bad one are no
 * sign of damage by themselves. But each record says what was durable when it was written. If a good one says so of the
 * record that is now bad, it was damaged.
 */
final class TailInspector {
    private static final int CHUNK_LENGTH = 64 << 10;
    private static final byte[] ZEROES = new byte[CHUNK_LENGTH];

    private final List<LogSegment> segments;
    private final RecordReader reader = new RecordReader();
    private final byte[] chunk = new byte[CHUNK_LENGTH];
    private long claimedDurableLsn;
    private long leftoverBytes;

    TailInspector(List<LogSegment> segments) {
        this.segments = segments;
    }

    /** Looks from a place on. */
    void inspect(LogPlace from) {
        for (LogSegment segment : segments) {
            claim(SegmentDescriptor.readFrontier(segment.region(), segment.salt()));
        }
        inspect(segments.get(from.segmentIndex()), from.offset());
        for (int i = from.segmentIndex() + 1; i < segments.size(); i++) {
            inspect(segments.get(i), SegmentDescriptor.RECORDS_OFFSET);
        }
    }

    private void inspect(LogSegment segment, int start) {
        int searched = start;
        for (int offset = start; offset < segment.region().length(); offset += CHUNK_LENGTH) {
            int nonZeroLength = nonZeroLength(segment.region(), offset);
            if (nonZeroLength > 0) {
                leftoverBytes += nonZeroLength;
                searched = search(segment, Math.max(searched, offset), offset + nonZeroLength);
            }
        }
    }

    /** Length of the chunk up to its last byte that is not zero. */
    private int nonZeroLength(PmemRegion region, int offset) {
        int length = Math.min(CHUNK_LENGTH, region.length() - offset);
        region.getBytes(offset, chunk, 0, length);
        if (Arrays.equals(chunk, 0, length, ZEROES, 0, length)) {
            return 0;
        }
        while (chunk[length - 1] == 0) {
            length--;
        }
        return length;
    }

    /** Looks for whole records that begin between two offsets. Returns where the search is to go on. */
    private int search(LogSegment segment, int start, int end) {
        int offset = start;
        while (offset < end) {
            if (reader.read(segment.region(), offset, segment.salt()) == Found.RECORD) {
                claim(reader.durableLsn());
                offset += (int) RecordDescriptor.framedLength(reader.payloadLength());
            } else {
                offset += RecordDescriptor.ALIGNMENT;
            }
        }
        return offset;
    }

    private void claim(long lsn) {
        claimedDurableLsn = Math.max(claimedDurableLsn, lsn);
    }

    /** Everything up to this LSN was durable once, as far as anything in the log says so. */
    long claimedDurableLsn() {
        return claimedDurableLsn;
    }

    /** Bytes that are not zero, gaps between them included, roughly. */
    long leftoverBytes() {
        return leftoverBytes;
    }

    /**
     * Clears everything from a place on, so that no later append can bring it back to life: a record written over the
     * first bad one would otherwise be followed by old ones that are whole and have the very LSNs expected next. The
     * {@link Settlement} makes it durable, before anything is written.
     */
    void clear(LogPlace from) {
        clear(segments.get(from.segmentIndex()).region(), from.offset());
        for (int i = from.segmentIndex() + 1; i < segments.size(); i++) {
            clear(segments.get(i).region(), SegmentDescriptor.RECORDS_OFFSET);
        }
    }

    private void clear(PmemRegion region, int start) {
        for (int offset = start; offset < region.length(); offset += CHUNK_LENGTH) {
            int nonZeroLength = nonZeroLength(region, offset);
            if (nonZeroLength > 0) {
                region.clear(offset, nonZeroLength);
            }
        }
    }
}
