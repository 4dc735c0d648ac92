package io.nvmredis.rdb;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nvmredis.spi.errors.PersistenceException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LibraryPayloadTest {
    private static final byte[] CODE =
            "#!lua name=a\nredis.register_function('a', function() end)".getBytes(ISO_8859_1);

    @Test
    void shouldBeWhatRedisMakesOfNoLibrary() {
        assertThat(LibraryPayload.of(List.of())).isEqualTo(HexFormat.of().parseHex("0a005d9b5c400f7fa2da"));
    }

    @Test
    void shouldGiveLibrariesBack() {
        Random random = new Random(1);
        byte[] noise = new byte[100_000];
        random.nextBytes(noise);
        List<byte[]> codes = List.of(CODE, noise, new byte[0], CODE);
        List<byte[]> read = LibraryPayload.codes(LibraryPayload.of(codes));
        assertThat(read).hasSize(4);
        for (int i = 0; i < 4; i++) {
            assertThat(read.get(i)).isEqualTo(codes.get(i));
        }
    }

    @Test
    void shouldRefuseAnyDamage() {
        byte[] payload = LibraryPayload.of(List.of(CODE));
        for (int at = 0; at < payload.length; at++) {
            byte[] damaged = payload.clone();
            damaged[at] ^= 4;
            assertRefused(damaged, "DUMP payload version or checksum are wrong");
            assertRefused(Arrays.copyOf(payload, at), "DUMP payload version or checksum are wrong");
        }
    }

    @Test
    void shouldRefuseAnotherKindOfPayload() {
        assertRefused(signed(0, 1, 'x'), "given type is not a function");
        assertRefused(signed(246, 1, 'x'), "Pre-GA function format not supported");
        assertRefused(signed(245, 60, 'x'), "failed loading the given functions payload");
    }

    private static byte[] signed(int... bytes) {
        RdbBuffer buffer = new RdbBuffer();
        for (int each : bytes) {
            buffer.putByte(each);
        }
        buffer.putByte(RdbFormat.VERSION);
        buffer.putByte(0);
        buffer.putLittleEndian(Crc64.update(0, buffer.bytes(), 0, buffer.length()));
        return Arrays.copyOf(buffer.bytes(), buffer.length());
    }

    private static void assertRefused(byte[] payload, String message) {
        assertThatThrownBy(() -> LibraryPayload.codes(payload))
                .isInstanceOf(PersistenceException.class)
                .hasMessage(message);
    }
}
