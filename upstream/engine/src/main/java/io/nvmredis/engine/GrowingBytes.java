package io.nvmredis.engine;

import io.nvmredis.spi.effects.BufferCapacity;
import java.util.Arrays;

/** A string under change: written into anywhere, growing by doubling. */
final class GrowingBytes {
    private byte[] bytes;
    private int length;

    GrowingBytes(byte[] content) {
        bytes = content.clone();
        length = content.length;
    }

    int length() {
        return length;
    }

    /** Writes at an offset; what lies between the end and it becomes zeroes. */
    void write(int offset, byte[] source, int from, int count) {
        int end = Math.addExact(offset, count);
        if (end > bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) Math.min(Math.max(end, 2L * bytes.length), BufferCapacity.MAX));
        }
        System.arraycopy(source, from, bytes, offset, count);
        length = Math.max(length, end);
    }

    byte[] toByteArray() {
        return Arrays.copyOf(bytes, length);
    }
}
