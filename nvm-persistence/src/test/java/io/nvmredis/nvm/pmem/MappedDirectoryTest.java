package io.nvmredis.nvm.pmem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

    /** A folio of the page cache that the kernel reads ahead or populates in order has up to 2 MiB. */
    @Test
    void shouldWriteLittleMoreThanThePageThatIsPersisted() throws IOException {
        PersistenceDomain domain = DomainProbe.choose(DomainProbe.MSYNC, directory);
        assumeThat(domain.survivesPowerLoss())
                .as("what is written to a file system in memory is not counted")
                .isTrue();
        MappedDirectory mapped = new MappedDirectory(directory, domain);
        int length = 32 << 20;
        mapped.create("file", length).close();
        mapped.syncFile(PersistSite.SEGMENT_FILE, "file");
        try (PmemRegion region = mapped.open("file")) {
            List<Long> written = new ArrayList<>();
            // Other threads of this process write, too.
            for (int i = 1; i <= 10; i++) {
                long before = writtenBytes();
                int offset = length / 11 * i & -PmemRegion.PAGE_LENGTH;
                region.putLong(offset, i);
                region.persist(PersistSite.LOG_COMMIT, offset, Long.BYTES);
                written.add(writtenBytes() - before);
            }
            written.sort(null);
            assertThat(written.get(written.size() / 2))
                    .as("median of %s", written)
                    .isBetween((long) PmemRegion.PAGE_LENGTH, 8L * PmemRegion.PAGE_LENGTH);
        }
    }

    private static long writtenBytes() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/io")).stream()
                .filter(line -> line.startsWith("write_bytes: "))
                .mapToLong(line -> Long.parseLong(line.substring("write_bytes: ".length())))
                .sum();
    }

    @Test
    void shouldNotTellTheFreeSpaceOfADirectoryThatIsNotThere() {
        assertThat(Libc.availableBytes(directory.resolve("missing"))).isNegative();
    }
}
