package io.nvmredis.nvm.log;

import java.util.List;

/**
 * Where a log goes on.
 *
 * @param sealed segments before the current one, by epoch
 * @param sealedEnds where the records of each of them end
 * @param current the segment of the next record
 * @param writeOffset where in it
 * @param lastLsn LSN of the last transaction kept, 0 if none
 * @param spares empty segments after the current one, by epoch
 * @param nextEpoch of the next segment to make
 * @param beginning where the log begins
 */
public record LogStart(
        List<LogSegment> sealed,
        List<Integer> sealedEnds,
        LogSegment current,
        int writeOffset,
        long lastLsn,
        List<LogSegment> spares,
        long nextEpoch,
        LogBeginning beginning) {

    public LogStart {
        sealed = List.copyOf(sealed);
        sealedEnds = List.copyOf(sealedEnds);
        spares = List.copyOf(spares);
    }

    /** The oldest segment. */
    LogSegment oldest() {
        return sealed.isEmpty() ? current : sealed.get(0);
    }

    /** Strings the segments together, as the appender would have. */
    void seal() {
        for (int i = 0; i < sealed.size(); i++) {
            sealed.get(i).seal(sealedEnds.get(i), i + 1 < sealed.size() ? sealed.get(i + 1) : current);
        }
    }
}
