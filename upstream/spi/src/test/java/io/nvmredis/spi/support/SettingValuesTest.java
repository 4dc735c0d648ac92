package io.nvmredis.spi.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingValuesTest {

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
        "2gb, 2147483648",
        "9223372036854775807, 9223372036854775807"
    })
    void shouldReadSizesAsRedisDoes(String text, long bytes) {
        assertThat(SettingValues.size(text)).hasValue(bytes);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "mb",
                "-1",
                "1.5gb",
                "1tb",
                "1 mb",
                " 1mb",
                "9223372036854775808",
                "999999999999999999gb",
                "999999999999999999999"
            })
    void shouldRefuseWhatIsNoSize(String text) {
        assertThat(SettingValues.size(text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 1", "1000, 1000", "1024, 1kb", "67108864, 64mb", "1073741824, 1gb", "1048577, 1048577"})
    void shouldSpellSizesSoThatTheyAreReadAgain(long bytes, String text) {
        assertThat(SettingValues.spelled(bytes)).isEqualTo(text);
        assertThat(SettingValues.size(text)).hasValue(bytes);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "12, 12", "-7, -7", "9223372036854775807, 9223372036854775807"})
    void shouldReadNumbersAsRedisDoes(String text, long number) {
        assertThat(SettingValues.number(text)).hasValue(number);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "+1", "01", "-0", "1.0", "1k", "0x1", " 1", "9223372036854775808", "-"})
    void shouldRefuseWhatIsNoNumber(String text) {
        assertThat(SettingValues.number(text)).isEmpty();
    }

    @Test
    void shouldKnowAWordInCapitalsAsTheWordItIs() {
        assertThat(SettingValues.choice("YeS", SettingValues.YES_OR_NO)).isEqualTo("yes");
        assertThat(SettingValues.choice("y", SettingValues.YES_OR_NO)).isNull();
        assertThat(SettingValues.choice("b", List.of("A", "B"))).isEqualTo("B");
        assertThat(SettingValues.isYes("YES")).isTrue();
        assertThat(SettingValues.isYes("no")).isFalse();
    }
}
