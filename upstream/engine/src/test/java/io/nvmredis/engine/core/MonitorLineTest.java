package io.nvmredis.engine.core;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.engine.catalog.CommandSpec;
import io.nvmredis.engine.catalog.CommandTable;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** How MONITOR shows a command. */
class MonitorLineTest {
    private static final long MICROS = 1_339_518_083_007_412L;

    private static List<byte[]> bytes(String... words) {
        return Arrays.stream(words).map(word -> word.getBytes(ISO_8859_1)).toList();
    }

    private static CommandSpec spec(String name) {
        return Objects.requireNonNull(CommandTable.find(name));
    }

    private static String line(String... words) {
        MonitorLine line = new MonitorLine(MICROS, "0 127.0.0.1:60866", bytes(words));
        assertThat(line.bytes()).hasSize(line.length());
        return new String(line.bytes(), ISO_8859_1);
    }

    @Test
    void shouldQuoteEachWord() {
        assertThat(line("KEYS", "*")).isEqualTo("+1339518083.007412 [0 127.0.0.1:60866] \"KEYS\" \"*\"\r\n");
        assertThat(line("echo", "\0\n\r\t\b\u0007\"\\\u00ff~ "))
                .endsWith("\"echo\" \"\\x00\\n\\r\\t\\b\\a\\\"\\\\\\xff~ \"\r\n");
        assertThat(line("echo", "")).endsWith("\"echo\" \"\"\r\n");
    }

    @Test
    void shouldShowNoPassword() {
        assertThat(line("auth", "secret")).endsWith("\"auth\" \"(redacted)\"\r\n");
        assertThat(line("AUTH", "me", "secret")).endsWith("\"AUTH\" \"(redacted)\" \"(redacted)\"\r\n");
        assertThat(line("auth", "me", "secret", "auth"))
                .doesNotContain("secret")
                .doesNotContain("me");
        assertThat(line("hello", "3", "AUTH", "me", "secret", "SETNAME", "x"))
                .endsWith("\"AUTH\" \"(redacted)\" \"(redacted)\" \"SETNAME\" \"x\"\r\n");
        assertThat(line("hello", "3", "auth", "auth", "auth")).endsWith("\"auth\" \"(redacted)\" \"(redacted)\"\r\n");
        assertThat(line("hello", "3", "auth", "secret")).doesNotContain("secret");
        assertThat(line("hello", "3", "setname", "auth", "auth", "me", "secret"))
                .doesNotContain("secret");
        assertThat(line("migrate", "h", "1", "k", "0", "9", "auth2", "me", "auth", "auth", "secret"))
                .doesNotContain("secret");
        assertThat(line("migrate", "h", "1", "k", "0", "9", "AUTH2", "me", "secret", "COPY"))
                .endsWith("\"AUTH2\" \"(redacted)\" \"(redacted)\" \"COPY\"\r\n");
        assertThat(line("migrate", "h", "1", "", "0", "9", "auth", "secret", "keys", "a"))
                .endsWith("\"auth\" \"(redacted)\" \"keys\" \"a\"\r\n");
    }

    @Test
    void shouldHideWhatAdministersTheServer() {
        for (String hidden :
                List.of("save", "CONFIG set", "config GET", "client KILL", "client list", "acl SETUSER", "monitor")) {
            List<byte[]> words = bytes(hidden.split(" ", -1));
            assertThat(MonitorLine.isHidden(spec(hidden.split(" ", -1)[0]), words))
                    .as(hidden)
                    .isTrue();
        }
        for (String shown : List.of("client setname", "config help", "config", "get", "lastsave", "script load")) {
            List<byte[]> words = bytes(shown.split(" ", -1));
            assertThat(MonitorLine.isHidden(spec(shown.split(" ", -1)[0]), words))
                    .as(shown)
                    .isFalse();
        }
    }
}
