package io.nvmredis.rdb;

/**
 * Elements of a collection that is packed into one string, in their order. Every length is checked against the end of
 * the string before it is used.
 */
abstract class PackedElements {
    /** Input that the string comes from, which messages name. */
    protected final RdbInput input;

    protected final byte[] bytes;
    protected int position;
    private final String form;

    PackedElements(RdbInput input, byte[] bytes, String form) {
        this.input = input;
        this.bytes = bytes;
        this.form = form;
    }

    abstract boolean hasNext();

    /** Returns the next element, which must exist. */
    abstract byte[] next();

    /** Returns the next element, which must be an integer. */
    long nextInteger() {
        byte[] element = next();
        if (!Decimals.isCanonical(element, 0, element.length)) {
            throw corrupt("an element " + Shown.key(element) + " where a number belongs");
        }
        return Decimals.parse(element, 0, element.length);
    }

    RuntimeException corrupt(String found) {
        return input.corrupt("a " + form + " with " + found + " at its byte " + position + " of " + bytes.length);
    }

    protected final int nextByte() {
        require(1);
        return bytes[position++] & 0xFF;
    }

    protected final byte[] nextBytes(long length) {
        require(length);
        byte[] result = new byte[(int) length];
        System.arraycopy(bytes, position, result, 0, result.length);
        position += result.length;
        return result;
    }

    protected final long littleEndian(int width) {
        require(width);
        long value = 0;
        for (int i = 0; i < width; i++) {
            value |= (bytes[position++] & 0xFFL) << (i * Byte.SIZE);
        }
        return value;
    }

    /** Reads a little-endian integer with a sign. */
    protected final long signedLittleEndian(int width) {
        int unused = Long.SIZE - width * Byte.SIZE;
        return littleEndian(width) << unused >> unused;
    }

    protected final long bigEndian(int width) {
        require(width);
        long value = 0;
        for (int i = 0; i < width; i++) {
            value = (value << Byte.SIZE) | (bytes[position++] & 0xFF);
        }
        return value;
    }

    protected final void require(long length) {
        if (length < 0 || length > bytes.length - position) {
            throw corrupt("an element of " + length + " bytes");
        }
    }

    /** Returns whether the end mark is next; it must then be the last byte. */
    protected final boolean isAtEnd(int mark) {
        require(1);
        if ((bytes[position] & 0xFF) != mark) {
            return false;
        }
        if (position != bytes.length - 1) {
            throw corrupt("its end mark");
        }
        return true;
    }
}
