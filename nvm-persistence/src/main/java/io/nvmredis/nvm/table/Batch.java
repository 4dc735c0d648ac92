package io.nvmredis.nvm.table;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/** Changes of slots that wait to be published together. The writer's. */
final class Batch {
    private static final int WORDS = 3;

    private final Set<Long> hashes = new HashSet<>();
    private long[] changes = new long[WORDS * 64];
    private int count;
    private int addedCount;

    void add(long hash, long oldSlot, long newSlot) {
        if (count * WORDS == changes.length) {
            changes = Arrays.copyOf(changes, 2 * changes.length);
        }
        changes[count * WORDS] = hash;
        changes[count * WORDS + 1] = oldSlot;
        changes[count * WORDS + 2] = newSlot;
        addedCount += oldSlot == 0 ? 1 : 0;
        count++;
        hashes.add(hash);
    }

    /** Whether the slot of a key with this hash may be about to change. */
    boolean contains(long hash) {
        return hashes.contains(hash);
    }

    int count() {
        return count;
    }

    /** How many of the changes need a new slot. */
    int addedCount() {
        return addedCount;
    }

    long hash(int index) {
        return changes[index * WORDS];
    }

    long oldSlot(int index) {
        return changes[index * WORDS + 1];
    }

    long newSlot(int index) {
        return changes[index * WORDS + 2];
    }

    void clear() {
        hashes.clear();
        count = 0;
        addedCount = 0;
    }
}
