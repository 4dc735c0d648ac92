package io.nvmredis.rdb;

/**
 * Listpack: its total length, the number of its elements, the elements, and an end mark. It is read to the end mark; a
 * number that is neither "unknown" nor right is damage.
 */
final class Listpack extends PackedElements {
    private final long claimedCount;
    private long count;

    Listpack(RdbInput input, byte[] bytes) {
        super(input, bytes, "listpack");
        long claimedLength = littleEndian(Integer.BYTES);
        if (claimedLength != bytes.length) {
            throw corrupt("a length of " + claimedLength);
        }
        claimedCount = littleEndian(Short.BYTES);
    }

    @Override
    boolean hasNext() {
        if (!isAtEnd(ListpackEncoder.END)) {
            return true;
        }
        if (claimedCount != ListpackEncoder.UNKNOWN_COUNT && claimedCount != count) {
            throw corrupt(count + " elements where its header says " + claimedCount);
        }
        return false;
    }

    @Override
    byte[] next() {
        int start = position;
        byte[] element = readElement(nextByte());
        readBackLength(position - start);
        count++;
        return element;
    }

    /** Reads the length behind an element, for readers that come from behind: it must be right. */
    private void readBackLength(int length) {
        int width = ListpackEncoder.backLengthWidth(length);
        require(width);
        for (int i = width - 1; i >= 0; i--) {
            if (nextByte() != ListpackEncoder.backLengthByte(length, i, width)) {
                throw corrupt("a wrong length behind an element");
            }
        }
    }

    private byte[] readElement(int first) {
        if (first < 0x80) {
            return RdbInput.decimal(first);
        }
        if (first < 0xC0) {
            return nextBytes(first & 0x3F);
        }
        if (first < 0xE0) {
            int bits = ((first & 0x1F) << 8) | nextByte();
            return RdbInput.decimal(bits << 19 >> 19);
        }
        if (first < 0xF0) {
            return nextBytes(((first & 0x0F) << 8) | nextByte());
        }
        return switch (first) {
            case 0xF0 -> nextBytes(littleEndian(Integer.BYTES));
            case 0xF1 -> RdbInput.decimal(signedLittleEndian(2));
            case 0xF2 -> RdbInput.decimal(signedLittleEndian(3));
            case 0xF3 -> RdbInput.decimal(signedLittleEndian(4));
            case 0xF4 -> RdbInput.decimal(signedLittleEndian(8));
            default -> throw corrupt("the unknown encoding 0x" + Integer.toHexString(first));
        };
    }
}
