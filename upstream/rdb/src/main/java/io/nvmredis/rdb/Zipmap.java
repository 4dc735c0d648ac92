package io.nvmredis.rdb;

/**
 * Zipmap, as Redis 2.4 writes a small hash: the number of fields, then field and value in turn, each after its length,
 * a value also after the number of unused bytes behind it, and an end mark.
 */
final class Zipmap extends PackedElements {
    private static final int END = 0xFF;
    private static final int WIDE_LENGTH = 0xFE;

    private boolean isValue;

    Zipmap(RdbInput input, byte[] bytes) {
        super(input, bytes, "zipmap");
        // The number of fields, which is not always known and never needed.
        nextByte();
    }

    @Override
    boolean hasNext() {
        return !isAtEnd(END);
    }

    @Override
    byte[] next() {
        int first = nextByte();
        if (first == END) {
            throw corrupt("its end mark where a value belongs");
        }
        long length = first == WIDE_LENGTH ? littleEndian(Integer.BYTES) : first;
        int unused = isValue ? nextByte() : 0;
        byte[] element = nextBytes(length);
        require(unused);
        position += unused;
        isValue = !isValue;
        return element;
    }
}
