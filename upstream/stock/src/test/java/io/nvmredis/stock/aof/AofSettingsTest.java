package io.nvmredis.stock.aof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nvmredis.spi.errors.ConfigurationException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AofSettingsTest {

    @Test
    void shouldHaveRedissDefaults() {
        assertThat(AofSettings.of(Map.of()))
                .isEqualTo(new AofSettings(
                        "appendonly.aof",
                        "appendonlydir",
                        AppendFsync.EVERYSEC,
                        false,
                        true,
                        true,
                        false,
                        100,
                        64 << 20,
                        true,
                        true));
    }

    @ParameterizedTest
    @CsvSource({
        "appendfilename,a/b,a name without a path",
        "appendfilename,'',a name without a path",
        "appenddirname,a/b,a name without a path",
        "appenddirname,..,a name without a path",
        "appendfsync,sometimes,'one of these: always, everysec, no'",
        "aof-use-rdb-preamble,maybe,'one of these: yes, no'",
        "auto-aof-rewrite-percentage,-1,a whole number from 0",
        "auto-aof-rewrite-percentage,99999999999,a whole number from 0",
        "auto-aof-rewrite-min-size,64tb,'a size, such as 64mb'",
        "auto-aof-rewrite-min-size,999999999999999999gb,'a size, such as 64mb'"
    })
    void shouldNameWhatIsWrong(String name, String value, String expected) {
        assertThatThrownBy(() -> AofSettings.of(Map.of(name, value)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(name)
                .hasMessageContaining(expected);
    }

    @Test
    void shouldNameEveryFault() {
        assertThatThrownBy(() -> AofSettings.of(Map.of("appendfsync", "x", "rdbchecksum", "x", "appenddirname", "")))
                .isInstanceOfSatisfying(
                        ConfigurationException.class,
                        e -> assertThat(e.faults()).hasSize(3));
    }

    @ParameterizedTest
    @CsvSource({"1k,1000", "1kb,1024", "2MB,2097152", "1gb,1073741824", "5,5", "0,0"})
    void shouldReadSizesAsRedisDoes(String text, long bytes) {
        assertThat(AofSettings.of(Map.of("auto-aof-rewrite-min-size", text)).rewriteMinBytes())
                .isEqualTo(bytes);
    }
}
