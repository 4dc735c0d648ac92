package io.nvmredis.nvm.log;

import io.nvmredis.nvm.format.SegmentDescriptor;
import io.nvmredis.nvm.pmem.PersistSite;
import io.nvmredis.nvm.pmem.PmemRegion;
import org.jspecify.annotations.Nullable;

/**
 * One mapped file of the log.
 *
 * <p>{@link #seal} happens before the appender publishes a position in the next segment; whoever has seen such a
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

    /** See {@link SegmentDescriptor#salt}. */
    public long salt() {
        return salt;
    }

    /** Bytes for records. */
    public int capacity() {
        return capacity(region.length());
    }

    /** Bytes for records in a segment of this length. */
    public static int capacity(int segmentLength) {
        return segmentLength - SegmentDescriptor.RECORDS_OFFSET;
    }

    /** Offset that no byte of a record of this epoch was ever stored at or behind. */
    public int highWater() {
        return SegmentDescriptor.readHighWater(region, salt);
    }

    /**
     * Whether the segment says so itself, and truly: behind a mark that is below a record, an older version of this server
     * has written, which knows of none.
     */
    public boolean hasHighWater(int endOfRecords) {
        return SegmentDescriptor.hasHighWater(region, salt) && highWater() >= endOfRecords;
    }

    /** Moves the mark, durably. */
    public void persistHighWater(int offset) {
        SegmentDescriptor.writeHighWater(region, salt, offset);
        // Before: the mark as it was, or one that does not check and counts as the segment's end; no byte behind either
        // has been stored. After: the mark, and bytes may be stored in front of it.
        region.persist(PersistSite.LOG_HIGH_WATER, SegmentDescriptor.HIGH_WATER_OFFSET, 2 * Long.BYTES);
    }

    /** Says where the records end and which segment goes on. */
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
