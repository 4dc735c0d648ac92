package io.nvmredis.nvm.log;

import io.nvmredis.nvm.format.SegmentDescriptor;
import io.nvmredis.nvm.pmem.PersistSite;
import io.nvmredis.nvm.pmem.PmemRegion;
import org.jspecify.annotations.Nullable;

/**
 * Mapped file of the log.
 *
 * <p>{@link #seal} happens before the appender publishes a position in the next segment; a thread that has read such a
 * position sees the end and the next segment too.
 */
public final class LogSegment implements AutoCloseable {
    private final PmemRegion region;
    private final long epoch;
    private final long salt;
    private int endOffset;
    private @Nullable LogSegment next;

    public LogSegment(PmemRegion region, long logId, long epoch) {
        this.region = region;
        this.epoch = epoch;
        this.salt = SegmentDescriptor.salt(logId, epoch);
    }

    public PmemRegion region() {
        return region;
    }

    public long epoch() {
        return epoch;
    }

    /** Returns the salt of its records, see {@link SegmentDescriptor#salt}. */
    public long salt() {
        return salt;
    }

    /** Returns the bytes for records. */
    public int capacity() {
        return capacity(region.length());
    }

    /** Returns the bytes for records in a segment of this length. */
    public static int capacity(int segmentLength) {
        return segmentLength - SegmentDescriptor.RECORDS_OFFSET;
    }

    /** Returns the high-water mark: the offset at or behind which no byte of a record of this epoch was ever stored. */
    public int highWater() {
        return SegmentDescriptor.readHighWater(region, salt);
    }

    /**
     * Returns whether the segment has a right high-water mark: records behind a mark were written by an older version
     * of this server, which knows no marks.
     */
    public boolean hasHighWater(int endOfRecords) {
        return SegmentDescriptor.hasHighWater(region, salt) && highWater() >= endOfRecords;
    }

    /** Moves the high-water mark, durably. */
    public void persistHighWater(int offset) {
        SegmentDescriptor.writeHighWater(region, salt, offset);
        // A crash before this leaves the mark as it was, or one that does not check and counts as the segment's end; no
        // byte behind either has been stored. A crash after it leaves the new mark, and bytes may be stored in front of
        // it.
        region.persist(PersistSite.LOG_HIGH_WATER, SegmentDescriptor.HIGH_WATER_OFFSET, 2 * Long.BYTES);
    }

    /** Sets where the records end, and the segment that continues the log. */
    void seal(int newEndOffset, LogSegment newNext) {
        endOffset = newEndOffset;
        next = newNext;
    }

    int endOffset() {
        return endOffset;
    }

    LogSegment next() {
        if (next == null) {
            throw new IllegalStateException(region.path() + " is the last segment");
        }
        return next;
    }

    @Override
    public void close() {
        region.close();
    }
}
