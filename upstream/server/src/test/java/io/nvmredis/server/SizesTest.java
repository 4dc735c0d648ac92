package io.nvmredis.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SizesTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "4096, 4096",
        "7b, 7",
        "1k, 1000",
        "1kb, 1024",
        "64mb, 67108864",
        "64MB, 67108864",
        "3m, 3000000",
        "1g, 1000000000",
        "2gb, 2147483648"
    })
    void shouldReadSizesAsRedisDoes(String text, long bytes) {
        assertThat(Sizes.parse(text)).hasValue(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "mb", "-1", "1.5gb", "1tb", "1 mb", "9999999999999999999", "999999999999999999gb"})
    void shouldRefuseWhatIsNoSize(String text) {
        assertThat(Sizes.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"0, 0 B", "1023, 1023 B", "1024, 1.0 KB", "1258291, 1.2 MB", "1048575, 1.0 MB", "5368709120, 5.0 GB"})
    void shouldWriteSizesForAHuman(long bytes, String text) {
        assertThat(Sizes.readable(bytes)).isEqualTo(text);
    }
}
