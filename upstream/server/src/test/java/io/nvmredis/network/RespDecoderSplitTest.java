package io.nvmredis.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** However the stream is cut, the same commands come out. */
class RespDecoderSplitTest {
    private String stream;
    private List<List<String>> expected;

    @BeforeEach
    void makeStream() {
        StringBuilder made = new StringBuilder();
        expected = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            addArray(made, "SET", "key:" + i, "v".repeat(i * i) + "\r\n$3\r\n*");
            made.append("\r\n*0\r\n");
            addArray(made, "", "");
            made.append("set \"k \\x41\\n").append(i).append("\" 'it\\'s'\r\n");
            expected.add(List.of("set", "k A\n" + i, "it's"));
            made.append("*-1\r\nPING\n");
            expected.add(List.of("PING"));
        }
        stream = made.toString();
    }

    private void addArray(StringBuilder to, String... arguments) {
        to.append('*').append(arguments.length).append("\r\n");
        for (String argument : arguments) {
            to.append('$')
                    .append(argument.length())
                    .append("\r\n")
                    .append(argument)
                    .append("\r\n");
        }
        expected.add(List.of(arguments));
    }

    private static RespDecoder decoder() {
        return new RespDecoder(1 << 20, 1 << 20);
    }

    @Test
    void shouldDecodeTheSameCutAtAnyByte() throws Exception {
        for (int cut = 0; cut <= stream.length(); cut++) {
            assertThat(RespDecoderTest.decodeAll(decoder(), stream.substring(0, cut), stream.substring(cut)))
                    .as("cut at byte %d of %d", cut, stream.length())
                    .isEqualTo(expected);
        }
    }

    @Test
    void shouldDecodeTheSameByteByByte() throws Exception {
        assertThat(RespDecoderTest.decodeAll(decoder(), stream.split(""))).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void shouldDecodeTheSameInRandomPieces(long seed) throws Exception {
        Random random = new Random(seed);
        List<String> pieces = new ArrayList<>();
        for (int at = 0; at < stream.length(); ) {
            int end = Math.min(stream.length(), at + 1 + random.nextInt(40));
            pieces.add(stream.substring(at, end));
            at = end;
        }

        assertThat(RespDecoderTest.decodeAll(decoder(), pieces.toArray(String[]::new)))
                .as("seed %d", seed)
                .isEqualTo(expected);
    }

    @Test
    void shouldFindTheSameFaultCutAtAnyByte() {
        for (String faulty : List.of("*1\r\nfoo\r\n", "*1\r\n$01\r\n", "*x\r\n", "set \"a\"b\r\n", "*1\r\n\r\n")) {
            String fault = fault(faulty);
            for (int cut = 0; cut <= faulty.length(); cut++) {
                assertThat(fault(faulty.substring(0, cut), faulty.substring(cut)))
                        .isEqualTo(fault);
            }
        }
    }

    private static String fault(String... pieces) {
        try {
            return "none, but " + RespDecoderTest.decodeAll(decoder(), pieces);
        } catch (ProtocolException e) {
            return e.getMessage();
        }
    }
}
