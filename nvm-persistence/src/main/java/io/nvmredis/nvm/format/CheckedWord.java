package io.nvmredis.nvm.format;

/**
 * Number of 56 bits and its CRC-8, in one word of 8 bytes that is stored and read whole.
 *
 * <pre>
 *   | 63 ... 56 | 55 ...................................... 0 |
 *   |   CRC-8   |                    value                    |
 * </pre>
 *
 * <p>CRC-8 with polynomial 0x07 has a Hamming distance of 4 at this length: up to three flipped bits, and every burst
 * of up to eight, are noticed. Zero is a valid word of value zero, so a word that was never written reads as zero.
 */
public final class CheckedWord {
    public static final int VALUE_BITS = 56;
    public static final long MAX_VALUE = (1L << VALUE_BITS) - 1;

    private static final int POLYNOMIAL = 0x07;
    private static final int VALUE_LENGTH = VALUE_BITS / Byte.SIZE;
    /** CRCs of each byte at each index. CRC is linear: the CRC of a value is the exclusive-or of those of its bytes. */
    private static final byte[] TABLE = table();

    private CheckedWord() {}

    private static byte[] table() {
        byte[] table = new byte[VALUE_LENGTH * 256];
        for (int byteIndex = 0; byteIndex < VALUE_LENGTH; byteIndex++) {
            for (int value = 0; value < 256; value++) {
                table[(byteIndex << 8) | value] = (byte) crc((long) value << (byteIndex * Byte.SIZE));
            }
        }
        return table;
    }

    private static int crc(long value) {
        int crc = 0;
        for (int bit = VALUE_BITS - 1; bit >= 0; bit--) {
            int top = (crc >>> 7) ^ (int) ((value >>> bit) & 1);
            crc = ((crc << 1) & 0xff) ^ (top == 0 ? 0 : POLYNOMIAL);
        }
        return crc;
    }

    private static long check(long value) {
        int crc = 0;
        for (int byteIndex = 0; byteIndex < VALUE_LENGTH; byteIndex++) {
            crc ^= TABLE[(byteIndex << 8) | (int) ((value >>> (byteIndex * Byte.SIZE)) & 0xff)];
        }
        return (long) crc << VALUE_BITS;
    }

    /** Returns the word for a value of at most 56 bits. */
    public static long of(long value) {
        if (value < 0 || value > MAX_VALUE) {
            throw new IllegalArgumentException(value + " does not fit into 56 bits");
        }
        return value | check(value);
    }

    /** Returns the value of a word, to be trusted only if {@link #isValid}. */
    public static long value(long word) {
        return word & MAX_VALUE;
    }

    public static boolean isValid(long word) {
        return of(value(word)) == word;
    }

    /**
     * Returns the value of a word in a file.
     *
     * @throws io.nvmredis.spi.errors.PersistenceException naming the place, if its check does not fit
     */
    public static long verified(long word, String path, long offset, String what) {
        if (!isValid(word)) {
            throw Damage.damaged(
                    path, offset, what + " with CRC-8 " + Damage.hex(of(value(word)) >>> VALUE_BITS), Damage.hex(word));
        }
        return value(word);
    }
}
