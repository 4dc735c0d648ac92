package io.nvmredis.nvm.replay;

import io.nvmredis.nvm.format.TableDescriptor;
import io.nvmredis.nvm.table.Table;
import io.nvmredis.spi.ColdStore;
import io.nvmredis.spi.HashField;
import io.nvmredis.spi.KeyInfo;
import io.nvmredis.spi.KeyVisitor;
import io.nvmredis.spi.ValueVisitor;
import org.jspecify.annotations.Nullable;

/** Table as the server sees it, with the backlog that the log had when it was opened. Any thread. */
public final class TableColdStore implements ColdStore {
    /** Bytes of a hash below which it costs as little to show the whole value as to search it for a field. */
    private static final int MIN_SEARCHED_BYTES = 1 << 10;

    private final Table table;
    private final Replayer replayer;
    private final @Nullable OpenedBacklog opened;
    /** Number of keys of each database at the opening, used if there was no backlog. */
    private final long[] openedCounts = new long[TableDescriptor.DATABASE_COUNT];

    private final long[] openedDeadlineCounts = new long[TableDescriptor.DATABASE_COUNT];
    /** Backlog, as long as the table does not have all of it. */
    private volatile @Nullable OpenedBacklog backlog;

    /** Creates a store for the table of a replayer that has made no step yet. */
    public TableColdStore(Table table, Replayer replayer) {
        this.table = table;
        this.replayer = replayer;
        this.opened = replayer.backlog();
        this.backlog = opened;
        for (int database = 0; database < openedCounts.length; database++) {
            openedCounts[database] = table.count(database);
            openedDeadlineCounts[database] = table.deadlineCount(database);
        }
    }

    /** Returns the backlog, or null if the table has all of it. */
    private @Nullable OpenedBacklog backlog() {
        OpenedBacklog current = backlog;
        if (current != null && current.isRetired()) {
            backlog = null;
            return null;
        }
        return current;
    }

    /** Returns whether the table has everything that the log had when it was opened. */
    public boolean isComplete() {
        return backlog() == null;
    }

    @Override
    public void applySoon() {
        replayer.applySoon();
    }

    @Override
    public long appliedLsn() {
        return replayer.appliedLsn();
    }

    @Override
    public @Nullable KeyInfo find(int database, byte[] key) {
        OpenedBacklog current = backlog();
        return current == null ? table.info(database, key) : current.find(database, key);
    }

    @Override
    public @Nullable KeyInfo load(int database, byte[] key, long maxStoredBytes, ValueVisitor visitor) {
        OpenedBacklog current = backlog();
        return current == null
                ? table.lookup(database, key, maxStoredBytes, visitor)
                : current.load(database, key, maxStoredBytes, visitor);
    }

    @Override
    public @Nullable HashField findField(int database, byte[] key, byte[] field, long maxStoredBytes) {
        return backlog() == null ? table.field(database, key, field, MIN_SEARCHED_BYTES, maxStoredBytes) : null;
    }

    @Override
    public long count(int database) {
        OpenedBacklog current = backlog();
        return current == null ? table.count(database) : current.count(database);
    }

    @Override
    public long deadlineCount(int database) {
        OpenedBacklog current = backlog();
        return current == null ? table.deadlineCount(database) : current.deadlineCount(database);
    }

    @Override
    public boolean isCounted() {
        return opened == null || opened.isCounted();
    }

    @Override
    public long openedCount(int database) {
        return opened == null ? openedCounts[database] : opened.count(database);
    }

    @Override
    public long openedDeadlineCount(int database) {
        return opened == null ? openedDeadlineCounts[database] : opened.deadlineCount(database);
    }

    @Override
    public long hash(int database, byte[] key) {
        return table.hash(database, key);
    }

    @Override
    public long prefetch(long[] hashes, int count) {
        return table.prefetchForReading(hashes, 0, count);
    }

    @Override
    public long scan(long cursor, KeyVisitor visitor) {
        OpenedBacklog current = backlog();
        KeyVisitor ofKeys = (database, key, info) -> {
            if (database < TableDescriptor.DATABASE_COUNT) {
                visitor.key(database, key, info);
            }
        };
        return current == null ? table.scan(cursor, ofKeys) : current.scan(cursor, ofKeys);
    }
}
