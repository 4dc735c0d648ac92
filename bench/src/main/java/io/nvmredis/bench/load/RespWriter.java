package io.nvmredis.bench.load;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Writes commands into a buffer, argument by argument; makes no garbage. */
final class RespWriter {
    private static final int NUMBER_DIGITS = 12;
    /** Bytes of a numbered name: a prefix of four and the digits. */
    static final int NAME_LENGTH = 4 + NUMBER_DIGITS;

    private RespWriter() {}

    /** A word that never changes, ready to be copied: its length, its bytes, its end. */
    static byte[] argument(String word) {
        return ("$" + word.length() + "\r\n" + word + "\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    /** The beginning of a command: its name, and arguments that never change. */
    static byte[] command(int argumentCount, String... words) {
        ByteArrayOutputStream command = new ByteArrayOutputStream();
        command.writeBytes(("*" + argumentCount + "\r\n").getBytes(StandardCharsets.US_ASCII));
        for (String word : words) {
            command.writeBytes(argument(word));
        }
        return command.toByteArray();
    }

    /** The beginning of a numbered name: length and the four bytes of its prefix. */
    static byte[] name(String prefix) {
        return ("$" + NAME_LENGTH + "\r\n" + prefix).getBytes(StandardCharsets.US_ASCII);
    }

    /** A name such as {@code key:000000000042}. */
    static void name(ByteBuffer buffer, byte[] name, long number) {
        buffer.put(name);
        digits(buffer, number);
        buffer.put((byte) '\r').put((byte) '\n');
    }

    /** A value whose first bytes are a number, so that values differ. */
    static void value(ByteBuffer buffer, byte[] value, int firstByte, long number) {
        int start = buffer.position();
        buffer.put(value);
        int end = buffer.position();
        buffer.position(start + firstByte);
        digits(buffer, number);
        buffer.position(end);
    }

    /** A number as an argument of its own, always of as many digits. */
    static void number(ByteBuffer buffer, long number) {
        buffer.put((byte) '$').put((byte) '1').put((byte) '2').put((byte) '\r').put((byte) '\n');
        digits(buffer, number);
        buffer.put((byte) '\r').put((byte) '\n');
    }

    private static void digits(ByteBuffer buffer, long number) {
        int end = buffer.position() + NUMBER_DIGITS;
        long rest = number;
        for (int at = end - 1; at >= end - NUMBER_DIGITS; at--) {
            buffer.put(at, (byte) ('0' + rest % 10));
            rest /= 10;
        }
        buffer.position(end);
    }
}
