package io.nvmredis.nvm.pmem;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CountingFlusherTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0, 0",
        "0, 1, 64",
        "0, 64, 64",
        "63, 2, 128",
        "64, 64, 64",
        "60, 200, 320",
        "8, 2147483639, 2147483648"
    })
    void shouldCountTheLinesThatHoldARange(int offset, int length, long bytes) {
        CountingFlusher flusher = new CountingFlusher(new NoFlusher());
        PmemRegion region = new PmemRegion("nowhere", ByteBuffer.allocateDirect(64), 0, flusher, () -> {});
        region.flush(PersistSite.LOG_COMMIT, offset, length);
        assertThat(flusher.flushedBytes()).isEqualTo(bytes);
        region.flush(PersistSite.LOG_COMMIT, 0, 64);
        region.drain(PersistSite.LOG_COMMIT);
        assertThat(flusher.flushedBytes()).isEqualTo(bytes + 64);
    }

    @ParameterizedTest
    @CsvSource({"0, 0, 0", "0, 1, 256", "255, 2, 512", "256, 256, 256", "64, 1000, 1280"})
    void shouldCountTheBlocksThatHoldARange(int offset, int length, long bytes) {
        CountingFlusher flusher = new CountingFlusher(new NoFlusher());
        PmemRegion region = new PmemRegion("nowhere", ByteBuffer.allocateDirect(64), 0, flusher, () -> {});
        region.flush(PersistSite.LOG_COMMIT, offset, length);
        assertThat(flusher.flushedBlockBytes()).isEqualTo(bytes);
    }

    @Test
    void shouldCountOnlyWhatHasChangedOfARange() {
        CountingFlusher flusher = new CountingFlusher(new NoFlusher());
        PmemRegion region = new PmemRegion("nowhere", ByteBuffer.allocateDirect(64), 0, flusher, () -> {});
        region.flushChanged(PersistSite.TABLE_SLOTS, 0, 100_000, 3, 2);
        assertThat(flusher.flushedBytes()).isEqualTo(3 * 64);
        assertThat(flusher.flushedBlockBytes()).isEqualTo(2 * 256);
    }

    private static final class NoFlusher implements LineFlusher {
        @Override
        public void flush(PersistSite site, PmemRegion region, int offset, int length) {}

        @Override
        public void drain(PersistSite site) {}
    }
}
