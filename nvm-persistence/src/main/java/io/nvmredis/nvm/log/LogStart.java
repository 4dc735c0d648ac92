package io.nvmredis.nvm.log;

import java.util.List;

/**
 * State in which a log is opened for writing.
 *
 * @param sealed segments before the current one, by epoch
 * @param sealedEnds offset at which the records of each of them end
 * @param current segment of the next record
 * @param writeOffset offset of the next record
 * @param lastLsn LSN of the last transaction kept, 0 if none
 * @param spares empty segments after the current one, by epoch
 * @param nextEpoch epoch of the next segment to make
 * @param beginning beginning of the log
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

    /** Returns the oldest segment. */
    LogSegment oldest() {
        return sealed.isEmpty() ? current : sealed.get(0);
    }

    /** Links the segments to each other, as the appender would have. */
    void seal() {
        for (int i = 0; i < sealed.size(); i++) {
            sealed.get(i).seal(sealedEnds.get(i), i + 1 < sealed.size() ? sealed.get(i + 1) : current);
        }
    }
}
