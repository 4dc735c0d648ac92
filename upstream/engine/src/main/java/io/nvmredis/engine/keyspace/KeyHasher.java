package io.nvmredis.engine.keyspace;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.SecureRandom;

/**
 * Function from a key to its place in the order in which SCAN meets keys: an unsigned number, evenly spread. It gives
 * the same number for a key as long as the server runs.
 */
@FunctionalInterface
interface KeyHasher {

    long hash(byte[] key);

    /**
     * Returns a hasher for databases that are only in memory: it has a new random seed, so that clients cannot choose
     * keys that collide.
     */
    static KeyHasher seeded() {
        long seed = new SecureRandom().nextLong();
        return key -> Mixing.hash(seed, key);
    }

    /**
     * Hash function that folds words of eight bytes with a multiplication of 64 by 64 bits, both halves of which are
     * kept.
     */
    final class Mixing {
        private static final VarHandle LONG =
                MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
        private static final long ODD_1 = 0xa076_1d64_78bd_642fL;
        private static final long ODD_2 = 0xe703_7ed1_a0b4_28dbL;

        private Mixing() {}

        static long hash(long seed, byte[] key) {
            long hash = seed ^ ODD_1;
            int at = 0;
            for (; at <= key.length - Long.BYTES; at += Long.BYTES) {
                hash = fold(hash ^ (long) LONG.get(key, at), ODD_1);
            }
            long rest = 0;
            for (int shift = 0; at < key.length; at++, shift += Byte.SIZE) {
                rest |= (key[at] & 0xffL) << shift;
            }
            return fold(fold(hash ^ rest, ODD_2) ^ key.length, ODD_1);
        }

        private static long fold(long a, long b) {
            return a * b ^ Math.multiplyHigh(a, b);
        }
    }
}
