package io.nvmredis.transfer;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nvmredis.spi.PersisterConfig;
import io.nvmredis.stock.aof.AofPersisterProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is exported is all there is, in its place at once or not at all. */
class ExportTest {
    private static final String RDB = "REDIS0010\u00fe\0\0\001k\001v\u00ff" + "\0".repeat(8);

    @TempDir
    Path temporary;

    private DataHome home(String name) {
        Path directory = temporary.resolve(name);
        PersisterConfig config = new PersisterConfig(directory, Map.of());
        return new DataHome(directory, "aof", () -> new AofPersisterProvider().create(config), 1 << 20, Map.of());
    }

    private static String importInto(DataHome home, Path source) {
        return new Import(home, source.toString(), new Import.Options(false, false, false), Progress.NONE).run();
    }

    private DataHome filled() throws IOException {
        DataHome home = home("home");
        importInto(home, Files.writeString(temporary.resolve("one.rdb"), RDB, ISO_8859_1));
        return home;
    }

    private static Export export(DataHome home, Path target, String format, boolean force) {
        return new Export(home, target.toString(), new Export.Options(format, "yes", force), Progress.NONE);
    }

    @ParameterizedTest
    @CsvSource({"rdb,yes,dump.rdb", "' RDB ',yes,dump.rdb", "aof,yes,appendonlydir", "AOF,NO,appendonlydir"})
    void shouldWriteWhatAnImportReads(String format, String preamble, String name) throws IOException {
        Path target = Files.createDirectory(temporary.resolve("target"));
        Export export =
                new Export(filled(), target.toString(), new Export.Options(format, preamble, false), Progress.NONE);
        assertThat(export.run()).startsWith("exported to " + target.resolve(name) + ": 1 keys (string 1)");
        try (Stream<Path> files = Files.list(target)) {
            assertThat(files).containsExactly(target.resolve(name));
        }
        assertThat(importInto(home("again"), target.resolve(name))).startsWith("imported ");
        assertThat(export(home("again"), temporary.resolve("again.rdb"), "rdb", false)
                        .run())
                .contains(": 1 keys (string 1)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rdb", "aof"})
    void shouldReplaceWhatIsThereOnlyWhenToldTo(String format) throws IOException {
        DataHome home = filled();
        Path target = Files.createDirectory(temporary.resolve("target"));
        export(home, target, format, false).run();
        assertThatThrownBy(() -> export(home, target, format, false).run())
                .isInstanceOf(TransferException.class)
                .hasMessageContaining("is there already")
                .hasMessageContaining("--force");
        assertThat(export(home, target, format, true).run()).contains(": 1 keys");
        try (Stream<Path> files = Files.list(target)) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void shouldNotWriteIntoTheDataThatItReads() throws IOException {
        DataHome home = filled();
        assertThatThrownBy(() -> export(home, home.directory().resolve("x.rdb"), "rdb", false)
                        .run())
                .isInstanceOf(TransferException.class)
                .hasMessageContaining("within the directory of the data");
        assertThat(home.directory().resolve("x.rdb")).doesNotExist();
    }

    @Test
    void shouldSayWhereThereAreNoData() throws IOException {
        Path target = temporary.resolve("out.rdb");
        assertThatThrownBy(() -> export(home("nowhere"), target, "rdb", false).run())
                .isInstanceOf(TransferException.class)
                .hasMessageContaining("is not a directory");
        assertThat(home("nowhere").directory()).doesNotExist();
        Files.createDirectory(temporary.resolve("empty"));
        assertThatThrownBy(() -> export(home("empty"), target, "rdb", false).run())
                .isInstanceOf(TransferException.class)
                .hasMessageContaining("is empty");
    }

    @Test
    void shouldNameADirectoryThatIsMissing() throws IOException {
        DataHome home = filled();
        assertThatThrownBy(() -> export(home, temporary.resolve("missing/out.rdb"), "rdb", false)
                        .run())
                .isInstanceOf(TransferException.class)
                .hasMessageContaining("there is no directory")
                .hasMessageContaining("out.rdb");
    }

    @Test
    void shouldNameEveryFaultOfItsOptions() {
        assertThat(Export.faults("a\0b", new Export.Options("", "perhaps", false)))
                .hasSize(3)
                .anyMatch(fault -> fault.contains("--format aof or --format rdb"))
                .anyMatch(fault -> fault.contains("aof-use-rdb-preamble 'perhaps'"))
                .anyMatch(fault -> fault.contains("cannot be the name of a file"));
    }
}
