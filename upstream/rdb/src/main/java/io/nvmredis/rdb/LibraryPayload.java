package io.nvmredis.rdb;

import io.nvmredis.spi.LoadingListener;
import io.nvmredis.spi.errors.PersistenceException;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Payload of FUNCTION DUMP: the libraries as they stand in an RDB file, the version of the format in two bytes, and the
 * checksum of all that.
 */
public final class LibraryPayload {
    /** Words of the command that loads a library, before its code. */
    static final List<byte[]> LOAD = List.of(word("FUNCTION"), word("LOAD"), word("REPLACE"));

    private static final int FOOTER_LENGTH = Short.BYTES + Long.BYTES;

    /** Part of the heap that the codes in a payload may take: as much as libraries may take by default. */
    private static final int HEAP_SHARE = 16;

    private LibraryPayload() {}

    private static byte[] word(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Returns the payload for libraries with these codes. */
    public static byte[] of(List<byte[]> codes) {
        RdbBuffer buffer = new RdbBuffer();
        StringEncoder strings = new StringEncoder(true);
        for (byte[] code : codes) {
            put(code, strings, buffer);
        }
        buffer.putByte(RdbFormat.VERSION);
        buffer.putByte(RdbFormat.VERSION >> Byte.SIZE);
        buffer.putLittleEndian(Crc64.update(0, buffer.bytes(), 0, buffer.length()));
        return Arrays.copyOf(buffer.bytes(), buffer.length());
    }

    /** Appends a library. */
    static void put(byte[] code, StringEncoder strings, RdbBuffer target) {
        target.putByte(RdbFormat.OPCODE_FUNCTION2);
        strings.put(code, 0, code.length, target);
    }

    /**
     * Returns the codes of the libraries in a payload.
     *
     * @throws PersistenceException with Redis's message, if it is no payload
     */
    public static List<byte[]> codes(byte[] payload) {
        int end = payload.length - FOOTER_LENGTH;
        if (end < 0 || version(payload, end) > RdbFormat.VERSION || checksum(payload) != found(payload)) {
            throw new PersistenceException("DUMP payload version or checksum are wrong");
        }
        RdbInput input = new RdbInput(new ByteArrayInputStream(payload, 0, end), "payload", end, LoadingListener.NONE);
        List<byte[]> codes = new ArrayList<>();
        long left = Runtime.getRuntime().maxMemory() / HEAP_SHARE;
        while (input.offset() < end) {
            requireLibrary(input.readByte());
            try {
                byte[] code = input.readString();
                left -= code.length;
                if (left < 0) {
                    throw new PersistenceException("the libraries are too large");
                }
                codes.add(code);
            } catch (PersistenceException e) {
                throw new PersistenceException("failed loading the given functions payload", e);
            }
        }
        return codes;
    }

    private static void requireLibrary(int type) {
        if (type == RdbFormat.OPCODE_FUNCTION_PRE_GA) {
            throw new PersistenceException("Pre-GA function format not supported");
        }
        if (type != RdbFormat.OPCODE_FUNCTION2) {
            throw new PersistenceException("given type is not a function");
        }
    }

    private static int version(byte[] payload, int at) {
        return (payload[at] & 0xFF) | ((payload[at + 1] & 0xFF) << Byte.SIZE);
    }

    private static long checksum(byte[] payload) {
        return Crc64.update(0, payload, 0, payload.length - Long.BYTES);
    }

    private static long found(byte[] payload) {
        long found = 0;
        for (int i = 1; i <= Long.BYTES; i++) {
            found = (found << Byte.SIZE) | (payload[payload.length - i] & 0xFF);
        }
        return found;
    }
}
