package io.nvmredis.transfer;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.network.AllocatedBytes;
import java.util.List;
import org.junit.jupiter.api.Test;

class CommandBufferTest {
    private final CommandBuffer buffer = new CommandBuffer();

    private static byte[] bytes(String text) {
        return text.getBytes(ISO_8859_1);
    }

    @Test
    void shouldWriteCommandsOneBehindTheOther() {
        buffer.add(List.of(bytes("SET"), bytes("k"), bytes("\0\r\n\u00ff")));
        buffer.add(List.of(bytes("RPUSH"), bytes(""), bytes("0123456789")));
        assertThat(buffer.commandCount()).isEqualTo(2);
        assertThat(new String(buffer.toByteArray(), ISO_8859_1).split("\r\n", -1))
                .containsExactly(
                        "*3",
                        "$3",
                        "SET",
                        "$1",
                        "k",
                        "$4",
                        "\0",
                        "\u00ff",
                        "*3",
                        "$5",
                        "RPUSH",
                        "$0",
                        "",
                        "$10",
                        "0123456789",
                        "");
    }

    @Test
    void shouldBeginAnew() {
        buffer.add(List.of(bytes("FLUSHALL")));
        buffer.reset();
        assertThat(buffer.commandCount()).isZero();
        assertThat(buffer.toByteArray()).isEmpty();
        buffer.add(List.of(bytes("PING")));
        assertThat(buffer.commandCount()).isEqualTo(1);
        assertThat(buffer.toByteArray()).isEqualTo(bytes("*1\r\n$4\r\nPING\r\n"));
    }

    /** What a transaction of this size allocates when another one has been there before. */
    private long allocatedBySecond(int length) {
        List<byte[]> command = List.of(new byte[length]);
        buffer.add(command);
        buffer.reset();
        long before = AllocatedBytes.ofThisThread();
        buffer.add(command);
        return AllocatedBytes.ofThisThread() - before;
    }

    @Test
    void shouldKeepItsMemoryForTheNextTransaction() {
        assertThat(allocatedBySecond(200 << 10)).isLessThan(100 << 10);
    }

    @Test
    void shouldGiveBackWhatOneHugeTransactionHasTaken() {
        assertThat(allocatedBySecond(16 << 20)).isGreaterThanOrEqualTo(16 << 20);
    }
}
