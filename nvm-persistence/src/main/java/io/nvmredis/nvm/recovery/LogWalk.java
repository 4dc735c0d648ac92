package io.nvmredis.nvm.recovery;

import io.nvmredis.nvm.format.Superblock;
import io.nvmredis.nvm.log.LogSegment;
import io.nvmredis.nvm.pmem.PmemDirectory;
import io.nvmredis.spi.LoadingListener;
import io.nvmredis.spi.TransactionSink;
import java.util.List;

/** Reads the whole transactions of a log in their order, up to the first that is not there. Changes nothing. */
public final class LogWalk {
    private long lastLsn;
    private long firstLsn = 1;
    private long recordBytes;
    private int segmentCount;

    /**
     * Walks over a log.
     *
     * @param fromLsn LSN of the first transaction that is shown
     * @throws io.nvmredis.spi.errors.PersistenceException if a start would not read this log at all
     */
    public void walk(PmemDirectory directory, long fromLsn, TransactionSink sink) {
        try (SuperblockFile file = SuperblockFile.open(directory)) {
            SegmentSet set = new SegmentSet(directory);
            StoreDecision decision = StoreDecision.of(file.state(), set.state());
            if (decision == StoreDecision.CREATE || decision == StoreDecision.CREATE_AGAIN) {
                return;
            }
            if (decision != StoreDecision.RECOVER && decision != StoreDecision.RECOVER_AND_REPAIR) {
                throw file.refusal(decision);
            }
            read(set.open(file.read()), file.read(), fromLsn, sink);
        }
    }

    private void read(List<LogSegment> segments, Superblock superblock, long fromLsn, TransactionSink sink) {
        try {
            LogScanner scanner = new LogScanner(
                    segments,
                    superblock,
                    Math.max(fromLsn, superblock.firstLsn()) - 1,
                    LogVisitor.of(sink),
                    new LoadingProgress(LoadingListener.NONE));
            scanner.scan();
            firstLsn = superblock.firstLsn();
            lastLsn = scanner.expectedLsn() - 1;
            recordBytes = scanner.recordBytes();
            segmentCount = segments.size();
        } finally {
            segments.forEach(LogSegment::close);
        }
    }

    /** Returns the LSN of the first transaction of the log. */
    public long firstLsn() {
        return firstLsn;
    }

    /** Returns the LSN of the last whole transaction; the one before the first if there is none. */
    public long lastLsn() {
        return lastLsn;
    }

    /** Returns the bytes of the records of the transactions that were shown. */
    public long recordBytes() {
        return recordBytes;
    }

    public int segmentCount() {
        return segmentCount;
    }
}
