package io.nvmredis.engine.keyspace;

import io.nvmredis.engine.value.Entry;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Entries of a database that have a deadline and are in memory, in no order, over which the expiry walks. Adding and
 * removing is O(1), because each entry knows its place. Guarded by the engine's lock.
 */
public final class DeadlineList {
    private static final int MIN_CAPACITY = 16;

    private @Nullable Entry[] entries = new Entry[MIN_CAPACITY];
    private int size;

    public int size() {
        return size;
    }

    public Entry get(int index) {
        return Objects.requireNonNull(entries[Objects.checkIndex(index, size)]);
    }

    void add(Entry entry) {
        if (size == entries.length) {
            entries = Arrays.copyOf(entries, 2 * size);
        }
        entry.deadlineIndex = size;
        entries[size++] = entry;
    }

    /** Removes an entry; the last entry takes its place. */
    void remove(Entry entry) {
        Entry last = Objects.requireNonNull(entries[--size]);
        entries[entry.deadlineIndex] = last;
        last.deadlineIndex = entry.deadlineIndex;
        entries[size] = null;
        entry.deadlineIndex = -1;
        if (size < entries.length >> 3 && entries.length > MIN_CAPACITY) {
            entries = Arrays.copyOf(entries, entries.length >> 2);
        }
    }

    void clear() {
        for (int i = 0; i < size; i++) {
            get(i).deadlineIndex = -1;
        }
        entries = new Entry[MIN_CAPACITY];
        size = 0;
    }
}
