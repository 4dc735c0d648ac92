package io.nvmredis.rdb;

import io.nvmredis.spi.Snapshot;
import io.nvmredis.spi.SnapshotVisitor;

/**
 * Snapshot without keys: the first base file of an append-only file is made from it, and so is the base file after
 * FLUSHALL.
 *
 * @param lsn LSN of the last transaction that the snapshot includes
 */
public record EmptySnapshot(long lsn) implements Snapshot {

    @Override
    public long keyCount(int database) {
        return 0;
    }

    @Override
    public long deadlineCount(int database) {
        return 0;
    }

    @Override
    public boolean advance(SnapshotVisitor visitor) {
        return false;
    }

    @Override
    public void close() {
        // An empty snapshot holds nothing to close.
    }
}
