package io.nvmredis.network;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.nvmredis.engine.catalog.Command;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
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

    private static String text(Command command) {
        return String.join(
                " ",
                command.words().stream()
                        .map(word -> new String(word, ISO_8859_1))
                        .toList());
    }

    private String next() throws ProtocolException {
        Command command = queue.next();
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
        // With what its words take on the heap beside their bytes.
        assertThat(decodeAhead(64, 250)).isEqualTo(2);
        assertThat(queue.waitingBytes()).isGreaterThanOrEqualTo(990);
        for (int i = 0; i < 10; i++) {
            assertThat(next()).hasSize(100);
        }
        assertThat(queue.waitingBytes()).isLessThan(300);
        assertThat(next()).isEqualTo("none");
        assertThat(queue.waitingBytes()).isZero();
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

    @Test
    void shouldTakeBackWhatItCountedWhenTheCommandLeaves() throws Exception {
        for (int i = 0; i < 2_000; i++) {
            read("A " + "x".repeat(98) + "\r\n");
            assertThat(decodeAhead(64, 64 << 10)).isEqualTo(1);
            next();

            assertThat(queue.waitingBytes()).isZero();
            assertThat(queue.memoryBytes()).isZero();
        }
    }

    @Test
    void shouldCountWhatIsThereAndNothingElseInAnyOrder() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        long present = 0;
        for (int i = 0; i < 20_000; i++) {
            switch (random.nextInt(3)) {
                case 0 -> {
                    int length = random.nextInt(300);
                    read("A " + "x".repeat(length) + "\r\n");
                    present++;
                }
                case 1 -> decodeAhead(random.nextInt(5), random.nextInt(1000));
                default -> present -= queue.next() == null ? 0 : 1;
            }
            assertThat(queue.isEmpty()).as("seed %d, step %d", seed, i).isEqualTo(present == 0);
            assertThat(queue.waitingBytes() > 0).as("seed %d, step %d", seed, i).isEqualTo(present > 0);
        }
        while (queue.next() != null) {
            present--;
        }
        assertThat(present).as("seed %d", seed).isZero();
        assertThat(queue.waitingBytes()).as("seed %d", seed).isZero();
        assertThat(queue.memoryBytes()).as("seed %d", seed).isZero();
    }

    @Test
    void shouldPutManyNearlyEmptyBuffersIntoFew() {
        for (int i = 0; i < 4_096; i++) {
            queue.add(Unpooled.buffer(4_096).writeByte('x'));
        }

        assertThat(queue.waitingBytes()).isEqualTo(4_096);
        assertThat(queue.memoryBytes()).isLessThan(3 * 4_096);
    }

    @Test
    void shouldLeaveInputWhereItIsWhileThereIsNoMemory() throws Exception {
        long[] granted = {0};
        InputQueue starving = new InputQueue(new RespDecoder(1 << 20, 2 << 20, () -> false, bytes -> {
            if (granted[0] < bytes) {
                return false;
            }
            granted[0] -= bytes;
            return true;
        }));
        String value = "v".repeat(200_000);
        String input = "*2\r\n$1\r\nA\r\n$200000\r\n" + value + "\r\nB\r\n";
        for (int at = 0; at < input.length(); at += 10_000) {
            String part = input.substring(at, Math.min(input.length(), at + 10_000));
            starving.add(Unpooled.copiedBuffer(part, ISO_8859_1));
        }
        int refusals = 0;
        Command command = starving.next();
        for (; command == null; command = starving.next()) {
            assertThat(starving.isStarved()).isTrue();
            assertThat(starving.isEmpty()).isFalse();
            assertThat(starving.waitingBytes()).isPositive();
            granted[0] = starving.refusedBytes();
            refusals++;
        }

        assertThat(refusals).isBetween(2, 10);
        assertThat(text(command)).isEqualTo("A " + value);
        assertThat(starving.isStarved()).isFalse();
        assertThat(text(starving.next())).isEqualTo("B");
        assertThat(starving.memoryBytes()).isZero();
    }
}
