package io.nvmredis.engine.value;

import com.github.fppt.jedismock.datastructures.RMDataStructure;
import com.github.fppt.jedismock.datastructures.Slice;
import io.nvmredis.engine.bytes.RawBytes;
import org.jspecify.annotations.Nullable;

/**
 * A key of a database that is in memory, with its value, or, as a {@link ColdValue}, with the knowledge that the cold
 * side holds it. Guarded by the engine's lock.
 *
 * <p>While {@link #isFresh} is set the log does not know the value: its whole image is written when the transaction
 * ends, and no single change of it before that. In between the value may be an object of upstream's, which the
 * operation that stored it may still change.
 */
public final class Entry {
    public static final long NO_DEADLINE = -1;

    /** Told of what changes. */
    final ChangeSink sink;

    /** The number of its database. */
    public final byte database;

    public final Slice key;
    public final long hash;
    /** Of the key, so that comparing keys takes one step less to what is in memory. */
    private final byte[] keyBytes;

    public RMDataStructure value;
    public long deadline = NO_DEADLINE;
    /** The last transaction that changed this key. */
    public long lsn;

    public boolean isFresh;
    /** Whether the log holds something under this key, so that a new value must first take it away. */
    public boolean isLogged;
    /** No longer in its database. */
    public boolean isRemoved;
    /** For a string: how many of its bytes the log knows, to tell what APPEND has added in place. */
    public int loggedLength;

    /** The last snapshot that has what it needs of this: see {@code Snapshots}. */
    public int snapshotId;

    /** The next one in its bucket: belongs to {@code Keyspace}. */
    public @Nullable Entry next;

    /** Its place in {@code DeadlineList}, -1 if it is not there. */
    public int deadlineIndex = -1;

    /** Bytes of memory that it was last counted with, by {@code Residency} or {@code MemoryMeter}. */
    public int weight;
    /** Listed to be weighed when the running command ends. */
    public boolean isMarkedChanged;
    /** Listed to be given to the eviction policy when its last change has been applied. */
    public boolean isAwaited;
    /** How many commands are about to use it that have given up the engine's lock: it stays meanwhile. */
    public short pins;

    /** The number of the queue that it is in, 0 if {@code EvictionPolicy} does not know it. */
    public byte queue;

    /** Its neighbours in that queue. */
    public @Nullable Entry older;

    public @Nullable Entry newer;

    /** The weight that it has in the queue. */
    public int trackedWeight;
    /** How often it has been used lately, up to a few. */
    public byte uses;

    public Entry(ChangeSink sink, int database, Slice key, long hash, RMDataStructure value) {
        this.sink = sink;
        this.database = (byte) database;
        this.key = key;
        this.keyBytes = RawBytes.of(key);
        this.hash = hash;
        this.value = value;
    }

    /** Whether a change inside the value is to be recorded as such. */
    public boolean recordsChanges() {
        return !isFresh && !isRemoved && sink.isOpen();
    }

    /** Its value is about to change in place. */
    void beforeChange() {
        sink.beforeChange(this);
    }

    public byte[] keyBytes() {
        return keyBytes;
    }
}
