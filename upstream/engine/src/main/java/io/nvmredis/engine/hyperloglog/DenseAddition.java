package io.nvmredis.engine.hyperloglog;

import java.util.Arrays;

/**
 * Elements that a dense HyperLogLog is about to count. It is changed in place: this class first tells which registers
 * the elements raise, and then raises them, so that nothing is copied and only the few bytes that change are recorded.
 */
public final class DenseAddition {
    private static final int[] NONE = {};

    private final byte[] string;
    private int[] indexes = NONE;
    private byte[] values = {};
    private int count;

    /** Creates an addition without elements to a HyperLogLog, which is only read. */
    public DenseAddition(byte[] string) {
        this.string = string;
    }

    /** Adds an element. */
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

    /** Returns the number of changes of registers; a register that two elements raise may count twice. */
    public int count() {
        return count;
    }

    /** Tells whether the cached count becomes stale, so that the byte at {@link #staleOffset} changes too. */
    public boolean makesCountStale() {
        return count > 0 && Registers.cachedCount(string) != Registers.STALE;
    }

    public static int staleOffset() {
        return Encoding.STALE_OFFSET;
    }

    /** Returns the offset of the first byte of a change. */
    public int offset(int change) {
        return Encoding.registerOffset(indexes[change]);
    }

    /** Returns the number of bytes of a change. */
    public int length(int change) {
        return Encoding.registerLength(indexes[change]);
    }

    /** Raises the registers in a string of the same content. */
    public void apply(byte[] target) {
        target[Encoding.STALE_OFFSET] |= (byte) Encoding.STALE_BIT;
        for (int i = 0; i < count; i++) {
            if (Encoding.register(target, indexes[i]) < values[i]) {
                Encoding.putRegister(target, indexes[i], values[i]);
            }
        }
    }
}
