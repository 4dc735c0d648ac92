package io.nvmredis.engine;

import com.github.fppt.jedismock.datastructures.RMDataStructure;
import com.github.fppt.jedismock.datastructures.Slice;
import org.jspecify.annotations.Nullable;

/**
 * A key of a database that is in memory, with its value, or, as a {@link ColdValue}, with the knowledge that the cold
 * side holds it. Guarded by the engine's lock.
 *
 * <p>While {@link #isFresh} is set the log does not know the value: its whole image is written when the transaction
 * ends, and no single change of it before that. In between the value may be an object of upstream's, which the
 * operation that stored it may still change.
 */
final class Entry {
    static final long NO_DEADLINE = -1;

    final Database database;
    final Slice key;
    final long hash;
    /** Of the key, so that comparing keys takes one step less to what is in memory. */
    private final byte[] keyBytes;

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

    /** The last snapshot that has what it needs of this: see {@link Snapshots}. */
    int snapshotId;

    /** The next one in its bucket: belongs to {@link Keyspace}. */
    @Nullable
    Entry next;

    /** Its place in {@link DeadlineList}, -1 if it is not there. */
    int deadlineIndex = -1;

    // What follows belongs to Residency.

    /** Bytes of memory that it was last counted with. */
    int weight;
    /** Listed to be weighed when the running command ends. */
    boolean isTouched;
    /** Listed to be given to the eviction policy when its last change has been applied. */
    boolean isAwaited;
    /** How many commands are about to use it that have given up the engine's lock: it stays meanwhile. */
    short pins;

    // What follows belongs to EvictionPolicy.

    /** The queue that it is in, null if the policy does not know it, with the neighbours that it has there. */
    @Nullable
    EvictionQueue queue;

    @Nullable
    Entry older;

    @Nullable
    Entry newer;

    /** The weight that it has in the queue. */
    int trackedWeight;
    /** How often it has been used lately, up to a few. */
    byte uses;

    Entry(Database database, Slice key, long hash, RMDataStructure value) {
        this.database = database;
        this.key = key;
        this.keyBytes = RawBytes.of(key);
        this.hash = hash;
        this.value = value;
    }

    /** Whether a change inside the value is to be recorded as such. */
    boolean recordsChanges() {
        return !isFresh && !isRemoved && database.recorder().isOpen();
    }

    /** Its value is about to change in place. */
    void beforeChange() {
        database.snapshots().beforeChange(this);
        if (isFresh) {
            database.recorder().weighAgain(this);
        }
    }

    byte[] keyBytes() {
        return keyBytes;
    }
}
