package io.nvmredis.spi.effects;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BufferCapacityTest {
    private static final long MB = 1 << 20;

    @ParameterizedTest
    @CsvSource({"16, 6144, 16384", "16, 1024, 4096", "16, 128, 512", "16, 32, 256", "4, 6144, 4096", "4, 64, 256"})
    void shouldKeepLessOnASmallHeap(int mostMegabytes, long heapMegabytes, int keptKilobytes) {
        assertThat(BufferCapacity.kept(mostMegabytes << 20, heapMegabytes * MB)).isEqualTo(keptKilobytes << 10);
    }

    @ParameterizedTest
    @CsvSource({
        "1000, 1001, 5000, 2000",
        "1000, 3000, 5000, 3000",
        "5000, 5004, 5000, 6255",
        "1000000000, 1500000000, 5000, 1875000000",
        "1500000000, 2000000000, 5000, 2147483639"
    })
    void shouldGrowByLessWhereOldAndNewTogetherAreMuch(int capacity, long needed, int kept, int grown) {
        assertThat(BufferCapacity.grown(capacity, needed, kept)).isEqualTo(grown);
    }
}
