package io.nvmredis.nvm.format;

/**
 * Sums that do not depend on order: of the slots of the index and of the entries of the segments. A change adds what the
 * new state contributes and takes away what the old one did, so keeping one costs a multiplication or two, and the word
 * that it stands in is stored with every batch anyway.
 *
 * <p>They tell an older copy of a page, which is whole in itself and stands where it belongs, and a page that is gone in
 * a way that no other check sees. Modulo 2^56, as a {@link CheckedWord} holds it.
 */
public final class Sums {
    private static final long MULTIPLIER = 0x9e37_79b9_7f4a_7c15L;
    private static final long FINAL_1 = 0xff51_afd7_ed55_8ccdL;
    private static final long FINAL_2 = 0xc4ce_b9fe_1a85_ec53L;

    private Sums() {}

    /** The finalizer of MurmurHash3: every bit depends on every other; zero stays zero. */
    static long mix(long value) {
        long h = (value ^ (value >>> 33)) * FINAL_1;
        h = (h ^ (h >>> 33)) * FINAL_2;
        return h ^ (h >>> 33);
    }

    /** The sum of two. */
    public static long add(long sum, long contribution) {
        return (sum + contribution) & CheckedWord.MAX_VALUE;
    }

    /** One without a part of it. */
    public static long subtract(long sum, long contribution) {
        return (sum - contribution) & CheckedWord.MAX_VALUE;
    }

    /** What a slot contributes, wherever it is; an empty one nothing. */
    public static long ofSlot(long slot) {
        return mix(CheckedWord.value(slot)) & CheckedWord.MAX_VALUE;
    }

    /**
     * What the entry of a segment contributes: nothing, unless something points into it. So it makes no difference when,
     * between two batches, a segment comes into use or is freed.
     */
    public static long ofSegment(int number, long epoch, long end, long live) {
        if (live == 0 || end == 0) {
            return 0;
        }
        return mix(mix(mix(mix(number + MULTIPLIER) + epoch) + end) + live) & CheckedWord.MAX_VALUE;
    }
}
