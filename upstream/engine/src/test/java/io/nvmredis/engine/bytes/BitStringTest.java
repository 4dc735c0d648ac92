package io.nvmredis.engine.bytes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class BitStringTest {
    private static boolean bitAt(byte[] bytes, long index) {
        return (bytes[(int) (index / 8)] & 0x80 >> index % 8) != 0;
    }

    /** Long runs of the same bytes, with a few others between them. */
    private static byte[] bytes(Random random) {
        byte[] bytes = new byte[1 + random.nextInt(60)];
        Arrays.fill(bytes, (byte) (random.nextBoolean() ? 0 : -1));
        for (int i = random.nextInt(4); i > 0; i--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        }
        return bytes;
    }

    @Property
    void shouldCountAndFindBitsAsOneByOne(@ForAll long seed) {
        Random random = new Random(seed);
        byte[] bytes = bytes(random);
        int first = random.nextInt(8 * bytes.length);
        int last = first + random.nextInt(8 * bytes.length - first);
        long count = 0;
        long firstOne = -1;
        long firstZero = -1;
        for (int i = last; i >= first; i--) {
            if (bitAt(bytes, i)) {
                count++;
                firstOne = i;
            } else {
                firstZero = i;
            }
        }
        assertThat(BitString.count(bytes, first, last)).isEqualTo(count);
        assertThat(BitString.count(bytes, last + 1L, last)).isZero();
        assertThat(BitString.indexOf(bytes, true, first, last)).isEqualTo(firstOne);
        assertThat(BitString.indexOf(bytes, false, first, last)).isEqualTo(firstZero);
    }

    @Property
    void shouldCombineByteByByte(@ForAll long seed) {
        Random random = new Random(seed);
        byte[] bytes = bytes(random);
        byte[] other = Arrays.copyOf(bytes(random), random.nextInt(bytes.length + 1));
        byte[] and = bytes.clone();
        byte[] or = bytes.clone();
        byte[] xor = bytes.clone();
        byte[] inverted = bytes.clone();
        BitString.and(and, other);
        BitString.or(or, other);
        BitString.xor(xor, other);
        BitString.invert(inverted);
        for (int i = 0; i < bytes.length; i++) {
            int beside = i < other.length ? other[i] : 0;
            assertThat(new int[] {and[i], or[i], xor[i], inverted[i]})
                    .containsExactly(bytes[i] & beside, bytes[i] | beside, bytes[i] ^ beside, ~bytes[i]);
        }
    }
}
