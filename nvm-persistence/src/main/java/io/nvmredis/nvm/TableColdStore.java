package io.nvmredis.nvm;

import io.nvmredis.nvm.replay.Replayer;
import io.nvmredis.nvm.table.Table;
import io.nvmredis.spi.ColdStore;
import io.nvmredis.spi.KeyInfo;
import io.nvmredis.spi.KeyVisitor;
import io.nvmredis.spi.ValueVisitor;
import org.jspecify.annotations.Nullable;

/** The table as the server sees it, and how far the log has been applied to it. Any thread. */
final class TableColdStore implements ColdStore {
    private final Table table;
    private final Replayer replayer;

    TableColdStore(Table table, Replayer replayer) {
        this.table = table;
        this.replayer = replayer;
    }

    @Override
    public long appliedLsn() {
        return replayer.appliedLsn();
    }

    @Override
    public @Nullable KeyInfo find(int database, byte[] key) {
        return table.info(database, key);
    }

    @Override
    public @Nullable KeyInfo load(int database, byte[] key, long maxStoredBytes, ValueVisitor visitor) {
        return table.lookup(database, key, maxStoredBytes, visitor);
    }

    @Override
    public long count(int database) {
        return table.count(database);
    }

    @Override
    public long deadlineCount(int database) {
        return table.deadlineCount(database);
    }

    @Override
    public long hash(int database, byte[] key) {
        return table.hash(database, key);
    }

    @Override
    public long touch(long[] hashes, int count) {
        return table.prefetchForReading(hashes, 0, count);
    }

    @Override
    public long scan(long cursor, KeyVisitor visitor) {
        return table.scan(cursor, visitor);
    }
}
