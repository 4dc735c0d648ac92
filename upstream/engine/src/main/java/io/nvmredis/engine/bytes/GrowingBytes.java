package io.nvmredis.engine.bytes;

import io.nvmredis.spi.effects.BufferCapacity;
import java.util.Arrays;

/** String under change: it can be written at any offset, and grows by doubling. */
public final class GrowingBytes {
    private byte[] bytes;
    private int length;

    public GrowingBytes(byte[] content) {
        bytes = content.clone();
        length = content.length;
    }

    public int length() {
        return length;
    }

    /** Writes bytes at an offset; a gap between the end and the offset is filled with zeroes. */
    public void write(int offset, byte[] source, int from, int count) {
        int end = Math.addExact(offset, count);
        if (end > bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) Math.min(Math.max(end, 2L * bytes.length), BufferCapacity.MAX));
        }
        System.arraycopy(source, from, bytes, offset, count);
        length = Math.max(length, end);
    }

    public byte[] toByteArray() {
        return Arrays.copyOf(bytes, length);
    }
}
