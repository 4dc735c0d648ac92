package io.nvmredis.spi.effects;

import io.nvmredis.spi.errors.PersistenceException;
import java.util.Arrays;

/** Buffer of commands in RESP that are to be written or sent. Reused; one thread at a time. */
public final class RespBuffer {
    private static final int INITIAL_CAPACITY = 64 << 10;
    /**
     * Longest array that is kept when the buffer is cleared; an array that a huge transaction has grown beyond it is
     * dropped.
     */
    private static final int RETAINED_CAPACITY = BufferCapacity.kept(16 << 20);

    private byte[] bytes = new byte[INITIAL_CAPACITY];
    private int start;
    private int end;

    public byte[] bytes() {
        return bytes;
    }

    public int start() {
        return start;
    }

    public int length() {
        return end - start;
    }

    public boolean isEmpty() {
        return start == end;
    }

    public void put(byte[] source) {
        put(source, 0, source.length);
    }

    public void put(byte[] source, int offset, int length) {
        if (length > bytes.length - end) {
            grow(length);
        }
        System.arraycopy(source, offset, bytes, end, length);
        end += length;
    }

    public void putDecimal(long value) {
        if (value < 0) {
            throw new IllegalArgumentException("negative: " + value);
        }
        int digits = decimalLength(value);
        if (digits > bytes.length - end) {
            grow(digits);
        }
        end += digits;
        int at = end;
        long rest = value;
        do {
            bytes[--at] = (byte) ('0' + rest % 10);
            rest /= 10;
        } while (rest != 0);
    }

    public static int decimalLength(long value) {
        int digits = 1;
        for (long rest = value / 10; rest != 0; rest /= 10) {
            digits++;
        }
        return digits;
    }

    private void grow(int count) {
        long needed = (long) end + count;
        if (needed > BufferCapacity.MAX) {
            throw new PersistenceException("2 GB of commands wait to be written, and no more can; is the disk full?");
        }
        bytes = Arrays.copyOf(bytes, BufferCapacity.grown(bytes.length, needed, RETAINED_CAPACITY));
    }

    /** Keeps only the first {@code length} bytes. */
    public void truncate(int length) {
        end = start + length;
    }

    /** Removes the first {@code count} bytes, which need not be written any more. */
    public void skip(int count) {
        start += count;
    }

    public void clear() {
        start = 0;
        end = 0;
        if (bytes.length > RETAINED_CAPACITY) {
            bytes = new byte[INITIAL_CAPACITY];
        }
    }
}
