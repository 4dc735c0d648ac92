package io.nvmredis.engine.tracking;

import com.github.fppt.jedismock.datastructures.Slice;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Keys that clients have read, and their readers. A name stands for the keys of all databases that have it, as in
 * Redis. There is a limit on the number of keys and one on the bytes that they take; a key that is to go is chosen at
 * random, as in Redis.
 *
 * <p>Invariant: {@link #list} has the values of {@link #byName}, each at its own index. Guarded by the engine's lock.
 */
final class TrackedKeys {
    /** Bytes per key beside its name: the objects of the map, of the list and of the key. */
    static final int KEY_BYTES = 160;
    /** Bytes per reader of a key but the first. */
    static final int READER_BYTES = 96;

    private final Map<Slice, TrackedKey> byName = new HashMap<>();
    private final List<TrackedKey> list = new ArrayList<>();
    private final long maxBytes;
    private final IntUnaryOperator random;
    private long maxKeys;
    private long bytes;
    private long itemCount;

    /**
     * Creates an empty table.
     *
     * @param random returns an index below the given one
     */
    TrackedKeys(long maxKeys, long maxBytes, IntUnaryOperator random) {
        this.maxKeys = maxKeys;
        this.maxBytes = maxBytes;
        this.random = random;
    }

    /** Sets how many keys there may be; 0 is any number. */
    void limit(long newMaxKeys) {
        maxKeys = newMaxKeys;
    }

    long maxKeys() {
        return maxKeys;
    }

    void add(Slice key, TrackingClient reader) {
        TrackedKey tracked = byName.get(key);
        if (tracked == null) {
            tracked = new TrackedKey(key, reader);
            tracked.index = list.size();
            byName.put(key, tracked);
            list.add(tracked);
            bytes += KEY_BYTES + key.length();
            itemCount++;
        } else if (tracked.add(reader)) {
            bytes += READER_BYTES;
            itemCount++;
        }
    }

    /** Removes a key; returns null if no client has read it since it was removed last. */
    @Nullable
    TrackedKey remove(Slice key) {
        TrackedKey removed = byName.remove(key);
        if (removed != null) {
            TrackedKey last = list.remove(list.size() - 1);
            if (last != removed) {
                list.set(removed.index, last);
                last.index = removed.index;
            }
            bytes -= bytesOf(removed);
            itemCount -= removed.readerCount();
        }
        return removed;
    }

    private static long bytesOf(TrackedKey tracked) {
        return (long) KEY_BYTES + tracked.key.length() + (tracked.readerCount() - 1L) * READER_BYTES;
    }

    boolean isOverfull() {
        return bytes > maxBytes || (maxKeys > 0 && list.size() > maxKeys);
    }

    /** Returns a key chosen at random. There must be one. */
    Slice any() {
        return list.get(random.applyAsInt(list.size())).key;
    }

    void clear() {
        byName.clear();
        list.clear();
        bytes = 0;
        itemCount = 0;
    }

    int keyCount() {
        return list.size();
    }

    /** Returns the number of pairs of a key and a reader. */
    long itemCount() {
        return itemCount;
    }

    long bytes() {
        return bytes;
    }
}
