package io.nvmredis.engine;

import com.github.fppt.jedismock.datastructures.RMDataStructure;
import com.github.fppt.jedismock.datastructures.Slice;

/**
 * A key of a database with its value. Guarded by the engine's lock.
 *
 * <p>While {@link #isFresh} is set the log does not know the value: its whole image is written when the transaction
 * ends, and no single change of it before that. In between the value may be an object of upstream's, which the
 * operation that stored it may still change.
 */
final class Entry {
    static final long NO_DEADLINE = -1;

    final Database database;
    final Slice key;
    RMDataStructure value;
    long deadline = NO_DEADLINE;
    /** The last transaction that changed this key. */
    long lsn;

    boolean isFresh;
    /** Whether the log holds something under this key, so that a new value must first take it away. */
    boolean isLogged;
    /** No longer in its database. */
    boolean isRemoved;
    /** For a string: how many of its bytes the log knows, to tell what APPEND has added in place. */
    int loggedLength;

    Entry(Database database, Slice key, RMDataStructure value) {
        this.database = database;
        this.key = key;
        this.value = value;
    }

    /** Whether a change inside the value is to be recorded as such. */
    boolean recordsChanges() {
        return !isFresh && !isRemoved && database.recorder().isOpen();
    }

    byte[] keyBytes() {
        return RawBytes.of(key);
    }
}
