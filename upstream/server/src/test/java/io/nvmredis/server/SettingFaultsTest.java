package io.nvmredis.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.nvmredis.server.configuration.ServerSetting;
import io.nvmredis.spi.PersisterProvider;
import io.nvmredis.spi.errors.ConfigurationException;
import io.nvmredis.spi.testkit.SettingFaults;
import io.nvmredis.transfer.Export;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The same bad value gets the same sentence, whoever reads it. */
class SettingFaultsTest {

    static List<PersisterProvider> providers() {
        return Providers.all().stream()
                .filter(provider -> !provider.name().equals("fake"))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("providers")
    void shouldRefuseBadValuesOfPersisters(PersisterProvider provider) {
        SettingFaults.check(provider, "save");
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {
                "ACLFILE",
                "DIR",
                "REQUIREPASS",
                "CLIENT_OUTPUT_BUFFER_LIMIT",
                "PERSISTENCE",
                "TLS_CERT_FILE",
                "TLS_KEY_FILE",
                "TLS_KEY_FILE_PASS",
                "TLS_CA_CERT_FILE",
                "TLS_CA_CERT_DIR"
            })
    void shouldRefuseBadValuesOfTheServer(ServerSetting setting) {
        Map<String, String> values = Map.of(setting.settingName(), SettingFaults.BAD_VALUE, "persistence", "none");
        ConfigurationException e = catchThrowableOfType(
                ConfigurationException.class, () -> new ConfigReader(values, Providers.all()).read());
        SettingFaults.check(setting.described(), e.faults(), List.of("bind", "maxmemory-clients", "tls-protocols"));
    }

    @Test
    void shouldRefuseABadPersistence() {
        ConfigurationException e = catchThrowableOfType(
                ConfigurationException.class,
                () -> new ConfigReader(Map.of("persistence", SettingFaults.BAD_VALUE), Providers.all()).read());
        SettingFaults.check(ServerSetting.PERSISTENCE.described(), e.faults(), List.of());
    }

    @Test
    void shouldRefuseBadOptionsOfAnExport() {
        Export.Options bad = new Export.Options(SettingFaults.BAD_VALUE, SettingFaults.BAD_VALUE, false);
        assertThat(Export.faults("target", bad))
                .containsExactly(
                        "format '/' is not one of these: aof, rdb",
                        "aof-use-rdb-preamble '/' is not one of these: yes, no");
        assertThat(Export.faults("target", new Export.Options("RDB", "No", false)))
                .isEmpty();
    }
}
