package io.nvmredis.bench;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Writes commands on keys of {@value #KEY_LENGTH} bytes, numbered from 0, into a buffer; makes no garbage. */
final class Commands {
    static final int KEY_LENGTH = 16;
    /** Bytes of a command beside key and value, at most. */
    private static final int OVERHEAD = 64;

    private static final byte[] GET = "*2\r\n$3\r\nGET\r\n$16\r\nkey:".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SET = "*3\r\n$3\r\nSET\r\n$16\r\nkey:".getBytes(StandardCharsets.US_ASCII);
    private static final int DIGITS = 12;

    private final byte[] value;
    private final int valueOffset;
    private final int valueLength;

    /**
     * Commands that set values of this length.
     *
     * @param valueLength in bytes; the first twelve of a value are the number of its key
     */
    Commands(int valueLength) {
        value = ("\r\n$" + valueLength + "\r\n" + "x".repeat(valueLength) + "\r\n").getBytes(StandardCharsets.US_ASCII);
        valueOffset = value.length - valueLength - 2;
        this.valueLength = valueLength;
    }

    int valueLength() {
        return valueLength;
    }

    /** Bytes of the largest command. */
    int largestLength() {
        return KEY_LENGTH + valueLength + OVERHEAD;
    }

    void get(ByteBuffer buffer, long key) {
        buffer.put(GET);
        digits(buffer, key);
        buffer.put((byte) '\r').put((byte) '\n');
    }

    void set(ByteBuffer buffer, long key) {
        buffer.put(SET);
        digits(buffer, key);
        int start = buffer.position();
        buffer.put(value);
        int end = buffer.position();
        buffer.position(start + valueOffset);
        digits(buffer, key);
        buffer.position(end);
    }

    private static void digits(ByteBuffer buffer, long number) {
        int end = buffer.position() + DIGITS;
        long rest = number;
        for (int at = end - 1; at >= end - DIGITS; at--) {
            buffer.put(at, (byte) ('0' + rest % 10));
            rest /= 10;
        }
        buffer.position(end);
    }

    /** The value that a key is set to. */
    byte[] valueOf(long key) {
        ByteBuffer buffer = ByteBuffer.allocate(value.length);
        buffer.put(value, valueOffset, valueLength);
        buffer.position(0);
        digits(buffer, key);
        byte[] bytes = new byte[valueLength];
        buffer.get(0, bytes);
        return bytes;
    }
}
