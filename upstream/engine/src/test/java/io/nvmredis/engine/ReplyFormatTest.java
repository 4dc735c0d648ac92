package io.nvmredis.engine;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.server.Response;
import io.nvmredis.engine.bytes.RawBytes;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Upstream's replies, which one of our patches writes in another way. */
final class ReplyFormatTest {
    private static String text(Slice reply) {
        return new String(RawBytes.of(reply), ISO_8859_1);
    }

    @ParameterizedTest
    @ValueSource(
            longs = {
                0,
                1,
                9,
                10,
                99,
                100,
                -1,
                -10,
                -999,
                Integer.MIN_VALUE,
                Long.MAX_VALUE,
                Long.MIN_VALUE,
                -9_223_372_036_854_775_807L
            })
    void shouldWriteIntegers(long value) {
        assertThat(text(Response.integer(value))).isEqualTo(":" + value + "\r\n");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 9, 10, 99, 100, 101, 12_345})
    void shouldWriteBulkStrings(int length) {
        String value = "\u00ff\r".repeat(length).substring(0, length);
        Slice slice = Slice.create(value.getBytes(ISO_8859_1));

        assertThat(text(Response.bulkString(slice))).isEqualTo("$" + length + "\r\n" + value + "\r\n");
    }

    @Test
    void shouldWriteArrays() {
        List<Slice> values = List.of(Response.NULL, Response.integer(7), Response.array(Response.OK));
        String expected = "*3\r\n$-1\r\n:7\r\n*1\r\n+OK\r\n";

        assertThat(text(Response.array(values))).isEqualTo(expected);
        assertThat(text(Response.array(values.toArray(Slice[]::new)))).isEqualTo(expected);
        assertThat(text(Response.array())).isEqualTo("*0\r\n");
        assertThat(text(Response.array(Collections.nCopies(12, Response.OK))))
                .isEqualTo("*12\r\n" + "+OK\r\n".repeat(12));
    }

    @Test
    void shouldGiveUpstreamsReplyForNothing() {
        assertThat(text(Response.bulkString(null))).isEqualTo("$-1\r\n");
    }
}
