package io.nvmredis.engine.keyspace;

import io.nvmredis.engine.value.Entry;
import org.jspecify.annotations.Nullable;

/**
 * Queue of entries in the order in which they came, linked through the entries, with their total weight. An entry is in
 * one such queue at most. Guarded by the engine's lock.
 */
final class EvictionQueue {
    /** Number that an entry of this queue holds in {@link Entry#queue}. */
    private final byte number;

    private @Nullable Entry oldest;
    private @Nullable Entry newest;
    private int size;
    private long weight;

    /** Creates a queue with a number, which must not be 0. */
    EvictionQueue(int number) {
        this.number = (byte) number;
    }

    int size() {
        return size;
    }

    long weight() {
        return weight;
    }

    /** Adds an entry that is in no queue, with the weight that it has now. */
    void add(Entry entry) {
        Entry last = newest;
        entry.queue = number;
        entry.older = last;
        if (last == null) {
            oldest = entry;
        } else {
            last.newer = entry;
        }
        newest = entry;
        entry.trackedWeight = entry.weight;
        weight += entry.weight;
        size++;
    }

    /** Removes an entry, which must be in this queue. */
    void remove(Entry entry) {
        Entry before = entry.older;
        Entry after = entry.newer;
        if (before == null) {
            oldest = after;
        } else {
            before.newer = after;
        }
        if (after == null) {
            newest = before;
        } else {
            after.older = before;
        }
        entry.older = null;
        entry.newer = null;
        entry.queue = 0;
        weight -= entry.trackedWeight;
        size--;
    }

    /** Removes and returns the oldest entry, or returns null if the queue is empty. */
    @Nullable
    Entry poll() {
        Entry first = oldest;
        if (first != null) {
            remove(first);
        }
        return first;
    }

    /** Takes over the present weight of an entry, which must be in this queue. */
    void weighed(Entry entry) {
        weight += entry.weight - entry.trackedWeight;
        entry.trackedWeight = entry.weight;
    }
}
