package io.nvmredis.engine.keyspace;

import io.nvmredis.engine.value.Entry;
import org.jspecify.annotations.Nullable;

/**
 * Entries in the order in which they came, linked through themselves, with what they weigh together. An entry is in one
 * such queue at most. Guarded by the engine's lock.
 */
final class EvictionQueue {
    /** What an entry that is here says of where it is. */
    private final byte number;

    private @Nullable Entry oldest;
    private @Nullable Entry newest;
    private int size;
    private long weight;

    /** A queue of this number, which is not 0. */
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

    /** Takes out an entry that is here. */
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

    /** Takes out the one that has been here longest, or returns null if there is none. */
    @Nullable
    Entry poll() {
        Entry first = oldest;
        if (first != null) {
            remove(first);
        }
        return first;
    }

    /** Counts an entry that is here with the weight that it has now. */
    void weighed(Entry entry) {
        weight += entry.weight - entry.trackedWeight;
        entry.trackedWeight = entry.weight;
    }
}
