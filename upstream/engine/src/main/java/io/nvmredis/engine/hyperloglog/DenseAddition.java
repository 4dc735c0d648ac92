package io.nvmredis.engine.hyperloglog;

import java.util.Arrays;

/**
 * Elements that are about to be counted by a dense HyperLogLog, which is changed in place: it tells first which
 * registers that raises, and then raises them, so that nothing is copied and only the few bytes that change are recorded.
 */
public final class DenseAddition {
    private static final int[] NONE = {};

    private final byte[] string;
    private int[] indexes = NONE;
    private byte[] values = {};
    private int count;

    /** Elements for this one, which is only read. */
    public DenseAddition(byte[] string) {
        this.string = string;
    }

    /** Counts one more. */
    public void add(byte[] element) {
        long hash = ElementHash.of(element);
        int index = ElementHash.index(hash);
        int value = ElementHash.value(hash);
        if (Encoding.register(string, index) < value) {
            if (count == indexes.length) {
                indexes = Arrays.copyOf(indexes, count * 2 + 1);
                values = Arrays.copyOf(values, count * 2 + 1);
            }
            indexes[count] = index;
            values[count++] = (byte) value;
        }
    }

    /** How many registers it raises; one that two elements raise counts twice. */
    public int count() {
        return count;
    }

    /** Whether the cached count was true, so that the byte at {@link #staleOffset} changes too. */
    public boolean makesCountStale() {
        return count > 0 && Registers.cachedCount(string) != Registers.STALE;
    }

    public static int staleOffset() {
        return Encoding.STALE_OFFSET;
    }

    /** The first byte that the change of this number concerns. */
    public int offset(int change) {
        return Encoding.registerOffset(indexes[change]);
    }

    /** How many bytes it concerns. */
    public int length(int change) {
        return Encoding.registerLength(indexes[change]);
    }

    /** Raises the registers, in a string of the same content. */
    public void apply(byte[] target) {
        target[Encoding.STALE_OFFSET] |= (byte) Encoding.STALE_BIT;
        for (int i = 0; i < count; i++) {
            if (Encoding.register(target, indexes[i]) < values[i]) {
                Encoding.putRegister(target, indexes[i], values[i]);
            }
        }
    }
}
