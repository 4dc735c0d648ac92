package io.nvmredis.rdb;

/**
 * Appends elements of a listpack as {@code listpack.c} of Redis spells them: encoding, data, and the length of both,
 * for a reader that comes from behind.
 */
final class ListpackEncoder {
    /** Bytes of the header, which is the total length in bytes and the number of elements. */
    static final int HEADER_LENGTH = 6;

    static final int END = 0xFF;
    /** Number in the header of a listpack that has this many elements or more. */
    static final int UNKNOWN_COUNT = 0xFFFF;

    private ListpackEncoder() {}

    /** Appends a string, as an integer if it is the canonical spelling of one. */
    static void putString(byte[] string, RdbBuffer target) {
        if (Decimals.isCanonical(string, 0, string.length)) {
            putInteger(Decimals.parse(string, 0, string.length), target);
            return;
        }
        int start = target.length();
        int length = string.length;
        if (length < 1 << 6) {
            target.putByte(0x80 | length);
        } else if (length < 1 << 12) {
            target.putByte(0xE0 | (length >> 8));
            target.putByte(length);
        } else {
            target.putByte(0xF0);
            putLittleEndian(length, Integer.BYTES, target);
        }
        target.putBytes(string, 0, length);
        putBackLength(target.length() - start, target);
    }

    static void putInteger(long value, RdbBuffer target) {
        int start = target.length();
        if (value >= 0 && value < 1 << 7) {
            target.putByte((int) value);
        } else if (value >= -(1 << 12) && value < 1 << 12) {
            target.putByte(0xC0 | (((int) value >> 8) & 0x1F));
            target.putByte((int) value);
        } else {
            putWideInteger(value, target);
        }
        putBackLength(target.length() - start, target);
    }

    private static void putWideInteger(long value, RdbBuffer target) {
        int width = Long.BYTES;
        int encoding = 0xF4;
        if (value == (short) value) {
            width = 2;
            encoding = 0xF1;
        } else if (value == value << 40 >> 40) {
            width = 3;
            encoding = 0xF2;
        } else if (value == (int) value) {
            width = 4;
            encoding = 0xF3;
        }
        target.putByte(encoding);
        putLittleEndian(value, width, target);
    }

    static void putLittleEndian(long value, int width, RdbBuffer target) {
        for (int i = 0; i < width; i++) {
            target.putByte((int) (value >> (i * Byte.SIZE)));
        }
    }

    private static void putBackLength(int length, RdbBuffer target) {
        int width = backLengthWidth(length);
        for (int i = width - 1; i >= 0; i--) {
            target.putByte(backLengthByte(length, i, width));
        }
    }

    /**
     * Returns a byte of the length of an element, which has 7 bits per byte, the highest first; all bytes but the first have
     * their upper bit set.
     *
     * @param index index from the end
     * @param width bytes that the length takes
     */
    static int backLengthByte(int length, int index, int width) {
        int bits = (length >>> (index * 7)) & 0x7F;
        return index == width - 1 ? bits : bits | 0x80;
    }

    /** Returns how many bytes the length of an element takes behind it. The odd limits are those of Redis. */
    static int backLengthWidth(long length) {
        if (length <= 127) {
            return 1;
        }
        if (length < 16_383) {
            return 2;
        }
        if (length < 2_097_151) {
            return 3;
        }
        return length < 268_435_455 ? 4 : 5;
    }
}
