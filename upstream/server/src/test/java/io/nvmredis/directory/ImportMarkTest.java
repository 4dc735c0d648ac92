package io.nvmredis.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nvmredis.spi.errors.PersistenceException;
import io.nvmredis.spi.support.DirectoryLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImportMarkTest {
    @TempDir
    Path directory;

    private Path mark() {
        return directory.resolve("import-unfinished");
    }

    @Test
    void shouldRefuseADirectoryFromTheBeginningOfAnImportToItsEnd() throws IOException {
        assertThatCode(() -> ImportMark.requireNone(directory)).doesNotThrowAnyException();
        ImportMark.put(directory, "dump.rdb");
        assertThat(mark()).hasContent("dump.rdb");
        assertThatThrownBy(() -> ImportMark.requireNone(directory))
                .isInstanceOf(PersistenceException.class)
                .hasMessageContaining("a part of the data may be missing")
                .hasMessageContaining(mark().toString());
        ImportMark.remove(directory);
        assertThatCode(() -> ImportMark.requireNone(directory)).doesNotThrowAnyException();
        assertThat(mark()).doesNotExist();
    }

    @Test
    void shouldNameTheImportThatStillRuns() throws IOException {
        ImportMark.put(directory, "dump.rdb");
        try (DirectoryLock lock = DirectoryLock.take(directory, message -> {})) {
            assertThat(lock).isNotNull();
            assertThatThrownBy(() -> ImportMark.requireNone(directory))
                    .isInstanceOf(PersistenceException.class)
                    .hasMessageContaining("in use");
        }
    }

    @Test
    void shouldTellTheLastSource() throws IOException {
        ImportMark.put(directory, "a much longer name");
        ImportMark.put(directory, "short");
        assertThat(Files.readString(mark())).isEqualTo("short\n");
    }
}
