package io.nvmredis.network;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RespDecoderTest {
    private static final int MAX_BULK = 1 << 20;
    private static final int QUERY_BUFFER_LIMIT = 4 << 20;

    private final RespDecoder decoder = new RespDecoder(MAX_BULK, QUERY_BUFFER_LIMIT);

    private List<List<String>> decode(String input) throws ProtocolException {
        return decodeAll(decoder, input);
    }

    static List<List<String>> decodeAll(RespDecoder decoder, String... pieces) throws ProtocolException {
        List<List<String>> commands = new ArrayList<>();
        for (String piece : pieces) {
            ByteBuf in = Unpooled.wrappedBuffer(piece.getBytes(ISO_8859_1));
            List<byte[]> command;
            while ((command = decoder.next(in)) != null) {
                commands.add(command.stream()
                        .map(bytes -> new String(bytes, ISO_8859_1))
                        .toList());
            }
            assertThat(in.isReadable()).as("everything is understood at once").isFalse();
        }
        return commands;
    }

    @Test
    void shouldDecodePipelinedArrays() throws Exception {
        assertThat(decode("*1\r\n$4\r\nPING\r\n*3\r\n$3\r\nSET\r\n$1\r\na\r\n$4\r\n\r\n\0\u00ff\r\n"))
                .containsExactly(List.of("PING"), List.of("SET", "a", "\r\n\0\u00ff"));
    }

    @Test
    void shouldDecodeEmptyArguments() throws Exception {
        assertThat(decode("*2\r\n$0\r\n\r\n$0\r\n\r\n")).containsExactly(List.of("", ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"*0\r\n", "*-1\r\n", "*-7\r\n", "\r\n", "\n", "   \r\n", "\0garbage\r\n"})
    void shouldPassOverCommandsWithoutAName(String nothing) throws Exception {
        assertThat(decode(nothing + "PING\r\n")).containsExactly(List.of("PING"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "*x\\r\\n | invalid multibulk length",
                "*\\r\\n | invalid multibulk length",
                "*01\\r\\n | invalid multibulk length",
                "*+1\\r\\n | invalid multibulk length",
                "*-0\\r\\n | invalid multibulk length",
                "*1 \\r\\n | invalid multibulk length",
                "*2147483648\\r\\n | invalid multibulk length",
                "*99999999999999999999\\r\\n | invalid multibulk length",
                "*1\\r\\n$x\\r\\n | invalid bulk length",
                "*1\\r\\n$-1\\r\\n | invalid bulk length",
                "*1\\r\\n$\\r\\n | invalid bulk length",
                "*1\\r\\n$1048577\\r\\n | invalid bulk length",
                "*1\\r\\n$9223372036854775808\\r\\n | invalid bulk length",
                "*1\\r\\nfoo\\r\\n | expected '$', got 'f'",
                "*1\\r\\n\\r\\n | expected '$', got ' '",
                "*1\\r\\n:1\\r\\n | expected '$', got ':'",
                "set \"a\\r\\n | unbalanced quotes in request",
                "set \"a\"b\\r\\n | unbalanced quotes in request",
                "set 'a'b\\r\\n | unbalanced quotes in request",
                "set 'a\\r\\n | unbalanced quotes in request",
            })
    void shouldWordErrorsAsRedisDoes(String input, String fault) {
        String bytes = input.replace("\\r", "\r").replace("\\n", "\n");

        assertThatThrownBy(() -> decode(bytes))
                .isInstanceOfSatisfying(
                        ProtocolException.class,
                        error -> assertThat(error.reply())
                                .asString(ISO_8859_1)
                                .isEqualTo("-ERR Protocol error: " + fault + "\r\n"));
    }

    @ParameterizedTest
    @CsvSource({"*, too big mbulk count string", "*1\\r\\n$, too big bulk count string", "'', too big inline request"})
    void shouldRefuseLinesThatDoNotEnd(String start, String fault) {
        String bytes = start.replace("\\r", "\r").replace("\\n", "\n");

        assertThatThrownBy(() -> decode(bytes + "1".repeat((64 << 10) + 1)))
                .isInstanceOf(ProtocolException.class)
                .hasMessage(fault);
    }

    @Test
    void shouldAdmitTheLongestLine() throws Exception {
        String name = "x".repeat((64 << 10) - 1);

        assertThat(decode(name + "\r\n")).containsExactly(List.of(name));
    }

    @Test
    void shouldAdmitTheLongestArgument() throws Exception {
        String longest = "x".repeat(MAX_BULK);

        assertThat(decode("*1\r\n$" + MAX_BULK + "\r\n" + longest + "\r\n")).containsExactly(List.of(longest));
    }

    @Test
    void shouldEndWithoutAWordBeyondTheQueryBufferLimit() {
        String argument = "$" + MAX_BULK + "\r\n" + "x".repeat(MAX_BULK) + "\r\n";

        assertThatThrownBy(() -> decode("*4\r\n" + argument.repeat(4)))
                .isInstanceOfSatisfying(
                        ProtocolException.class,
                        error -> assertThat(error.reply()).isNull())
                .hasMessageContaining("client-query-buffer-limit");
    }

    @Test
    void shouldCountWhatManyTinyArgumentsTake() {
        // Together 700 KB, but on the heap many times that.
        assertThatThrownBy(() -> decode("*2147483647\r\n" + "$0\r\n\r\n".repeat(QUERY_BUFFER_LIMIT / 24 + 1)))
                .hasMessageContaining("client-query-buffer-limit");
    }

    @Test
    void shouldCountEachCommandByItself() throws Exception {
        String command = "*1\r\n$" + MAX_BULK + "\r\n" + "x".repeat(MAX_BULK) + "\r\n";

        assertThat(decode(command.repeat(8))).hasSize(8);
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST / HTTP/1.1\r\n", "post /\r\n", "Host: 127.0.0.1:6379\r\n"})
    void shouldEndWithoutAWordAtHttp(String line) {
        assertThatThrownBy(() -> decode(line))
                .isInstanceOfSatisfying(
                        ProtocolException.class,
                        error -> assertThat(error.reply()).isNull());
    }

    @Test
    void shouldSplitLinesAsRedisDoes() throws Exception {
        assertThat(decode("  set  k\t\"a \\x41\\n\\r\\t\\b\\a\\\"\\\\\\q\\xzz\"  \r\n"))
                .containsExactly(List.of("set", "k", "a A\n\r\t\b\u0007\"\\qxzz"));
        assertThat(decode("set k 'it\\'s \\n'\n")).containsExactly(List.of("set", "k", "it's \\n"));
        assertThat(decode("set ab\"c d\" \"\" ''\r\n")).containsExactly(List.of("set", "abc d", "", ""));
        assertThat(decode("a\\x41\r\n")).containsExactly(List.of("a\\x41"));
    }

    @Test
    void shouldNotAllocateWhatIsOnlyAnnounced() throws Exception {
        RespDecoder roomy = new RespDecoder(512 << 20, 1L << 30);
        long before = AllocatedBytes.ofThisThread();

        decodeAll(roomy, "*2147483647\r\n$536870912\r\n", "some");

        assertThat(AllocatedBytes.ofThisThread() - before).isLessThan(1 << 20);
    }

    @Test
    void shouldCopyAHugeValueInSmallPiecesLessThanTwice() throws Exception {
        RespDecoder roomy = new RespDecoder(512 << 20, 1L << 30);
        int length = 100_000_000;
        ByteBuf piece = Unpooled.wrappedBuffer(new byte[1000]);
        decodeAll(roomy, "*1\r\n$" + length + "\r\n");
        long before = AllocatedBytes.ofThisThread();

        for (int sent = 0; sent < length; sent += 1000) {
            assertThat(roomy.next(piece.resetReaderIndex())).isNull();
        }
        List<byte[]> command = roomy.next(Unpooled.wrappedBuffer(new byte[] {'\r', '\n'}));

        assertThat(command).singleElement().satisfies(value -> assertThat(value).hasSize(length));
        // The arrays that it passed through, each twice the one before, and the buffers of this loop.
        assertThat(AllocatedBytes.ofThisThread() - before).isLessThan(250_000_000L + 100_000L * 200);
    }

    @Test
    void shouldTakeOnlyShortCommandsFromWhoHasNotSaidWhoItIs() throws ProtocolException {
        RespDecoder restricted = new RespDecoder(MAX_BULK, QUERY_BUFFER_LIMIT, () -> true);
        assertThat(restricted.next(Unpooled.copiedBuffer("*10\r\n" + "$1\r\na\r\n".repeat(10), ISO_8859_1)))
                .hasSize(10);
        assertThatThrownBy(() -> restricted.next(Unpooled.copiedBuffer("*11\r\n", ISO_8859_1)))
                .isInstanceOf(ProtocolException.class)
                .hasMessage("unauthenticated multibulk length");
        RespDecoder another = new RespDecoder(1 << 20, 1 << 20, () -> true);
        assertThat(another.next(Unpooled.copiedBuffer("*1\r\n$16384\r\n" + "a".repeat(16_384) + "\r\n", ISO_8859_1)))
                .hasSize(1);
        assertThatThrownBy(() -> another.next(Unpooled.copiedBuffer("*1\r\n$16385\r\n", ISO_8859_1)))
                .isInstanceOf(ProtocolException.class)
                .hasMessage("unauthenticated bulk length");
    }
}
