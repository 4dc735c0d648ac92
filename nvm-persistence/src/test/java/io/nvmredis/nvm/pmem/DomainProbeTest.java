package io.nvmredis.nvm.pmem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.nvmredis.spi.errors.PersistenceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs on whatever file system the temporary directory is on; real persistent memory is the integration tests'. */
class DomainProbeTest {
    @TempDir
    private Path directory;

    @Test
    void shouldNeverChooseEmulatedByItself() {
        PersistenceDomain chosen = DomainProbe.choose(DomainProbe.AUTO, directory);
        assertThat(chosen.word()).isNotEqualTo(DomainProbe.EMULATED);
        assertThat(chosen.survivesPowerLoss()).isTrue();
        assertThat(directory).isEmptyDirectory();
    }

    @ParameterizedTest
    @ValueSource(strings = {DomainProbe.LIBPMEM, DomainProbe.MAP_SYNC})
    void shouldGiveADomainOrSayWhyNot(String choice) {
        try {
            assertThat(DomainProbe.choose(choice, directory).survivesPowerLoss())
                    .isTrue();
        } catch (PersistenceException e) {
            assertThat(e)
                    .hasMessageContaining("--nvm-domain " + choice + " is not available in " + directory)
                    .hasMessageContaining("use --nvm-domain auto");
        }
        assertThat(directory).as("the scratch file is removed").isEmptyDirectory();
    }

    @Test
    void shouldSayWhetherEmulatedWritesCacheLinesBack() {
        PersistenceDomain emulated = DomainProbe.choose(DomainProbe.EMULATED, directory);
        assertThat(emulated.survivesPowerLoss()).isFalse();
        assertThat(emulated.detail())
                .contains(Libpmem.functions() == null ? "are not written back" : "are written back for real");
    }

    @Test
    void shouldTakeAsLongAsTheEmulatedMediumWouldAndSaySo() {
        Emulation slow = new Emulation(200_000, 100_000_000);
        PersistenceDomain domain = DomainProbe.choose(DomainProbe.EMULATED, directory, slow);
        assertThat(domain.detail()).contains("200000 ns added to each drain", "limited to 100 MB/s");
        MappedDirectory files = new MappedDirectory(directory, domain);
        try (PmemRegion region = files.create("file", 1 << 20)) {
            long start = System.nanoTime();
            region.persist(PersistSite.LOG_COMMIT, 0, 8);
            assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(200_000);
            start = System.nanoTime();
            region.persist(PersistSite.LOG_COMMIT, 0, region.length());
            assertThat(System.nanoTime() - start)
                    .as("a megabyte at 100 MB/s, and the latency beside it")
                    .isGreaterThanOrEqualTo(10_000_000);
        }
    }

    @Test
    void shouldNotCallOrdinaryMemoryDurable() throws IOException {
        Path memory = Path.of("/dev/shm");
        assumeTrue(
                Files.isWritable(memory) && Files.getFileStore(memory).type().equals("tmpfs"), "no tmpfs at /dev/shm");
        Path onTmpfs = Files.createTempDirectory(memory, "probe");
        try {
            PersistenceDomain domain = DomainProbe.choose(DomainProbe.AUTO, onTmpfs);
            assertThat(domain.survivesPowerLoss()).isFalse();
            assertThat(domain.detail()).contains("tmpfs");
        } finally {
            Files.delete(onTmpfs);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {DomainProbe.EMULATED, DomainProbe.MSYNC})
    void shouldPersistInAMappedFile(String choice) {
        MappedDirectory files = new MappedDirectory(directory, DomainProbe.choose(choice, directory));
        try (PmemRegion region = files.create("file", 3 * PmemRegion.PAGE_LENGTH)) {
            region.putLong(4090, 0x1122_3344_5566_7788L);
            region.persist(PersistSite.LOG_COMMIT, 4090, 8);
            region.persist(PersistSite.LOG_COMMIT, region.length() - 1, 1);
            files.syncFile(PersistSite.SEGMENT_FILE, "file");
            files.sync(PersistSite.SEGMENT_NAME);
        }
        try (PmemRegion region = files.open("file")) {
            assertThat(region.length()).isEqualTo(3 * PmemRegion.PAGE_LENGTH);
            assertThat(region.getLong(4090)).isEqualTo(0x1122_3344_5566_7788L);
        }
    }

    @Test
    void shouldRefuseARegionThatIsClosed() {
        MappedDirectory files = new MappedDirectory(directory, DomainProbe.choose(DomainProbe.MSYNC, directory));
        PmemRegion region = files.create("file", PmemRegion.PAGE_LENGTH);
        region.close();
        region.close();
        assertThatThrownBy(() -> region.getLong(0)).isInstanceOf(IndexOutOfBoundsException.class);
    }
}
