package io.nvmredis.nvm.replay;

/**
 * Slots of a {@link BacklogIndex}: an open-addressing map from the hash of a key to its newest link, in the order of
 * hashes. Each slot is two words that lie side by side, so that an effect on a key takes one miss of the processor's
 * caches.
 */
final class IndexSlots {
    private static final int INITIAL_CAPACITY = 1 << 12;
    /** Bytes per slot. */
    static final int SLOT_BYTES = 2 * Long.BYTES;

    /** Most links of one index, for which a number in a slot has room. */
    static final int MOST_LINKS = (1 << 30) - 1;

    private static final int LENGTH_SHIFT = 30;
    /** Largest length of a chain that is told from longer ones. */
    static final int LARGEST_LENGTH = (1 << 13) - 1;

    private static final int CHANGED_SHIFT = 43;
    /** Largest number of bytes of changes that is told from larger ones. */
    static final int LARGEST_CHANGED = (1 << 21) - 1;

    /**
     * Two words per slot: the hash; and the newest link plus 1, the length of the chain, and the bytes of the changes
     * since the key was last replaced. The second is 0 for an empty slot. The number of slots is a power of two; at most
     * three quarters are used.
     */
    private long[] words = new long[2 * INITIAL_CAPACITY];

    private int capacity = INITIAL_CAPACITY;
    private int used;

    int capacity() {
        return capacity;
    }

    long takenBytes() {
        return (long) capacity * SLOT_BYTES;
    }

    void clear() {
        capacity = 2;
        words = new long[2 * capacity];
        used = 0;
    }

    /** Returns whether a hash without a slot makes all slots move to twice as many. */
    boolean isFull() {
        return used >= capacity / 4 * 3;
    }

    /** Returns the slot of a hash, or the empty one that it would get. */
    int find(long hash) {
        long[] in = words;
        int mask = capacity - 1;
        int slot = home(hash);
        while (in[2 * slot + 1] != 0 && in[2 * slot] != hash) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    /** Returns the slot of a hash, which gets one if it has none. */
    int slotOf(long hash) {
        int slot = find(hash);
        if (words[2 * slot + 1] == 0) {
            if (isFull()) {
                grow();
                slot = find(hash);
            }
            used++;
            words[2 * slot] = hash;
        }
        return slot;
    }

    int home(long hash) {
        return (int) (hash >>> (Long.SIZE - Integer.numberOfTrailingZeros(capacity)));
    }

    /** Loads the home of a hash into the processor's cache. Returns a meaningless number, which the caller must use. */
    long touch(long hash) {
        return words[2 * home(hash) + 1];
    }

    private void grow() {
        long[] old = words;
        capacity *= 2;
        words = new long[2 * capacity];
        for (int i = 0; i < old.length; i += 2) {
            if (old[i + 1] != 0) {
                int slot = find(old[i]);
                words[2 * slot] = old[i];
                words[2 * slot + 1] = old[i + 1];
            }
        }
    }

    boolean isEmpty(int slot) {
        return words[2 * slot + 1] == 0;
    }

    long hash(int slot) {
        return words[2 * slot];
    }

    /** Returns the newest link of a slot, or {@link IndexLinks#NONE} if it is empty. */
    int newest(int slot) {
        return (int) (words[2 * slot + 1] & MOST_LINKS) - 1;
    }

    /** Returns the length of the chain of a slot; of a very long one, {@link #LARGEST_LENGTH}. */
    int length(int slot) {
        return (int) (words[2 * slot + 1] >> LENGTH_SHIFT) & LARGEST_LENGTH;
    }

    /** Returns the bytes of changes; of very many, {@link #LARGEST_CHANGED}. */
    int changed(int slot) {
        return (int) (words[2 * slot + 1] >>> CHANGED_SHIFT);
    }

    void set(int slot, int newest, int length, long changed) {
        words[2 * slot + 1] = newest + 1
                | (long) Math.min(length, LARGEST_LENGTH) << LENGTH_SHIFT
                | Math.min(changed, LARGEST_CHANGED) << CHANGED_SHIFT;
    }
}
