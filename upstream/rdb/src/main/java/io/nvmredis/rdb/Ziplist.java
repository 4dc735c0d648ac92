package io.nvmredis.rdb;

/**
 * Ziplist, as Redis before 7.0 writes it: its total length, the offset of the last element, the number of elements, the
 * elements, and an end mark. It is read to the end mark; the number must be "unknown" or right.
 */
final class Ziplist extends PackedElements {
    private static final int END = 0xFF;
    private static final int UNKNOWN_COUNT = 0xFFFF;
    /** First byte of a length that takes five bytes: that of the element before. */
    private static final int WIDE_LENGTH = 0xFE;

    private final long claimedCount;
    private long count;

    Ziplist(RdbInput input, byte[] bytes) {
        super(input, bytes, "ziplist");
        long claimedLength = littleEndian(Integer.BYTES);
        if (claimedLength != bytes.length) {
            throw corrupt("a length of " + claimedLength);
        }
        littleEndian(Integer.BYTES);
        claimedCount = littleEndian(Short.BYTES);
    }

    @Override
    boolean hasNext() {
        if (!isAtEnd(END)) {
            return true;
        }
        if (claimedCount != UNKNOWN_COUNT && claimedCount != count) {
            throw corrupt(count + " elements where its header says " + claimedCount);
        }
        return false;
    }

    @Override
    byte[] next() {
        count++;
        if (nextByte() == WIDE_LENGTH) {
            littleEndian(Integer.BYTES);
        }
        int first = nextByte();
        return switch (first >> 6) {
            case 0 -> nextBytes(first);
            case 1 -> nextBytes(((first & 0x3F) << 8) | nextByte());
            case 2 -> nextBytes(bigEndian(Integer.BYTES));
            default -> readInteger(first);
        };
    }

    private byte[] readInteger(int first) {
        return switch (first) {
            case 0xFE -> RdbInput.decimal(signedLittleEndian(1));
            case 0xC0 -> RdbInput.decimal(signedLittleEndian(2));
            case 0xF0 -> RdbInput.decimal(signedLittleEndian(3));
            case 0xD0 -> RdbInput.decimal(signedLittleEndian(4));
            case 0xE0 -> RdbInput.decimal(signedLittleEndian(8));
            default -> {
                if (first < 0xF1 || first > 0xFD) {
                    throw corrupt("the unknown encoding 0x" + Integer.toHexString(first));
                }
                yield RdbInput.decimal(first - 0xF1);
            }
        };
    }
}
