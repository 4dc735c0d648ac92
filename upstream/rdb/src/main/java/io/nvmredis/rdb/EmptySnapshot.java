package io.nvmredis.rdb;

import io.nvmredis.spi.Snapshot;
import io.nvmredis.spi.SnapshotVisitor;

/**
 * Of no keys: what the first base file of an append-only file is made of, and what FLUSHALL leaves.
 *
 * @param lsn of the last transaction that has been
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
        // Holds nothing.
    }
}
