package io.nvmredis.spi.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** Values as redis-server dumps them, in all encodings that it has or had, and the checksum of such payloads. */
public final class DumpedValues {
    /** Bytes of the version and the checksum. */
    public static final int FOOTER_LENGTH = 10;

    private static final String FILE = "dumped-values.txt";
    private static final int VERSION = 10;
    private static final long POLYNOMIAL = 0x95AC9329AC4BC9B5L;

    private DumpedValues() {}

    /** Returns the payloads by what they hold. */
    public static Map<String, byte[]> all() {
        Map<String, byte[]> all = new LinkedHashMap<>();
        try (InputStream file = Objects.requireNonNull(DumpedValues.class.getResourceAsStream(FILE))) {
            new String(file.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .forEach(line -> {
                        int colon = line.indexOf(": ");
                        all.put(line.substring(0, colon), HexFormat.of().parseHex(line.substring(colon + 2)));
                    });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return all;
    }

    /** Returns a payload of the version of Redis 7.0 with these bytes before its version. */
    public static byte[] sealed(byte[] body) {
        return sealed(body, VERSION);
    }

    /** Returns a payload with these bytes before its version. */
    public static byte[] sealed(byte[] body, int version) {
        byte[] payload = Arrays.copyOf(body, body.length + FOOTER_LENGTH);
        payload[body.length] = (byte) version;
        payload[body.length + 1] = (byte) (version >> Byte.SIZE);
        long crc = 0;
        for (int i = 0; i < body.length + 2; i++) {
            crc ^= payload[i] & 0xFF;
            for (int bit = 0; bit < Byte.SIZE; bit++) {
                crc = (crc >>> 1) ^ (-(crc & 1) & POLYNOMIAL);
            }
        }
        for (int i = 0; i < Long.BYTES; i++) {
            payload[body.length + 2 + i] = (byte) (crc >>> (i * Byte.SIZE));
        }
        return payload;
    }
}
