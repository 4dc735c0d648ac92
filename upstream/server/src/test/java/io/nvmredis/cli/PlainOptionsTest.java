package io.nvmredis.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.server.Providers;
import io.nvmredis.server.configuration.SettingCatalog;
import io.nvmredis.spi.PersisterProvider;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PlainOptionsTest {
    private final List<PersisterProvider> providers = Providers.all();
    private final SettingCatalog catalog = new SettingCatalog(providers);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--port 7000",
                "--port=7000 --dir /a=b",
                "--dir=./a --persistence none --maxclients 7",
                "--bind=0.0.0.0 --io-threads 2",
                "--port seven"
            })
    void shouldReadAPlainLineAsTheLibraryDoes(String line) {
        String[] arguments = line.split(" ", -1);

        Map<String, String> plain = PlainOptions.read(catalog, arguments);

        CommandLineOptions.Parsed parsed = new CommandLineOptions(catalog, providers).parse(arguments);
        assertThat(parsed.faults()).isEmpty();
        assertThat(plain).isEqualTo(parsed.settings());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--help",
                "--version",
                "-h",
                "--port",
                "--port 1 --port 2",
                "--prot 1",
                "--port=",
                "--port --dir",
                "--dir @file",
                "--dir \"a\"",
                "word",
                "--port 1 word",
                "word --port 1"
            })
    void shouldLeaveEveryOtherLineToTheLibrary(String line) {
        assertThat(PlainOptions.read(catalog, line.split(" ", -1))).isNull();
    }

    @Test
    void shouldReadNoArgumentsAsNoSettings() {
        assertThat(PlainOptions.read(catalog)).isEqualTo(Map.of());
    }
}
