package io.nvmredis.nvm.recovery;

import io.nvmredis.nvm.format.SegmentDescriptor;
import io.nvmredis.nvm.format.Superblock;
import io.nvmredis.nvm.log.LogSegment;
import io.nvmredis.nvm.pmem.PersistSite;
import io.nvmredis.nvm.pmem.PmemDirectory;
import io.nvmredis.nvm.pmem.PmemRegion;
import io.nvmredis.spi.LoadingListener;
import io.nvmredis.spi.errors.PersistenceException;
import java.util.List;

/**
 * Cuts a log behind a transaction, though later ones were acknowledged: what comes behind it is lost, since somebody
 * has asked for that. One thread.
 */
public final class LogTruncation {
    private final PmemDirectory directory;

    public LogTruncation(PmemDirectory directory) {
        this.directory = directory;
    }

    /**
     * Cuts.
     *
     * @param lsn LSN of the last transaction that stays
     * @param highestLsn highest LSN of an effect that the table has
     * @return LSN of the last transaction that could be read before
     * @throws PersistenceException if it cannot be cut there; nothing has been changed then
     */
    public long cutBehind(long lsn, long highestLsn) {
        try (SuperblockFile file = SuperblockFile.open(directory)) {
            StoreDecision decision = StoreDecision.of(file.state(), new SegmentSet(directory).state());
            if (decision != StoreDecision.RECOVER && decision != StoreDecision.RECOVER_AND_REPAIR) {
                throw new PersistenceException("there is no log in " + directory.pathOf("") + " that could be cut");
            }
            Superblock superblock = file.read();
            List<LogSegment> segments = new SegmentSet(directory).open(superblock);
            try {
                return cut(segments, superblock, lsn, highestLsn);
            } finally {
                segments.forEach(LogSegment::close);
            }
        }
    }

    private static long cut(List<LogSegment> segments, Superblock superblock, long lsn, long highestLsn) {
        LogScanner scanner =
                new LogScanner(segments, superblock, lsn, LogVisitor.NOBODY, new LoadingProgress(LoadingListener.NONE));
        scanner.scan();
        long lastLsn = scanner.expectedLsn() - 1;
        require(lsn, superblock.firstLsn() - 1, lastLsn, highestLsn);
        LogPlace end =
                lsn < superblock.firstLsn() ? new LogPlace(0, superblock.firstOffset()) : scanner.checkpointPlace();
        clearFrontiers(segments, lsn);
        for (int i = segments.size() - 1; i >= end.segmentIndex(); i--) {
            clear(segments.get(i).region(), i == end.segmentIndex() ? end.offset() : SegmentDescriptor.RECORDS_OFFSET);
        }
        return lastLsn;
    }

    private static void require(long lsn, long leastLsn, long lastLsn, long highestLsn) {
        if (lsn < Math.max(leastLsn, highestLsn)) {
            throw new PersistenceException(
                    "the log cannot be cut behind LSN " + lsn + ": the table has effects up to LSN "
                            + Math.max(leastLsn, highestLsn)
                            + ", and would take later transactions of the same numbers for ones"
                            + " that it has; give that LSN or a higher one");
        }
        if (lsn > lastLsn) {
            throw new PersistenceException(
                    "the log cannot be cut behind LSN " + lsn + ": the last one that can be read is " + lastLsn);
        }
    }

    /** Takes back what claims that later transactions were durable, so that a start does not miss them. */
    private static void clearFrontiers(List<LogSegment> segments, long lsn) {
        for (LogSegment segment : segments) {
            PmemRegion region = segment.region();
            if (SegmentDescriptor.readFrontier(region, segment.salt()) > lsn) {
                SegmentDescriptor.writeFrontier(region, segment.salt(), lsn);
                region.flush(PersistSite.TRUNCATED_FRONTIER, SegmentDescriptor.FRONTIER_LSN_OFFSET, 2 * Long.BYTES);
            }
        }
        // A crash before this leaves any of the frontiers, old, new or torn, which count as none, and every record; a
        // crash after it leaves none that claims what is cut. The log is read as before in each case.
        segments.get(segments.size() - 1).region().drain(PersistSite.TRUNCATED_FRONTIER);
    }

    private static void clear(PmemRegion region, int start) {
        if (start >= region.length()) {
            return;
        }
        region.clear(start, region.length() - start);
        // Segments are cleared from the last to the first. A crash before this leaves the records of this segment and
        // of those before it, or some of them: then a start cuts them as a torn tail, or refuses them, as some may
        // claim
        // others, and cutting again goes on. A crash after it leaves nothing in this segment.
        region.persist(PersistSite.TRUNCATED_RECORDS, start, region.length() - start);
    }
}
