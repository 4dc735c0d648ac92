package io.nvmredis.nvm.log;

import java.util.List;

/**
 * Where a log goes on.
 *
 * @param sealed segments before the current one, by epoch
 * @param current the segment of the next record
 * @param writeOffset where in it
 * @param lastLsn LSN of the last transaction kept, 0 if none
 * @param spares empty segments after the current one, by epoch
 * @param nextEpoch of the next segment to make
 */
public record LogStart(
        List<LogSegment> sealed,
        LogSegment current,
        int writeOffset,
        long lastLsn,
        List<LogSegment> spares,
        long nextEpoch) {

    public LogStart {
        sealed = List.copyOf(sealed);
        spares = List.copyOf(spares);
    }
}
