package io.nvmredis.stock.rdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nvmredis.rdb.RdbOptions;
import io.nvmredis.spi.errors.ConfigurationException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RdbSettingsTest {

    @Test
    void shouldHaveRedissDefaults() {
        RdbSettings settings = RdbSettings.of(Map.of());
        assertThat(settings.fileName()).isEqualTo("dump.rdb");
        assertThat(settings.options()).isEqualTo(RdbOptions.DEFAULT);
        assertThat(settings.savePoints()).hasToString("3600 1 300 100 60 10000");
        assertThat(settings.stopsWrites()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "1 2 3", "0 1", "-1 1", "1 -1", "x 1", "1 x", "1.5 1", "99999999999999999999 1"})
    void shouldRefuseSavePointsThatAreNone(String value) {
        assertThatThrownBy(() -> RdbSettings.of(Map.of("save", value)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("save '" + value + "' is not pairs");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\t"})
    void shouldNeverSaveByItselfWithoutSavePoints(String value) {
        assertThat(RdbSettings.of(Map.of("save", value)).hasSavePoints()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/b", "/dump.rdb", "..", ".", "", "a\\b"})
    void shouldRefuseAFileNameThatIsAPath(String value) {
        assertThatThrownBy(() -> RdbSettings.of(Map.of("dbfilename", value)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("dbfilename");
    }

    @Test
    void shouldNameEveryFaultAtOnce() {
        assertThatThrownBy(() -> RdbSettings.of(Map.of("rdbcompression", "maybe", "rdbchecksum", "1", "save", "x")))
                .isInstanceOfSatisfying(
                        ConfigurationException.class,
                        e -> assertThat(e.faults()).hasSize(3));
    }

    @Test
    void shouldKnowWhenASavePointIsReached() {
        SavePoints points = SavePoints.parse("3600 1 60 100");
        assertThat(points.areReached(1, 3600)).isFalse();
        assertThat(points.areReached(1, 3601)).isTrue();
        assertThat(points.areReached(0, 4000)).isFalse();
        assertThat(points.areReached(99, 61)).isFalse();
        assertThat(points.areReached(100, 61)).isTrue();
    }
}
