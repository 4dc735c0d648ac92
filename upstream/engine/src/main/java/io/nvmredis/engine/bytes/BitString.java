package io.nvmredis.engine.bytes;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Bits of a byte array, where bit 0 is the highest of the first byte. Indices are of bits, and both ends are included. */
public final class BitString {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private BitString() {}

    /** Returns how many of the bits from one index to another are 1; 0 if there are none from the one to the other. */
    public static long count(byte[] bytes, long first, long last) {
        if (first > last) {
            return 0;
        }
        int from = (int) (first >>> 3);
        int to = (int) (last >>> 3);
        int at = from;
        long count = 0;
        for (; at + Long.BYTES <= to + 1; at += Long.BYTES) {
            count += Long.bitCount((long) LONGS.get(bytes, at));
        }
        for (; at <= to; at++) {
            count += Integer.bitCount(bytes[at] & 0xff);
        }
        int before = bytes[from] & 0xff & ~(0xff >>> (first & 7));
        int behind = bytes[to] & (1 << (7 - (last & 7))) - 1;
        return count - Integer.bitCount(before) - Integer.bitCount(behind);
    }

    /** Returns the index of the first bit of this value from one index to another, or -1. */
    public static long indexOf(byte[] bytes, boolean bit, long first, long last) {
        // A one is looked for: where a zero is wanted, all bits are turned over.
        int flip = bit ? 0 : 0xff;
        int to = (int) (last >>> 3);
        int at = (int) (first >>> 3);
        int found = (bytes[at] ^ flip) & (0xff >>> (first & 7));
        while (found == 0 && at < to) {
            at = afterSame(bytes, (byte) flip, at + 1, to);
            found = (bytes[at] ^ flip) & 0xff;
        }
        long index = 8L * at + Integer.numberOfLeadingZeros(found) - (Integer.SIZE - Byte.SIZE);
        return found == 0 || index > last ? -1 : index;
    }

    /** Returns the index of the first byte that is not this one, or of the last byte. */
    private static int afterSame(byte[] bytes, byte same, int from, int last) {
        int at = from;
        long eight = same;
        while (at + Long.BYTES <= last && (long) LONGS.get(bytes, at) == eight) {
            at += Long.BYTES;
        }
        while (at < last && bytes[at] == same) {
            at++;
        }
        return at;
    }

    /** Inverts all bits. */
    public static void invert(byte[] bytes) {
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) ~bytes[i];
        }
    }

    // The processor does several bytes at a time in loops as simple as the following.

    /** Keeps the ones that the other string has, too; it is not longer, and zeros follow it. */
    public static void and(byte[] bytes, byte[] other) {
        for (int i = 0; i < other.length; i++) {
            bytes[i] &= other[i];
        }
        Arrays.fill(bytes, other.length, bytes.length, (byte) 0);
    }

    /** Adds the ones of another string, which is not longer. */
    public static void or(byte[] bytes, byte[] other) {
        for (int i = 0; i < other.length; i++) {
            bytes[i] |= other[i];
        }
    }

    /** Inverts the bits where another string, which is not longer, has ones. */
    public static void xor(byte[] bytes, byte[] other) {
        for (int i = 0; i < other.length; i++) {
            bytes[i] ^= other[i];
        }
    }
}
