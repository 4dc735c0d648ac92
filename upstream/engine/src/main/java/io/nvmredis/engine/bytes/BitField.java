package io.nvmredis.engine.bytes;

/**
 * Whole number of some bits within a string of bits: signed and of up to 64 bits, or unsigned and of up to 63.
 *
 * @param isSigned whether the highest bit is a sign, in two's complement
 */
public record BitField(boolean isSigned, int bits) {
    private static final int MAX_SIGNED_BITS = 64;
    private static final int MAX_UNSIGNED_BITS = 63;

    /** What becomes of a number that the field cannot hold. */
    public enum Overflow {
        /** It loses its high bits. */
        WRAP,
        /** It becomes the nearest number that the field can hold. */
        SATURATE,
        /** It is not stored. */
        FAIL
    }

    /** Tells whether there may be fields of so many bits. */
    public static boolean isLength(boolean isSigned, long bits) {
        return bits >= 1 && bits <= (isSigned ? MAX_SIGNED_BITS : MAX_UNSIGNED_BITS);
    }

    /** Reads the field that begins at a bit of an array. */
    public long read(byte[] bytes, int offset) {
        long number = 0;
        for (int i = offset; i < offset + bits; i++) {
            number = number << 1 | (bytes[i >>> 3] >>> (7 - (i & 7)) & 1);
        }
        return wrapped(number);
    }

    /** Writes the field that begins at a bit of an array. */
    public void write(byte[] bytes, int offset, long number) {
        for (int i = 0; i < bits; i++) {
            int at = offset + i;
            int mask = 0x80 >>> (at & 7);
            boolean isSet = (number >>> (bits - 1 - i) & 1) != 0;
            bytes[at >>> 3] = (byte) (isSet ? bytes[at >>> 3] | mask : bytes[at >>> 3] & ~mask);
        }
    }

    /** Returns a number as the field holds it when the bits that are too high are dropped. */
    public long wrapped(long number) {
        int surplus = Long.SIZE - bits;
        return isSigned ? number << surplus >> surplus : number & -1L >>> surplus;
    }

    /**
     * Tells where a sum lies: -1 below the numbers that the field can hold, 1 above them, 0 among them. A number that is
     * to be put into an unsigned field is unsigned itself, so that a negative one counts as very large. So does, as in
     * Redis, one that is so far below a signed field that its distance to the greatest number overflows.
     */
    public int overflow(long number, long increment) {
        boolean isBeyond = number < 0 && (!isSigned || (bits < Long.SIZE && max() - number < 0));
        if (isBeyond) {
            return 1;
        }
        long sum = number + increment;
        if (((number ^ sum) & (increment ^ sum)) < 0) {
            return increment > 0 ? 1 : -1;
        }
        return sum > max() ? 1 : sum < min() ? -1 : 0;
    }

    /** Returns the greatest number that the field can hold. */
    public long max() {
        return isSigned ? ~min() : -1L >>> (Long.SIZE - bits);
    }

    /** Returns the lowest number that the field can hold. */
    public long min() {
        return isSigned ? -1L << (bits - 1) : 0;
    }
}
