package io.nvmredis.nvm.pmem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.nvmredis.spi.errors.PersistenceException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MsyncFlusherTest {
    private static final PersistSite SITE = PersistSite.TABLE_SLOTS;
    private static final int LENGTH = 1 << 20;

    private final List<String> calls = new ArrayList<>();
    private final MsyncFlusher flusher =
            new MsyncFlusher((region, offset, length) -> calls.add(region.path() + " " + offset + " " + length));
    private final PmemRegion first = region("first");
    private final PmemRegion second = region("second");

    private PmemRegion region(String name) {
        return new PmemRegion(name, ByteBuffer.allocateDirect(LENGTH), 0, flusher, () -> {});
    }

    @Test
    void shouldSyncEachFileOnceFromItsFirstFlushedByteToItsLast() {
        first.flush(SITE, 5000, 64);
        second.flush(SITE, 0, 100);
        first.flush(SITE, 200, 8);
        first.flush(SITE, 9000, 1000);
        first.flush(SITE, 700_000, 0);
        assertThat(calls).isEmpty();
        second.drain(SITE);
        assertThat(calls).containsExactly("first 200 9800", "second 0 100");
    }

    @Test
    void shouldSyncNothingTwice() {
        first.persist(SITE, 0, 8);
        calls.clear();
        second.persist(SITE, 8, 8);
        second.drain(SITE);
        assertThat(calls).containsExactly("second 8 8");
    }

    @Test
    void shouldRememberAsManyFilesAsAreFlushed() {
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            region("file" + i).flush(SITE, i, 1);
            expected.add("file" + i + " " + i + " 1");
        }
        first.drain(SITE);
        assertThat(calls).containsExactlyElementsOf(expected);
    }

    @Test
    void shouldLeaveToEachThreadWhatItHasFlushed() throws InterruptedException {
        first.flush(SITE, 0, 8);
        Thread other = new Thread(() -> second.persist(SITE, 8, 8));
        other.start();
        other.join();
        assertThat(calls).containsExactly("second 8 8");
        first.drain(SITE);
        assertThat(calls).containsExactly("second 8 8", "first 0 8");
    }

    @Test
    void shouldPassOverAFileThatHasBeenGivenUp() {
        first.flush(SITE, 0, 8);
        first.close();
        second.persist(SITE, 8, 8);
        assertThat(calls).containsExactly("second 8 8");
    }

    @Test
    void shouldKeepWhatFailed() {
        List<String> tried = new ArrayList<>();
        MsyncFlusher failing = new MsyncFlusher((region, offset, length) -> {
            tried.add(region.path());
            if (tried.size() == 1) {
                throw new PersistenceException("the disk is gone");
            }
        });
        failing.flush(SITE, first, 0, 8);
        failing.flush(SITE, second, 0, 8);
        assertThatThrownBy(() -> failing.drain(SITE)).hasMessage("the disk is gone");
        failing.drain(SITE);
        failing.drain(SITE);
        assertThat(tried).containsExactly("first", "first", "second");
    }

    @Test
    void shouldLeaveNoPageThatTheDiskLacks(@TempDir Path directory) throws IOException {
        String type = Files.getFileStore(directory).type();
        assumeThat(type).as("a file system on a disk").isIn("ext4", "xfs", "btrfs");
        MappedDirectory mapped = new MappedDirectory(directory, DomainProbe.choose(DomainProbe.MSYNC, directory));
        try (PmemRegion region = mapped.create("file", LENGTH)) {
            mapped.syncFile(SITE, "file");
            assertThat(dirtyKilobytes(directory)).isZero();
            region.putLong(100, 1);
            region.putLong(10 * PmemRegion.PAGE_LENGTH, 1);
            assertThat(dirtyKilobytes(directory)).isEqualTo(8);
            region.flush(SITE, 100, Long.BYTES);
            region.flush(SITE, 10 * PmemRegion.PAGE_LENGTH, Long.BYTES);
            region.drain(SITE);
            assertThat(dirtyKilobytes(directory)).isZero();
        }
    }

    private static long dirtyKilobytes(Path directory) throws IOException {
        long sum = 0;
        boolean isOurs = false;
        for (String line : Files.readAllLines(Path.of("/proc/self/smaps"), StandardCharsets.ISO_8859_1)) {
            if (line.matches("[0-9a-f]+-[0-9a-f]+ .*")) {
                isOurs = line.contains(directory.toString());
            } else if (isOurs && (line.startsWith("Shared_Dirty:") || line.startsWith("Private_Dirty:"))) {
                sum += Long.parseLong(line.replaceAll("[^0-9]", ""));
            }
        }
        return sum;
    }
}
