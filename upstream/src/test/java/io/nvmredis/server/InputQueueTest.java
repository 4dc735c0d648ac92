package io.nvmredis.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class InputQueueTest {
    private final InputQueue queue = new InputQueue(new RespDecoder(1 << 20, 1 << 20));
    private final List<String> shown = new ArrayList<>();

    private ByteBuf read(String input) {
        ByteBuf buffer = Unpooled.copiedBuffer(input, ISO_8859_1);
        queue.add(buffer);
        return buffer;
    }

    private int decodeAhead(int commands, long bytes) {
        return queue.decodeAhead(commands, bytes, command -> shown.add(text(command)));
    }

    private static String text(List<byte[]> command) {
        return String.join(
                " ", command.stream().map(word -> new String(word, ISO_8859_1)).toList());
    }

    private String next() throws ProtocolException {
        List<byte[]> command = queue.next();
        return command == null ? "none" : text(command);
    }

    @Test
    void shouldShowEachCommandOnceAndGiveThemInOrder() throws Exception {
        read("A 1\r\nB 2\r\nC 3\r\nD");
        assertThat(decodeAhead(2, 1000)).isEqualTo(2);
        assertThat(decodeAhead(2, 1000)).isEqualTo(2);
        assertThat(next()).isEqualTo("A 1");
        assertThat(decodeAhead(8, 1000)).isEqualTo(2);
        assertThat(shown).containsExactly("A 1", "B 2", "C 3");
        assertThat(next()).isEqualTo("B 2");
        assertThat(queue.isEmpty()).isFalse();
        assertThat(next()).isEqualTo("C 3");
        assertThat(next()).isEqualTo("none");
        assertThat(queue.isEmpty()).isTrue();

        read(" 4\r\n");
        assertThat(next()).isEqualTo("D 4");
    }

    @Test
    void shouldTellOfAFaultAfterTheCommandsBeforeIt() throws Exception {
        read("A 1\r\n*x\r\nB 2\r\n");
        assertThat(decodeAhead(8, 1000)).isEqualTo(1);
        assertThat(queue.isEmpty()).isFalse();
        assertThat(next()).isEqualTo("A 1");
        assertThat(queue.isEmpty()).isFalse();
        assertThatThrownBy(queue::next)
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining("invalid multibulk length");
    }

    @Test
    void shouldDecodeAheadNoMoreThanABoundedNumberOfBytes() throws Exception {
        String command = "A " + "x".repeat(98) + "\r\n";
        read(command.repeat(10));
        assertThat(decodeAhead(64, 250)).isEqualTo(3);
        assertThat(queue.readableBytes()).isGreaterThanOrEqualTo(990);
        for (int i = 0; i < 10; i++) {
            assertThat(next()).hasSize(100);
        }
        assertThat(queue.readableBytes()).isLessThan(300);
        assertThat(next()).isEqualTo("none");
        assertThat(queue.readableBytes()).isZero();
    }

    @Test
    void shouldReleaseEverythingItDiscards() throws Exception {
        ByteBuf buffer = read("A 1\r\nB");
        queue.discard();
        assertThat(buffer.refCnt()).isZero();
        assertThat(queue.isEmpty()).isTrue();

        buffer = read("A 1\r\nB 2\r\n");
        decodeAhead(1, 1000);
        queue.discard();
        assertThat(buffer.refCnt()).isZero();
        assertThat(next()).isEqualTo("none");
    }
}
