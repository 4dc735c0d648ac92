package io.nvmredis.transfer;

import io.nvmredis.spi.ColdStore;
import io.nvmredis.spi.DataSet;
import io.nvmredis.spi.KeyInfo;
import io.nvmredis.spi.Snapshot;
import io.nvmredis.spi.SnapshotVisitor;
import io.nvmredis.spi.ValueVisitor;
import io.nvmredis.spi.effects.LibraryEffects;
import io.nvmredis.spi.errors.PersistenceException;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Snapshot of the data that a persister holds while nothing changes them, read from the medium a few keys at a time.
 * One thread.
 *
 * <p>A scan shows the keys of all databases at once, but a snapshot shows one database after the other, so it takes one
 * scan per database that is not empty.
 */
final class ColdSnapshot implements Snapshot {
    private final ColdStore store;
    private final long lsn;
    private final Queue<Key> found = new ArrayDeque<>();
    private int database = -1;
    private long cursor;

    private static final class Key {
        private final byte[] name;
        private final long deadlineMillis;

        Key(byte[] name, long deadlineMillis) {
            this.name = name;
            this.deadlineMillis = deadlineMillis;
        }
    }

    /**
     * Makes a snapshot of a store.
     *
     * @param lsn LSN of the last transaction that was appended: the store shows it, whether the store says that it was
     *     applied or not
     */
    ColdSnapshot(ColdStore store, long lsn) {
        this.store = store;
        this.lsn = lsn;
    }

    @Override
    public long lsn() {
        return lsn;
    }

    @Override
    public long keyCount(int index) {
        return store.count(index);
    }

    @Override
    public long deadlineCount(int index) {
        return store.deadlineCount(index);
    }

    @Override
    public boolean advance(SnapshotVisitor visitor) {
        if (database < 0) {
            showLibraries(visitor);
        }
        Key key = found.poll();
        if (key != null) {
            show(key, visitor);
            return true;
        }
        if (cursor == 0 && !nextDatabase()) {
            return false;
        }
        cursor = store.scan(cursor, (index, name, info) -> {
            if (index == database) {
                found.add(new Key(name, info.deadlineMillis()));
            }
        });
        return true;
    }

    private void showLibraries(SnapshotVisitor visitor) {
        byte[] key = LibraryEffects.key();
        if (store.find(LibraryEffects.DATABASE, key) != null) {
            visitor.key(LibraryEffects.DATABASE, key, ValueVisitor.NO_DEADLINE);
            store.load(LibraryEffects.DATABASE, key, visitor);
            visitor.end();
        }
    }

    private boolean nextDatabase() {
        do {
            database++;
        } while (database < DataSet.DATABASE_COUNT && store.count(database) == 0);
        return database < DataSet.DATABASE_COUNT;
    }

    private void show(Key key, SnapshotVisitor visitor) {
        visitor.key(database, key.name, key.deadlineMillis);
        KeyInfo info = load(key, visitor);
        if (info == null) {
            throw new PersistenceException("the key '" + WordText.excerpt(key.name)
                    + "' is gone, though nobody could change it; is another" + " program writing to the directory?");
        }
        visitor.end();
    }

    private @Nullable KeyInfo load(Key key, SnapshotVisitor visitor) {
        try {
            return store.load(database, key.name, visitor);
        } catch (PersistenceException e) {
            String where = database == 0 ? "" : " of database " + database;
            throw new PersistenceException(
                    "the key '" + WordText.excerpt(key.name) + "'" + where + " cannot be read: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        found.clear();
    }
}
