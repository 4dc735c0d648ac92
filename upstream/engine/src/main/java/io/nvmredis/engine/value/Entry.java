package io.nvmredis.engine.value;

import com.github.fppt.jedismock.datastructures.RMDataStructure;
import com.github.fppt.jedismock.datastructures.Slice;
import io.nvmredis.engine.bytes.RawBytes;
import org.jspecify.annotations.Nullable;

/**
 * Key of a database that is in memory, with its value or with a {@link ColdValue}, which says that the cold side holds
 * the value. Guarded by the engine's lock.
 *
 * <p>While {@link #isFresh} is set, the log does not know the value: its whole image is written when the transaction
 * ends, and no single change of it before that. Until then the value may be an object of upstream's, which the
 * operation that stored it may still change.
 */
public final class Entry {
    public static final long NO_DEADLINE = -1;

    /** Receiver of the changes of the value. */
    final ChangeSink sink;

    /** Number of the database. */
    public final byte database;

    public final Slice key;
    public final long hash;
    /** Bytes of the key, kept here so that comparing keys follows one reference less. */
    private final byte[] keyBytes;

    public RMDataStructure value;
    public long deadline = NO_DEADLINE;
    /** LSN of the last transaction that changed this key. */
    public long lsn;

    public boolean isFresh;
    /** Whether the log holds a value under this key, which a new value must first remove. */
    public boolean isLogged;
    /** Whether the entry is no longer in its database. */
    public boolean isRemoved;
    /** Seconds from the start of the server to the last use of the key, 0 if none is known. */
    public int usedSeconds;

    /** Number of bytes of a string that the log knows, to tell what APPEND has added in place. */
    public int loggedLength;

    /** Number of the last snapshot that has what it needs of this entry: see {@code Snapshots}. */
    public int snapshotId;

    /** Next entry in the same bucket; belongs to {@code Keyspace}. */
    public @Nullable Entry next;

    /** Index in {@code DeadlineList}, -1 if the entry is not in it. */
    public int deadlineIndex = -1;

    /** Bytes of memory with which {@code Residency} or {@code MemoryMeter} last counted the entry. */
    public int weight;
    /** Whether the entry is listed to be weighed when the running command ends. */
    public boolean isMarkedChanged;
    /** Whether the entry is listed to be given to the eviction policy when its last change has been applied. */
    public boolean isAwaited;
    /**
     * Number of users that need the entry to stay although they do not hold the engine's lock, such as a command that
     * waits for a big value; it is not evicted meanwhile.
     */
    public short pins;

    /** Number of the eviction queue that the entry is in, 0 if {@code EvictionPolicy} does not know it. */
    public byte queue;

    /** Next older entry in that queue. */
    public @Nullable Entry older;

    /** Next newer entry in that queue. */
    public @Nullable Entry newer;

    /** Weight with which the queue counts the entry. */
    public int trackedWeight;
    /** Number of recent uses, up to a small maximum. */
    public byte uses;

    public Entry(ChangeSink sink, int database, Slice key, long hash, RMDataStructure value) {
        this.sink = sink;
        this.database = (byte) database;
        this.key = key;
        this.keyBytes = RawBytes.of(key);
        this.hash = hash;
        this.value = value;
    }

    /** Tells whether a change inside the value is to be recorded as such. */
    public boolean recordsChanges() {
        return !isFresh && !isRemoved && sink.isOpen();
    }

    /** Notes that the value is about to change in place. */
    void beforeChange() {
        sink.beforeChange(this);
    }

    public byte[] keyBytes() {
        return keyBytes;
    }
}
