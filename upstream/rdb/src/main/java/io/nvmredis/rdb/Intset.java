package io.nvmredis.rdb;

/** Intset: the width of its integers in bytes, their number, and the integers, little-endian and rising. */
final class Intset extends PackedElements {
    private final int width;
    private long previous;
    private boolean hasPrevious;

    Intset(RdbInput input, byte[] bytes) {
        super(input, bytes, "intset");
        width = (int) littleEndian(Integer.BYTES);
        long count = littleEndian(Integer.BYTES);
        if (width != 2 && width != 4 && width != 8) {
            throw corrupt("integers of " + width + " bytes");
        }
        if (count * width != bytes.length - position) {
            throw corrupt(count + " integers of " + width + " bytes");
        }
    }

    @Override
    boolean hasNext() {
        return position < bytes.length;
    }

    @Override
    byte[] next() {
        long value = signedLittleEndian(width);
        if (hasPrevious && value <= previous) {
            throw corrupt("the integer " + value + " behind " + previous);
        }
        hasPrevious = true;
        previous = value;
        return RdbInput.decimal(value);
    }
}
