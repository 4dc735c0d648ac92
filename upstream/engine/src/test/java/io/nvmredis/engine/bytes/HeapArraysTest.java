package io.nvmredis.engine.bytes;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeapArraysTest {
    private static final long REGION = 1 << 20;

    @ParameterizedTest
    @CsvSource({
        "0, 16",
        "1, 24",
        "8, 24",
        "524272, 524288",
        "524273, 1048576",
        "1048560, 1048576",
        "1048561, 2097152",
        "1048576, 2097152",
        "5000000, 5242880"
    })
    void shouldCountWholeRegionsForLongArrays(long length, long bytes) {
        assertThat(HeapArrays.bytesOf(length, REGION)).isEqualTo(bytes);
    }

    @Test
    void shouldCountWhatThereIsWhereThereAreNoRegions() {
        assertThat(HeapArrays.bytesOf(1 << 20, 0)).isEqualTo((1 << 20) + 16);
    }

    @Test
    void shouldGrowToLengthsThatFillRegions() {
        int length = 100;
        while (length < 900_000) {
            int grown = HeapArrays.grown(length, Integer.MAX_VALUE);
            assertThat(grown).isGreaterThan(length).isLessThanOrEqualTo(2 * length + 16);
            assertThat(Integer.bitCount(grown + HeapArrays.HEADER_BYTES)).isEqualTo(1);
            length = grown;
        }
        assertThat(HeapArrays.grown(1_000, 1_001)).isEqualTo(1_001);
        assertThat(HeapArrays.grown(1 << 30, Integer.MAX_VALUE - 8)).isEqualTo(Integer.MAX_VALUE - 15);
    }
}
