package io.nvmredis.engine.hyperloglog;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Hash of an element: it gives the register that counts the element, and the least value that the register then has.
 *
 * <p>The hash is Austin Appleby's MurmurHash64A, with Redis's seed, read as on a little-endian machine.
 */
final class ElementHash {
    private static final long SEED = 0xadc83b19L;
    private static final long MULTIPLIER = 0xc6a4a7935bd1e995L;
    private static final int SHIFT = 47;
    private static final int INDEX_BITS = 14;
    /** Number of bits of a hash without the index; the bit after the last of them is taken to be 1. */
    private static final int RANK_BITS = Long.SIZE - INDEX_BITS;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private ElementHash() {}

    static int index(long hash) {
        return (int) hash & (Encoding.REGISTER_COUNT - 1);
    }

    /** Returns the number of zeroes before the first 1 of the hash without the index, plus one: 1 to 51. */
    static int value(long hash) {
        return Long.numberOfTrailingZeros((hash >>> INDEX_BITS) | (1L << RANK_BITS)) + 1;
    }

    static long of(byte[] bytes) {
        int length = bytes.length;
        long hash = SEED ^ (length * MULTIPLIER);
        int end = length & ~7;
        for (int at = 0; at < end; at += Long.BYTES) {
            long word = (long) LONGS.get(bytes, at) * MULTIPLIER;
            word = (word ^ (word >>> SHIFT)) * MULTIPLIER;
            hash = (hash ^ word) * MULTIPLIER;
        }
        if ((length & 7) != 0) {
            hash = (hash ^ rest(bytes, end, length & 7)) * MULTIPLIER;
        }
        hash = (hash ^ (hash >>> SHIFT)) * MULTIPLIER;
        return hash ^ (hash >>> SHIFT);
    }

    private static long rest(byte[] bytes, int from, int count) {
        long rest = 0;
        for (int i = count - 1; i >= 0; i--) {
            rest = (rest << Byte.SIZE) | (bytes[from + i] & 0xff);
        }
        return rest;
    }
}
