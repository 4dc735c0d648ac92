package io.nvmredis.server.configuration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationTextTest {
    @TempDir
    Path directory;

    private final ConfigurationText text = new ConfigurationText();

    private Path write(String name, String... lines) throws IOException {
        return Files.write(directory.resolve(name), List.of(lines));
    }

    private List<String> read() {
        return text.directives().stream()
                .map(each -> each.name() + each.words())
                .toList();
    }

    @Test
    void shouldTakeWordsAsRedisDoes() {
        String lines = """
            # a comment
            PORT 6379

              save 900 1\t
            requirepass "a \\"b\\" \\x41\\n"
            masterauth 'it\\'s "so" \\n'
            proc-title-template "grüße"
            dir /tmp/#no-comment
            save ""
            """;
        text.readStream(new ByteArrayInputStream(lines.getBytes(UTF_8)), "standard input");
        assertThat(text.faults()).isEmpty();
        assertThat(read())
                .containsExactly(
                        "port[6379]",
                        "save[900, 1]",
                        "requirepass[a \"b\" A\n]",
                        "masterauth[it's \"so\" \\n]",
                        "proc-title-template[grüße]",
                        "dir[/tmp/#no-comment]",
                        "save[]");
        assertThat(text.directives().get(6).words()).containsExactly("");
        assertThat(text.directives().get(1).place()).isEqualTo("standard input:4");
    }

    @Test
    void shouldIncludeFilesWhereTheLineStands() throws IOException {
        write("b.conf", "port 2");
        write("a.conf", "port 1");
        write(".hidden.conf", "port 9");
        write("c.txt", "port 9");
        Path main = write(
                "main.conf",
                "port 0",
                "include " + directory + "/*.con[f]",
                "include " + directory.resolve("none*.conf"),
                "port 4");
        Files.move(main, directory.resolve("main"));
        text.readFile(directory.resolve("main"));
        assertThat(text.faults()).isEmpty();
        assertThat(read()).containsExactly("port[0]", "port[1]", "port[2]", "port[4]");
    }

    @Test
    void shouldTellAllFaultsWithTheirPlacesAndWithoutValues() throws IOException {
        Path main = write(
                "main.conf",
                "requirepass \"hidden word",
                "requirepass \"hidden\"word",
                "include",
                "include " + directory.resolve("none.conf"));
        text.readFile(main);
        text.readFile(directory.resolve("gone.conf"));
        assertThat(text.faults())
                .containsExactly(
                        main + ":1: a quote is not closed, or not followed by a blank",
                        main + ":2: a quote is not closed, or not followed by a blank",
                        main + ":3: include takes one file or pattern",
                        main + ":4: there is no configuration file " + directory.resolve("none.conf"),
                        directory.resolve("gone.conf") + ": there is no configuration file "
                                + directory.resolve("gone.conf"));
        assertThat(text.faults().toString()).doesNotContain("hidden");
    }

    @Test
    void shouldEndWhereFilesIncludeOneAnother() throws IOException {
        Path main = write("main.conf", "include " + directory.resolve("main.conf"));
        text.readFile(main);
        assertThat(text.faults()).singleElement().asString().contains("include one another");
    }

    @Test
    void shouldRefuseADirectory() {
        text.readFile(directory);
        assertThat(text.faults()).singleElement().asString().contains("cannot read");
    }
}
