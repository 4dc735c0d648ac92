package io.nvmredis.engine.hyperloglog;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.fppt.jedismock.datastructures.RMHyperLogLog;
import com.github.fppt.jedismock.datastructures.Slice;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Strings that earlier versions made, with upstream's own serialisation. */
class EarlierFormTest {
    private static byte[] earlier(List<String> elements) {
        RMHyperLogLog made = new RMHyperLogLog();
        made.addAll(elements.stream().map(Slice::create).toList());
        return made.getAsSlice().data();
    }

    private static byte[] registers(byte[] string) {
        byte[] registers = new byte[Registers.COUNT];
        Registers.merge(string, registers);
        return registers;
    }

    private static List<String> elements(int count) {
        return IntStream.range(0, count).mapToObj(i -> "x".repeat(i % 40) + i).toList();
    }

    /** From 250 elements or so on there are several blocks, with elements that go over from one to the next. */
    @Test
    void shouldCountTheSameElements() {
        for (int size : new int[] {0, 1, 10, 500, 5_000}) {
            HyperLogLog expected = HyperLogLog.empty();
            elements(size).forEach(element -> expected.add(element.getBytes(StandardCharsets.UTF_8)));
            byte[] converted = EarlierForm.converted(earlier(elements(size)));
            assertThat(converted)
                    .as("%d elements", size)
                    .isNotNull()
                    .satisfies(bytes -> assertThat(HyperLogLog.isOne(bytes)).isTrue());
            assertThat(registers(converted)).isEqualTo(registers(expected.toByteArray()));
            assertThat(Registers.cachedCount(converted)).isEqualTo(Registers.STALE);
            assertThat(Registers.count(converted)).isEqualTo(Registers.count(expected.toByteArray()));
        }
    }

    @Test
    void shouldReadTheBlocksThatWereAppended() {
        byte[] one = earlier(List.of("a"));
        byte[] block = {0x7A, 0, 0, 0, 6, 0, 0, 0, 2, 'b', 'c', 0x78};
        byte[] grown = ByteBuffer.allocate(one.length - 1 + block.length)
                .put(one, 0, one.length - 1)
                .put(block)
                .array();
        int countOffset = one.length - 1 - 5 - Integer.BYTES;
        ByteBuffer.wrap(grown).putInt(countOffset, 2);
        assertThat(registers(EarlierForm.converted(grown)))
                .isEqualTo(registers(EarlierForm.converted(earlier(List.of("a", "bc")))));
    }

    @Test
    void shouldLeaveAnyOtherStringAlone() {
        byte[] good = earlier(elements(20));
        for (int length = 0; length < good.length; length++) {
            assertThat(EarlierForm.converted(Arrays.copyOf(good, length)))
                    .as("the first %d bytes", length)
                    .isNull();
        }
        assertThat(EarlierForm.converted(Arrays.copyOf(good, good.length + 1))).isNull();
        byte[] otherClass = good.clone();
        otherClass[20] ^= 1;
        assertThat(EarlierForm.converted(otherClass)).isNull();
    }
}
