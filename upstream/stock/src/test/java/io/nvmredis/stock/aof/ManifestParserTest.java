package io.nvmredis.stock.aof;

import static io.nvmredis.spi.testkit.RealRedis.resp;
import static io.nvmredis.stock.aof.AofTesting.filesOf;
import static io.nvmredis.stock.aof.AofTesting.transactionsOf;
import static io.nvmredis.stock.aof.AofTesting.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nvmredis.spi.errors.PersistenceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ManifestParserTest {
    private static final String BASE = "file appendonly.aof.1.base.aof seq 1 type b\n";
    private static final String INCREMENTAL = "file appendonly.aof.1.incr.aof seq 1 type i\n";

    @TempDir
    private Path directory;

    private Path set;
    private Path manifest;

    @BeforeEach
    void makeFiles() {
        set = directory.resolve("appendonlydir");
        manifest = set.resolve("appendonly.aof.manifest");
        write(set.resolve("appendonly.aof.1.base.aof"), resp("SET", "a", "1"));
        for (int i = 1; i <= 3; i++) {
            write(set.resolve("appendonly.aof." + i + ".incr.aof"), resp("APPEND", "a", "" + i));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        ``                                                    | is empty
        B;B                                                   | line 2: a second base file
        B;I;file appendonly.aof.2.incr.aof seq 2 type z;      | line 3: unknown type 'z', b, h or i expected
        B;;I                                                  | line 2: the line is blank
        B;`   `;I                                             | line 2: the line is blank
        file dir/appendonly.aof.1.base.aof seq 1 type b;      | line 1: 'dir/appendonly.aof.1.base.aof' is a path
        file .. seq 1 type h;                                 | line 1: '..' is a path
        file appendonly.aof.2.incr.aof seq 2 type i;I         | line 2: seq of an incremental file is 1, more than 2
        I;I                                                   | line 2: seq of an incremental file is 1, more than 1
        filx appendonly.aof.1.base.aof seq 1 type b;          | line 1: 'filx
        file appendonly.aof.1.base.aof seq 1;                 | line 1: 'file
        file appendonly.aof.1.base.aof seq 1 type b extra;    | is not pairs of words
        file appendonly.aof.1.base.aof seq 1 type;            | is not pairs of words
        file `"`appendonly.aof.1.base.aof seq 1 type b;       | is not pairs of words
        file appendonly.aof.1.base.aof seq one type b;        | line 1: seq is 'one', a number expected
        file appendonly.aof.1.base.aof seq 0 type b;          | lacks file, seq or type
        B;I;file appendonly.aof.9.incr.aof seq 9 type i;      | appendonly.aof.9.incr.aof
        file appendonly.aof.1.base.aof seq 1 type b           | line 1: the line has 43 bytes and no end
        """)
    void shouldRefuseAndChangeNothing(String text, String expected) {
        write(manifest, lines(text));
        assertRefused(expected);
    }

    private static String lines(String text) {
        return text.replace("B;", BASE)
                .replace("I;", INCREMENTAL)
                .replaceAll("^B$|(?<=\n)B$", BASE.strip() + "\n")
                .replaceAll("(?<=[\n;])I$", INCREMENTAL.strip() + "\n")
                .replace(";", "\n")
                .replace("`", "");
    }

    private void assertRefused(String expected) {
        Map<String, String> before = filesOf(directory);
        assertThatThrownBy(() -> transactionsOf(directory))
                .isInstanceOf(PersistenceException.class)
                .hasMessageContaining(manifest.toString())
                .hasMessageContaining(expected);
        assertThat(filesOf(directory)).isEqualTo(before);
    }

    @Test
    void shouldRefuseALineThatIsTooLong() {
        String padding = "x".repeat(ManifestParser.MAX_LINE_LENGTH);
        write(manifest, BASE + "file " + padding + " seq 1 type i\n");
        assertRefused("line 2: the line has 1043 bytes, at most 1024 expected");
    }

    @Test
    void shouldRefuseAMissingManifestBesideData() {
        assertThatThrownBy(() -> transactionsOf(directory))
                .isInstanceOf(PersistenceException.class)
                .hasMessageContaining(manifest.toString())
                .hasMessageContaining("incr.aof");
    }

    @Test
    void shouldPassOverCommentsAndUnknownKeys() {
        write(
                manifest,
                "# a comment\n" + BASE.replace("\n", " newkey newvalue\n") + "#file none seq 1 type b\n"
                        + "FILE appendonly.aof.3.incr.aof SEQ 3 Type incremental\n");
        assertThat(transactionsOf(directory))
                .containsExactly("apply 1 " + resp("SET", "a", "1"), "apply 2 " + resp("APPEND", "a", "3"));
    }

    @Test
    void shouldGoOnWithHistoryAndSequencesThatJump() {
        write(
                manifest,
                BASE + "file appendonly.aof.1.incr.aof seq 1 type h\nfile appendonly.aof.2.incr.aof seq 7 type i\n");
        assertThat(transactionsOf(directory)).hasSize(2);
        assertThat(set.resolve("appendonly.aof.1.incr.aof")).doesNotExist();
        assertThat(manifest).hasContent(BASE + "file appendonly.aof.2.incr.aof seq 7 type i\n");
    }

    @Test
    void shouldReadWhatItWrites() {
        Manifest written = new Manifest(
                Manifest.base("a \"b\"\n\u0007\u00e4 'c'", 3),
                List.of(Manifest.base("x", 2).asHistory()),
                List.of(Manifest.incremental("i", 4), Manifest.incremental("j", 5)));
        assertThat(ManifestParser.parse(manifest, written.format())).isEqualTo(written);
    }

    @Test
    void shouldKeepFilesWithSpacesInTheirNames() {
        Path other = directory.resolve("other");
        String[] named = {"appendfilename", "my file.aof", "appenddirname", "my dir"};
        ModelData data = new ModelData();
        try (AofPersister persister = AofTesting.opened(other, data, named)) {
            data.set(persister, "a", "1");
        }
        assertThat(other.resolve("my dir/my file.aof.manifest"))
                .content()
                .contains("file \"my file.aof.1.base.rdb\" seq 1 type b");
        assertThat(AofTesting.contentOf(other, named)).containsEntry("0:a", "1");
        assertThat(Files.exists(other.resolve("my dir/my file.aof.1.incr.aof"))).isTrue();
    }
}
