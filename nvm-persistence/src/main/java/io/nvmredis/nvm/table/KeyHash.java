package io.nvmredis.nvm.table;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Hash of a key in its database. It is seeded with the table's id, so that clients cannot choose keys that collide.
 *
 * <p>Words of 8 bytes are mixed in with a multiplication and a rotation, and the result goes through the finalizer of
 * MurmurHash3, so that the high bits, which choose the bucket, and the low bits, which are the tag, depend on every
 * byte.
 */
final class KeyHash {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long MULTIPLIER = 0x9e37_79b9_7f4a_7c15L;
    private static final long FINAL_1 = 0xff51_afd7_ed55_8ccdL;
    private static final long FINAL_2 = 0xc4ce_b9fe_1a85_ec53L;

    private KeyHash() {}

    static long of(long seed, int database, byte[] key, int offset, int length) {
        long hash = finish(seed + (database + 1L) * MULTIPLIER) ^ length;
        int at = offset;
        int end = offset + length;
        for (; at <= end - Long.BYTES; at += Long.BYTES) {
            hash = mix(hash, (long) LONG.get(key, at));
        }
        long rest = 0;
        for (int shift = 0; at < end; at++, shift += Byte.SIZE) {
            rest |= (key[at] & 0xffL) << shift;
        }
        return finish(mix(hash, rest));
    }

    private static long mix(long hash, long word) {
        return Long.rotateLeft((hash ^ word) * MULTIPLIER, 29) + FINAL_2;
    }

    private static long finish(long hash) {
        long h = (hash ^ (hash >>> 33)) * FINAL_1;
        h = (h ^ (h >>> 33)) * FINAL_2;
        return h ^ (h >>> 33);
    }
}
