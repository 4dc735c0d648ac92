package io.nvmredis.rdb;

/** Finds the ends of strings that {@link StringEncoder} has written. */
final class EncodedStrings {
    private EncodedStrings() {}

    /** Returns where the string that begins at {@code start} ends. */
    static int end(byte[] bytes, int start) {
        int first = bytes[start] & 0xFF;
        if ((first & RdbFormat.ENCODED) != RdbFormat.ENCODED) {
            return lengthEnd(first, start) + length(bytes, start);
        }
        return switch (first & ~RdbFormat.ENCODED) {
            case RdbFormat.ENCODED_INT8 -> start + 1 + Byte.BYTES;
            case RdbFormat.ENCODED_INT16 -> start + 1 + Short.BYTES;
            case RdbFormat.ENCODED_INT32 -> start + 1 + Integer.BYTES;
            default -> {
                int uncompressedLength = lengthEnd(bytes[start + 1] & 0xFF, start + 1);
                yield lengthEnd(bytes[uncompressedLength] & 0xFF, uncompressedLength) + length(bytes, start + 1);
            }
        };
    }

    private static int lengthEnd(int first, int start) {
        if (first < RdbFormat.LENGTH_14_BITS) {
            return start + 1;
        }
        return first < RdbFormat.LENGTH_32_BITS ? start + 2 : start + 5;
    }

    private static int length(byte[] bytes, int start) {
        int first = bytes[start] & 0xFF;
        if (first < RdbFormat.LENGTH_14_BITS) {
            return first;
        }
        if (first < RdbFormat.LENGTH_32_BITS) {
            return ((first & 0x3F) << 8) | (bytes[start + 1] & 0xFF);
        }
        int length = 0;
        for (int i = start + 1; i <= start + 4; i++) {
            length = (length << 8) | (bytes[i] & 0xFF);
        }
        return length;
    }
}
