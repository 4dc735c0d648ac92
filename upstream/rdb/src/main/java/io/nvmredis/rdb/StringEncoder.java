package io.nvmredis.rdb;

import com.ning.compress.lzf.impl.VanillaChunkEncoder;

/**
 * Spells strings as Redis does: small integers in binary, strings of more than 20 bytes by LZF where that is shorter.
 * Makes no garbage. One thread.
 */
final class StringEncoder {
    /** Bytes of the longest string that Redis does not compress. */
    private static final int UNCOMPRESSED_LENGTH = 20;
    /** Bytes of the longest spelling of an integer of 32 bits. */
    private static final int MAX_INTEGER_LENGTH = 11;

    private final boolean isCompressing;
    private final Compressor compressor = new Compressor();
    /** Takes the compressed bytes. */
    private final RdbBuffer compressed = new RdbBuffer();

    StringEncoder(boolean isCompressing) {
        this.isCompressing = isCompressing;
    }

    /** Appends a string. */
    void put(byte[] source, int offset, int length, RdbBuffer target) {
        if (length <= MAX_INTEGER_LENGTH && putInteger(source, offset, length, target)) {
            return;
        }
        if (isCompressing && length > UNCOMPRESSED_LENGTH && putCompressed(source, offset, length, target)) {
            return;
        }
        target.putLength(length);
        target.putBytes(source, offset, length);
    }

    private static boolean putInteger(byte[] source, int offset, int length, RdbBuffer target) {
        if (!Decimals.isCanonical(source, offset, length)) {
            return false;
        }
        long value = Decimals.parse(source, offset, length);
        if (value == (byte) value) {
            target.putByte(RdbFormat.ENCODED | RdbFormat.ENCODED_INT8);
            target.putByte((int) value);
        } else if (value == (short) value) {
            target.putByte(RdbFormat.ENCODED | RdbFormat.ENCODED_INT16);
            target.putByte((int) value);
            target.putByte((int) value >> 8);
        } else if (value == (int) value) {
            target.putByte(RdbFormat.ENCODED | RdbFormat.ENCODED_INT32);
            for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
                target.putByte((int) value >> shift);
            }
        } else {
            return false;
        }
        return true;
    }

    private boolean putCompressed(byte[] source, int offset, int length, RdbBuffer target) {
        compressed.setLength(0);
        for (int at = offset, end = offset + length; at < end; at += Compressor.MAX_CHUNK) {
            compressor.append(source, at, Math.min(end, at + Compressor.MAX_CHUNK), compressed);
            if (compressed.length() > length - 4) {
                compressed.removeFirst(compressed.length());
                return false;
            }
        }
        target.putByte(RdbFormat.ENCODED | RdbFormat.ENCODED_LZF);
        target.putLength(compressed.length());
        target.putLength(length);
        target.putBytes(compressed.bytes(), 0, compressed.length());
        compressed.removeFirst(compressed.length());
        return true;
    }

    /**
     * Compresses by LZF without the headers of the library's own container. A long string is compressed piece by piece:
     * the references in one piece point back into that piece only, so the compressed pieces can be joined.
     */
    private static final class Compressor extends VanillaChunkEncoder {
        /** Most bytes that the library compresses at once. */
        static final int MAX_CHUNK = 0xFFFF;
        /** Fewest bytes that the library is given: it handles the last few bytes apart, and needs more than those. */
        private static final int MIN_CHUNK = 16;

        Compressor() {
            super(MAX_CHUNK, true);
        }

        void append(byte[] source, int from, int to, RdbBuffer target) {
            // In the worst case there is 1 control byte per 32 literal bytes, and one more.
            target.reserve(to - from + ((to - from) >> 5) + 2);
            if (to - from < MIN_CHUNK) {
                target.putByte(to - from - 1);
                target.putBytes(source, from, to - from);
            } else {
                target.setLength(tryCompress(source, from, to, target.bytes(), target.length()));
            }
        }
    }
}
