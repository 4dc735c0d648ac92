package io.nvmredis.nvm.pmem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MappedDirectoryTest {
    /** Others write to the same file system meanwhile. */
    private static final long TOLERANCE_BYTES = 1L << 30;

    @TempDir
    private Path directory;

    @Test
    void shouldTellTheFreeSpaceAsJavaDoes() throws IOException {
        long expected = Files.getFileStore(directory).getUsableSpace();
        assertThat(Libc.availableBytes(directory)).isCloseTo(expected, within(TOLERANCE_BYTES));
        assertThat(new MappedDirectory(directory, DomainProbe.choose(DomainProbe.EMULATED, directory)).usableBytes())
                .isCloseTo(expected, within(TOLERANCE_BYTES));
    }

    @Test
    void shouldNotTellTheFreeSpaceOfADirectoryThatIsNotThere() {
        assertThat(Libc.availableBytes(directory.resolve("missing"))).isNegative();
    }
}
