package io.nvmredis.nvm.log;

import io.nvmredis.nvm.format.SegmentDescriptor;

/**
 * How far the segment that records go to may be written: no byte of a record is stored at or behind the mark, and the mark
 * is durable before. See {@link SegmentDescriptor}.
 *
 * <p>Committers raise it ahead of the appender, so that the appender, under the engine's lock, persists nothing unless it
 * overtakes them. Guarded by its monitor, but for the offset, which the appender reads for each record.
 */
final class HighWater {
    private LogSegment segment;
    private volatile int offset;

    HighWater(LogSegment segment) {
        this.segment = segment;
        this.offset = segment.highWater();
    }

    /** Records go to this segment from now on. The appender's. */
    synchronized void moveTo(LogSegment next) {
        segment = next;
        offset = next.highWater();
    }

    /** Sees to it that records may be stored up to an offset. The appender's. */
    void require(int end) {
        if (end > offset) {
            raise(end);
        }
    }

    private synchronized void raise(int end) {
        if (end > offset) {
            persist(end);
        }
    }

    /** Raises it if the records of the segment of this epoch have come near to it. */
    synchronized void raiseAhead(long epoch, int end) {
        int length = segment.region().length();
        if (epoch == segment.epoch() && offset < length && offset - end < SegmentDescriptor.highWaterStep(length) / 2) {
            persist(end);
        }
    }

    private void persist(int end) {
        int length = segment.region().length();
        int raised = Math.min(length, end + SegmentDescriptor.highWaterStep(length));
        segment.persistHighWater(raised);
        offset = raised;
    }
}
