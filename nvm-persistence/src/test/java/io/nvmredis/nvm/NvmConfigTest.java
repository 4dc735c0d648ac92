package io.nvmredis.nvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.nvmredis.nvm.pmem.Emulation;
import io.nvmredis.spi.PersisterConfig;
import io.nvmredis.spi.errors.ConfigurationException;
import io.nvmredis.spi.testkit.SettingFaults;
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
        // What waits to be applied is in memory as well.
        long backlogLimit = Math.min(256 << 20, Runtime.getRuntime().maxMemory() / 8);
        assertThat(conclude(Map.of()))
                .isEqualTo(
                        new NvmConfig(Path.of("data"), "auto", 64 << 20, backlogLimit, Long.MAX_VALUE, Emulation.NONE));
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
    void shouldReadWhatIsEmulated() {
        assertThat(conclude(Map.of(
                                "nvm-domain", "emulated",
                                "nvm-emulate-latency-ns", "300",
                                "nvm-emulate-bandwidth", "2gb"))
                        .emulation())
                .isEqualTo(new Emulation(300, 2L << 30));
    }

    @ParameterizedTest
    @CsvSource({
        "nvm-emulate-latency-ns, -1",
        "nvm-emulate-latency-ns, 1000001",
        "nvm-emulate-latency-ns, 5us",
        "nvm-emulate-bandwidth, 1kb",
        "nvm-emulate-bandwidth, fast"
    })
    void shouldRefuseToEmulateOtherMedia(String setting, String value) {
        ConfigurationException e = catchThrowableOfType(
                ConfigurationException.class, () -> conclude(Map.of("nvm-domain", "emulated", setting, value)));
        assertThat(e.faults()).singleElement().asString().contains(setting, "'" + value + "'");
    }

    @Test
    void shouldNotPretendToSlowDownWhatIsReal() {
        ConfigurationException e = catchThrowableOfType(
                ConfigurationException.class,
                () -> conclude(Map.of("nvm-domain", "msync", "nvm-emulate-latency-ns", "300")));
        assertThat(e.faults()).singleElement().asString().contains("nvm-domain is 'msync'");
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

    @Test
    void shouldSayWhatEveryPersisterSays() {
        SettingFaults.check(new NvmAofPersisterProvider());
    }
}
