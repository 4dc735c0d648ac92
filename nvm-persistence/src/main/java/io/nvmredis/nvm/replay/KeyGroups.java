package io.nvmredis.nvm.replay;

import io.nvmredis.nvm.log.LogReader;
import io.nvmredis.nvm.table.KeyEffects;
import java.util.Arrays;

/**
 * Groups the effects of a batch on one database by key: keys in the order in which they were first changed, the effects
 * of each key in their order. It is an open-addressing map over arrays that are reused; nothing is allocated per
 * effect. Keys are given with their hashes in the table, for which clients cannot choose colliding keys.
 *
 * <p>Effects are kept as ranges of the arrays that they were read from. An effect that follows a range directly, in the
 * same transaction, extends the range. One thread.
 */
final class KeyGroups {
    private static final byte[] NOTHING = new byte[0];
    private static final int NONE = -1;
    private static final int INITIAL_CAPACITY = 1 << 10;

    /**
     * Index of a key plus 1, by hash; 0 for an empty slot. The length is a power of two; at most half of the slots are
     * used.
     */
    private int[] slots = new int[2 * INITIAL_CAPACITY];

    // The arrays from here to effectCounts are by key.
    private long[] hashes = new long[INITIAL_CAPACITY];
    private byte[][] keyBytes = new byte[INITIAL_CAPACITY][];
    private int[] keyOffsets = new int[INITIAL_CAPACITY];
    private int[] keyLengths = new int[INITIAL_CAPACITY];
    private int[] firstRanges = new int[INITIAL_CAPACITY];
    private int[] lastRanges = new int[INITIAL_CAPACITY];
    private int[] effectCounts = new int[INITIAL_CAPACITY];
    private int keyCount;

    // The arrays from here to lengths are by range.
    private int[] nextRanges = new int[INITIAL_CAPACITY];
    private long[] lsns = new long[INITIAL_CAPACITY];
    private byte[][] bytes = new byte[INITIAL_CAPACITY][];
    private int[] offsets = new int[INITIAL_CAPACITY];
    private int[] lengths = new int[INITIAL_CAPACITY];
    private int rangeCount;
    /**
     * Set if an array was added that is so large that it must not be kept. Other arrays are reused for the next batch.
     */
    private boolean holdsLarge;

    /**
     * Adds an effect.
     *
     * @param hash hash of the key
     * @param replaces whether the effect removes the key or replaces its value, so that earlier effects do not matter
     * @return how many effects it has made superfluous
     */
    int add(
            long hash,
            long lsn,
            byte[] source,
            int keyOffset,
            int keyLength,
            int effectOffset,
            int effectLength,
            boolean replaces) {
        int key = find(hash, source, keyOffset, keyLength);
        int superseded = 0;
        if (replaces) {
            superseded = effectCounts[key];
            effectCounts[key] = 0;
            firstRanges[key] = NONE;
            lastRanges[key] = NONE;
        }
        effectCounts[key]++;
        int last = lastRanges[key];
        if (last != NONE
                && lsns[last] == lsn
                && bytes[last] == source
                && offsets[last] + lengths[last] == effectOffset) {
            lengths[last] += effectLength;
        } else {
            addRange(key, lsn, source, effectOffset, effectLength);
        }
        return superseded;
    }

    private void addRange(int key, long lsn, byte[] source, int offset, int length) {
        if (rangeCount == lsns.length) {
            growRanges();
        }
        holdsLarge |= source.length > LogReader.PIECE_LENGTH;
        int range = rangeCount++;
        nextRanges[range] = NONE;
        lsns[range] = lsn;
        bytes[range] = source;
        offsets[range] = offset;
        lengths[range] = length;
        if (lastRanges[key] == NONE) {
            firstRanges[key] = range;
        } else {
            nextRanges[lastRanges[key]] = range;
        }
        lastRanges[key] = range;
    }

    private int find(long hash, byte[] source, int offset, int length) {
        int mask = slots.length - 1;
        int slot = slotOf(hash, mask);
        while (slots[slot] != 0) {
            int key = slots[slot] - 1;
            if (hashes[key] == hash && isKey(key, source, offset, length)) {
                return key;
            }
            slot = (slot + 1) & mask;
        }
        if (keyCount == hashes.length) {
            growKeys();
            slot = freeSlot(hash);
        }
        int key = keyCount++;
        slots[slot] = key + 1;
        hashes[key] = hash;
        keyBytes[key] = source;
        keyOffsets[key] = offset;
        keyLengths[key] = length;
        effectCounts[key] = 0;
        firstRanges[key] = NONE;
        lastRanges[key] = NONE;
        return key;
    }

    private boolean isKey(int key, byte[] source, int offset, int length) {
        int at = keyOffsets[key];
        return keyLengths[key] == length
                && Arrays.equals(keyBytes[key], at, at + length, source, offset, offset + length);
    }

    private static int slotOf(long hash, int mask) {
        return (int) (hash ^ (hash >>> Integer.SIZE)) & mask;
    }

    private int freeSlot(long hash) {
        int mask = slots.length - 1;
        int slot = slotOf(hash, mask);
        while (slots[slot] != 0) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private void growKeys() {
        int capacity = 2 * keyCount;
        hashes = Arrays.copyOf(hashes, capacity);
        keyBytes = Arrays.copyOf(keyBytes, capacity);
        keyOffsets = Arrays.copyOf(keyOffsets, capacity);
        keyLengths = Arrays.copyOf(keyLengths, capacity);
        firstRanges = Arrays.copyOf(firstRanges, capacity);
        lastRanges = Arrays.copyOf(lastRanges, capacity);
        effectCounts = Arrays.copyOf(effectCounts, capacity);
        slots = new int[2 * capacity];
        for (int key = 0; key < keyCount; key++) {
            slots[freeSlot(hashes[key])] = key + 1;
        }
    }

    private void growRanges() {
        int capacity = 2 * rangeCount;
        nextRanges = Arrays.copyOf(nextRanges, capacity);
        lsns = Arrays.copyOf(lsns, capacity);
        bytes = Arrays.copyOf(bytes, capacity);
        offsets = Arrays.copyOf(offsets, capacity);
        lengths = Arrays.copyOf(lengths, capacity);
    }

    int keyCount() {
        return keyCount;
    }

    /** Returns the number of effects kept. */
    int effectCount() {
        int count = 0;
        for (int key = 0; key < keyCount; key++) {
            count += effectCounts[key];
        }
        return count;
    }

    /** Returns the hashes of the keys, in an array that may be longer; not to be changed. */
    long[] hashes() {
        return hashes;
    }

    /** Returns the array that holds a key from {@link #keyOffset} on, {@link #keyLength} bytes. */
    byte[] keyBytes(int key) {
        return keyBytes[key];
    }

    int keyOffset(int key) {
        return keyOffsets[key];
    }

    int keyLength(int key) {
        return keyLengths[key];
    }

    /** Copies the effects on a key, in their order, to {@code target}. */
    void copyEffects(int key, KeyEffects target) {
        for (int range = firstRanges[key]; range != NONE; range = nextRanges[range]) {
            target.add(lsns[range], bytes[range], offsets[range], lengths[range]);
        }
    }

    /** Removes everything. Takes time in proportion to the number of keys. */
    void clear() {
        if (keyCount > slots.length / 8) {
            Arrays.fill(slots, 0);
        } else {
            int mask = slots.length - 1;
            for (int key = 0; key < keyCount; key++) {
                int slot = slotOf(hashes[key], mask);
                // All slots between a key and the first slot of its hash hold keys that are removed as well.
                while (slots[slot] != key + 1) {
                    slot = (slot + 1) & mask;
                }
                slots[slot] = 0;
            }
        }
        if (holdsLarge) {
            Arrays.fill(keyBytes, 0, keyCount, NOTHING);
            Arrays.fill(bytes, 0, rangeCount, NOTHING);
            holdsLarge = false;
        }
        keyCount = 0;
        rangeCount = 0;
    }
}
