package io.nvmredis.nvm.log;

import io.nvmredis.nvm.format.SegmentDescriptor;

/**
 * High-water mark of the segment that records go to: no byte of a record is stored at or behind the mark, and the mark
 * is made durable before a byte in front of it is stored. See {@link SegmentDescriptor}.
 *
 * <p>Committers raise it ahead of the appender, so that the appender, under the engine's lock, persists nothing unless
 * it overtakes them. Guarded by its monitor, except for the offset, which the appender reads for each record.
 */
final class HighWater {
    private LogSegment segment;
    private volatile int offset;

    HighWater(LogSegment segment) {
        this.segment = segment;
        this.offset = segment.highWater();
    }

    /** Changes to the segment that records go to from now on. Called by the appender. */
    synchronized void moveTo(LogSegment next) {
        segment = next;
        offset = next.highWater();
    }

    /** Raises the mark if records up to an offset would exceed it. Called by the appender. */
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

    /** Raises the mark if the records of the segment of this epoch have come near to it. */
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
