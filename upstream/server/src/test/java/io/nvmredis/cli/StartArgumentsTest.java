package io.nvmredis.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.server.Providers;
import io.nvmredis.server.configuration.SettingCatalog;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class StartArgumentsTest {
    private final SettingCatalog catalog = new SettingCatalog(Providers.all());

    private StartArguments of(String... words) {
        return StartArguments.of(catalog, words);
    }

    @Test
    void shouldTakeAFileFirst() {
        StartArguments start = of("./a.conf", "--port", "1");
        assertThat(start.file()).isEqualTo(Path.of("./a.conf"));
        assertThat(start.options()).containsExactly("--port", "1");
        assertThat(of("pom.xml").file()).isEqualTo(Path.of("pom.xml"));
        assertThat(of("src").file()).isEqualTo(Path.of("src"));
        assertThat(of("import", "a.rdb").file()).isNull();
        assertThat(of("imprt").file()).isNull();
        assertThat(of("@file").file()).isNull();
        assertThat(of("--port", "1").file()).isNull();
    }

    @Test
    void shouldReadStandardInputFirstOrLast() {
        assertThat(of("-").readsStandardInput()).isTrue();
        assertThat(of("a.conf", "-", "--port", "1"))
                .isEqualTo(new StartArguments(
                        Path.of("a.conf"), true, of("--port", "1").options()));
        assertThat(of("--port", "1", "-").readsStandardInput()).isTrue();
        assertThat(of("--port", "1").readsStandardInput()).isFalse();
    }

    @Test
    void shouldJoinTheWordsOfOneValue() {
        assertThat(of("--save", "60", "1", "--port", "2", "--save", "300 10").options())
                .containsExactly("--save", "60 1 300 10", "--port", "2");
        assertThat(of("--save", "60", "1", "--save", "").options()).containsExactly("--save", "");
        assertThat(of("--port", "1", "2").options()).containsExactly("--port", "1", "2");
        assertThat(of("--save").options()).containsExactly("--save");
    }
}
