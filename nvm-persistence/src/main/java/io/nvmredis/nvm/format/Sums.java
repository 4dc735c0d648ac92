package io.nvmredis.nvm.format;

/**
 * Computes sums, which do not depend on order, of the slots of the index and of the entries of the segments. A change
 * adds the contribution of the new state and subtracts that of the old one, so keeping a sum costs a multiplication or
 * two, and its word is stored with every batch anyway.
 *
 * <p>They detect an older copy of a page, which is whole in itself and at its place, and a lost page that no other
 * check detects. They are modulo 2^56, as a {@link CheckedWord} holds them.
 */
public final class Sums {
    private static final long MULTIPLIER = 0x9e37_79b9_7f4a_7c15L;
    private static final long FINAL_1 = 0xff51_afd7_ed55_8ccdL;
    private static final long FINAL_2 = 0xc4ce_b9fe_1a85_ec53L;

    private Sums() {}

    /** Mixes a value by the finalizer of MurmurHash3: every bit depends on every other; zero stays zero. */
    public static long mix(long value) {
        long h = (value ^ (value >>> 33)) * FINAL_1;
        h = (h ^ (h >>> 33)) * FINAL_2;
        return h ^ (h >>> 33);
    }

    /** Adds a contribution. */
    public static long add(long sum, long contribution) {
        return (sum + contribution) & CheckedWord.MAX_VALUE;
    }

    /** Subtracts a contribution. */
    public static long subtract(long sum, long contribution) {
        return (sum - contribution) & CheckedWord.MAX_VALUE;
    }

    /** Returns the contribution of a slot, wherever it is; zero for an empty one. */
    public static long ofSlot(long slot) {
        return mix(CheckedWord.value(slot)) & CheckedWord.MAX_VALUE;
    }

    /**
     * Returns the contribution of the entry of a segment: zero, unless something points into it. So it makes no
     * difference when, between two batches, a segment comes into use or is freed.
     */
    public static long ofSegment(int number, long epoch, long end, long live) {
        if (live == 0 || end == 0) {
            return 0;
        }
        return mix(mix(mix(mix(number + MULTIPLIER) + epoch) + end) + live) & CheckedWord.MAX_VALUE;
    }
}
