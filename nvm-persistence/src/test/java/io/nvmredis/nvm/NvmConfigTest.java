package io.nvmredis.nvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.nvmredis.spi.ConfigurationException;
import io.nvmredis.spi.PersisterConfig;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NvmConfigTest {
    private static NvmConfig conclude(Map<String, String> settings) {
        return NvmConfig.conclude(new PersisterConfig(Path.of("data"), settings));
    }

    @Test
    void shouldHaveDefaults() {
        assertThat(conclude(Map.of()))
                .isEqualTo(new NvmConfig(Path.of("data"), "auto", 64 << 20, 256 << 20, Long.MAX_VALUE));
    }

    @ParameterizedTest
    @CsvSource({
        "1mb, 1048576",
        "64MB, 67108864",
        "1gb, 1073741824",
        "1073741824, 1073741824",
        "2m, 2002944",
        "1048577, 1052672"
    })
    void shouldReadSizesAsRedisDoesAndRoundThemUpToPages(String text, int expected) {
        assertThat(conclude(Map.of("nvm-segment-size", text)).segmentLength()).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "1023kb", "2gb", "1tb", "-1mb", "9999999999gb", "64 m b", "lots"})
    void shouldRefuseOtherSizes(String text) {
        ConfigurationException e =
                catchThrowableOfType(ConfigurationException.class, () -> conclude(Map.of("nvm-segment-size", text)));
        assertThat(e.faults()).singleElement().asString().contains("'" + text + "'", "1mb to 1gb");
    }

    @Test
    void shouldNameEveryFaultAtOnce() {
        ConfigurationException e = catchThrowableOfType(
                ConfigurationException.class,
                () -> conclude(Map.of("nvm-domain", "magic", "nvm-segment-size", "x", "nvm-speed", "high")));
        assertThat(e.faults()).hasSize(3);
        assertThat(e)
                .hasMessageContainingAll("nvm-speed", "'magic'", "auto, libpmem, map-sync, msync, emulated", "'x'");
    }
}
