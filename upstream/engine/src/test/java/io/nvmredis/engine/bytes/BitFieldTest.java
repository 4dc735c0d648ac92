package io.nvmredis.engine.bytes;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class BitFieldTest {
    private static BitField any(boolean isSigned, int bits) {
        return new BitField(isSigned, isSigned ? bits : Math.min(bits, 63));
    }

    @Property
    void shouldReadWhatItHasWrittenAndLeaveTheBitsAround(
            @ForAll boolean isSigned,
            @ForAll @IntRange(min = 1, max = 64) int bits,
            @ForAll @IntRange(min = 0, max = 7) int offset,
            @ForAll long number,
            @ForAll long seed) {
        BitField field = any(isSigned, bits);
        byte[] before = new byte[9];
        new Random(seed).nextBytes(before);
        byte[] after = before.clone();
        field.write(after, offset, number);
        assertThat(field.read(after, offset)).isEqualTo(field.wrapped(number));
        field.write(after, offset, field.read(before, offset));
        assertThat(after).isEqualTo(before);
    }

    @Property
    void shouldTellWhereASumLies(
            @ForAll boolean isSigned,
            @ForAll @IntRange(min = 1, max = 64) int bits,
            @ForAll long number,
            @ForAll long increment) {
        BitField field = any(isSigned, bits);
        long held = field.wrapped(number);
        BigInteger sum = BigInteger.valueOf(held).add(BigInteger.valueOf(increment));
        int expected = sum.compareTo(BigInteger.valueOf(field.max())) > 0
                ? 1
                : sum.compareTo(BigInteger.valueOf(field.min())) < 0 ? -1 : 0;
        assertThat(field.overflow(held, increment)).isEqualTo(expected);
    }

    @Test
    void shouldHoldWhatItsBitsCanHold() {
        assertThat(new BitField(true, 1).max()).isZero();
        assertThat(new BitField(true, 1).min()).isEqualTo(-1);
        assertThat(new BitField(true, 64).max()).isEqualTo(Long.MAX_VALUE);
        assertThat(new BitField(true, 64).min()).isEqualTo(Long.MIN_VALUE);
        assertThat(new BitField(false, 63).max()).isEqualTo(Long.MAX_VALUE);
        assertThat(new BitField(false, 8).max()).isEqualTo(255);
    }

    /** SET of a number that a field is too short for is found too large where Redis finds it so. */
    @Test
    void shouldFindAFarNumberTooLargeAsRedisDoes() {
        assertThat(new BitField(true, 63).overflow(Long.MIN_VALUE, 0)).isEqualTo(1);
        assertThat(new BitField(true, 8).overflow(-129, 0)).isEqualTo(-1);
        assertThat(new BitField(false, 8).overflow(-1, 0)).isEqualTo(1);
    }
}
