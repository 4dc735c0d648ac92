package io.nvmredis.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SizesTest {

    @ParameterizedTest
    @CsvSource({"0, 0 B", "1023, 1023 B", "1024, 1.0 KB", "1258291, 1.2 MB", "1048575, 1.0 MB", "5368709120, 5.0 GB"})
    void shouldWriteSizesForAHuman(long bytes, String text) {
        assertThat(Sizes.readable(bytes)).isEqualTo(text);
    }
}
