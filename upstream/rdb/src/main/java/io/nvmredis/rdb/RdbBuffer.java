package io.nvmredis.rdb;

import io.nvmredis.spi.effects.BufferCapacity;
import io.nvmredis.spi.errors.PersistenceException;
import io.nvmredis.spi.errors.ValueTooLargeException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Buffer that grows at its end and is emptied from its beginning; its array is reused. One thread. */
final class RdbBuffer {
    /**
     * Longest array that is kept when the buffer becomes empty; an array that a huge value has grown beyond it is
     * dropped.
     */
    private static final int RETAINED_CAPACITY = BufferCapacity.kept(8 << 20);

    private static final int INITIAL_CAPACITY = 64 << 10;
    private static final VarHandle LITTLE_ENDIAN_LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle BIG_ENDIAN_LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle BIG_ENDIAN_INTS =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    private byte[] bytes = new byte[INITIAL_CAPACITY];
    private int length;
    /** Greatest length that the user of the buffer allows. */
    private long maxLength = Long.MAX_VALUE;

    /** Limits the length, which is checked whenever the array has to grow, and by {@link #requireWithinLimit}. */
    void limit(long newMaxLength) {
        maxLength = newMaxLength;
    }

    /**
     * Checks a length.
     *
     * @throws ValueTooLargeException if it is beyond the limit
     */
    void requireWithinLimit(long checked) {
        if (checked > maxLength) {
            throw new ValueTooLargeException("the value takes more than " + maxLength + " bytes");
        }
    }

    /** Returns the array with the bytes from 0 to {@link #length}. The next put may replace the array. */
    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    /**
     * Sets the length: to a shorter one, or to a longer one that includes bytes written into the array behind a {@link
     * #reserve}.
     */
    void setLength(int newLength) {
        length = newLength;
    }

    /** Makes room for {@code count} more bytes behind {@link #length}. */
    void reserve(int count) {
        if (count > bytes.length - length) {
            long needed = (long) length + count;
            requireWithinLimit(needed);
            if (needed > BufferCapacity.MAX) {
                throw new PersistenceException("a single value takes more than 2 GB in an RDB file; split it up");
            }
            bytes = Arrays.copyOf(bytes, BufferCapacity.grown(bytes.length, needed, RETAINED_CAPACITY));
        }
    }

    void putByte(int value) {
        reserve(1);
        bytes[length++] = (byte) value;
    }

    void putBytes(byte[] source, int offset, int count) {
        reserve(count);
        System.arraycopy(source, offset, bytes, length, count);
        length += count;
    }

    void putLittleEndian(long value) {
        reserve(Long.BYTES);
        LITTLE_ENDIAN_LONGS.set(bytes, length, value);
        length += Long.BYTES;
    }

    void putBigEndian(long value) {
        reserve(Long.BYTES);
        BIG_ENDIAN_LONGS.set(bytes, length, value);
        length += Long.BYTES;
    }

    /** Appends an unsigned length in the shortest form that the format has for it. */
    void putLength(long value) {
        reserve(9);
        if (value >= 0 && value < 1 << 6) {
            bytes[length++] = (byte) value;
        } else if (value >= 0 && value < 1 << 14) {
            bytes[length++] = (byte) (RdbFormat.LENGTH_14_BITS | (value >> 8));
            bytes[length++] = (byte) value;
        } else if (value >>> 32 == 0) {
            putLongLength((int) value);
        } else {
            bytes[length++] = (byte) RdbFormat.LENGTH_64_BITS;
            putBigEndian(value);
        }
    }

    /** Appends a length in five bytes whatever its value, so that another length fits in its place. */
    void putLongLength(int value) {
        reserve(5);
        bytes[length++] = (byte) RdbFormat.LENGTH_32_BITS;
        BIG_ENDIAN_INTS.set(bytes, length, value);
        length += Integer.BYTES;
    }

    /** Removes the first bytes, and drops an array that has become too long. */
    void removeFirst(int count) {
        length -= count;
        if (length == 0 && bytes.length > RETAINED_CAPACITY) {
            bytes = new byte[INITIAL_CAPACITY];
        } else {
            System.arraycopy(bytes, count, bytes, 0, length);
        }
    }
}
