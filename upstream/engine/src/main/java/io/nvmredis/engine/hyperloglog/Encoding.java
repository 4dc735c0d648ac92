package io.nvmredis.engine.hyperloglog;

/**
 * Layout of a HyperLogLog.
 *
 * <pre>
 *   0        4          5        8                16
 *   +--------+----------+--------+----------------+-------------- …
 *   | "HYLL" | encoding | unused | cached count   | registers
 *   +--------+----------+--------+----------------+-------------- …
 * </pre>
 *
 * <p>The cached count is little-endian; its highest bit says that it is stale. Encoding 0 is dense: 16384 registers of
 * 6 bits, the first in the lowest bits of the first byte. Encoding 1 is sparse, a sequence of runs of equal registers:
 *
 * <pre>
 *   00nnnnnn           ZERO:  n + 1 registers are 0
 *   01nnnnnn nnnnnnnn  XZERO: n + 1 registers are 0
 *   1vvvvvnn           VAL:   n + 1 registers are v + 1
 * </pre>
 */
final class Encoding {
    static final int ENCODING_OFFSET = 4;
    static final int COUNT_OFFSET = 8;
    /** Offset of the byte with the bit that says whether the cached count is stale. */
    static final int STALE_OFFSET = COUNT_OFFSET + Long.BYTES - 1;

    static final int STALE_BIT = 0x80;
    static final int HEADER_LENGTH = COUNT_OFFSET + Long.BYTES;

    static final byte DENSE = 0;
    static final byte SPARSE = 1;

    static final int REGISTER_COUNT = 1 << 14;
    static final int REGISTER_BITS = 6;
    static final int MAX_REGISTER = (1 << REGISTER_BITS) - 1;
    static final int DENSE_LENGTH = HEADER_LENGTH + REGISTER_COUNT * REGISTER_BITS / Byte.SIZE;

    /**
     * Maximum length of a sparse HyperLogLog: the default of Redis's {@code hll-sparse-max-bytes}. A longer one becomes
     * dense.
     */
    static final int MAX_SPARSE_LENGTH = 3000;

    static final int MAX_ZERO_RUN = 1 << 6;
    static final int MAX_VALUE_RUN = 1 << 2;
    /** Highest value of the registers of a run. */
    static final int MAX_SPARSE_VALUE = 1 << 5;

    private static final int LONG_ZERO_BIT = 0x40;
    private static final int VALUE_BIT = 0x80;

    private Encoding() {}

    static boolean isValueRun(byte code) {
        return (code & VALUE_BIT) != 0;
    }

    static boolean isLongZeroRun(byte code) {
        return (code & (VALUE_BIT | LONG_ZERO_BIT)) == LONG_ZERO_BIT;
    }

    /** Returns the number of bytes of the run that begins with this byte. */
    static int codeLength(byte code) {
        return isLongZeroRun(code) ? 2 : 1;
    }

    /**
     * Returns the number of registers of the run that begins here. A byte beyond the end is taken to be zero, as in
     * Redis.
     */
    static int runLength(byte[] bytes, int at, int end) {
        byte code = bytes[at];
        if (isValueRun(code)) {
            return (code & (MAX_VALUE_RUN - 1)) + 1;
        }
        int high = code & (MAX_ZERO_RUN - 1);
        return isLongZeroRun(code) ? ((high << Byte.SIZE) | (at + 1 < end ? bytes[at + 1] & 0xff : 0)) + 1 : high + 1;
    }

    /** Returns the value of the registers of the run that begins with this byte. */
    static int runValue(byte code) {
        return isValueRun(code) ? ((code >>> 2) & (MAX_SPARSE_VALUE - 1)) + 1 : 0;
    }

    static byte valueRun(int value, int length) {
        return (byte) (VALUE_BIT | ((value - 1) << 2) | (length - 1));
    }

    /** Writes a run, unless it has no registers; returns the place of the next run. */
    static int putRun(byte[] bytes, int at, int value, int length) {
        if (length == 0) {
            return at;
        }
        if (value > 0) {
            bytes[at] = valueRun(value, length);
            return at + 1;
        }
        if (length <= MAX_ZERO_RUN) {
            bytes[at] = (byte) (length - 1);
            return at + 1;
        }
        bytes[at] = (byte) (LONG_ZERO_BIT | ((length - 1) >>> Byte.SIZE));
        bytes[at + 1] = (byte) (length - 1);
        return at + 2;
    }

    /** Returns the offset of the first byte that has bits of this register. */
    static int registerOffset(int index) {
        return HEADER_LENGTH + index * REGISTER_BITS / Byte.SIZE;
    }

    /** Returns the number of bytes that have bits of this register. */
    static int registerLength(int index) {
        return shift(index) + REGISTER_BITS > Byte.SIZE ? 2 : 1;
    }

    private static int shift(int index) {
        return index * REGISTER_BITS % Byte.SIZE;
    }

    static int register(byte[] bytes, int index) {
        int offset = registerOffset(index);
        int both = bytes[offset] & 0xff;
        if (registerLength(index) == 2) {
            both |= (bytes[offset + 1] & 0xff) << Byte.SIZE;
        }
        return (both >>> shift(index)) & MAX_REGISTER;
    }

    static void putRegister(byte[] bytes, int index, int value) {
        int offset = registerOffset(index);
        int shift = shift(index);
        bytes[offset] = (byte) ((bytes[offset] & ~(MAX_REGISTER << shift)) | (value << shift));
        if (registerLength(index) == 2) {
            int mask = (MAX_REGISTER << shift) >>> Byte.SIZE;
            bytes[offset + 1] = (byte) ((bytes[offset + 1] & ~mask) | ((value << shift) >>> Byte.SIZE));
        }
    }
}
