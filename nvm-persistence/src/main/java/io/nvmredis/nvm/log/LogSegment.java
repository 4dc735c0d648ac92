package io.nvmredis.nvm.log;

import io.nvmredis.nvm.format.SegmentDescriptor;
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
