package io.nvmredis.nvm.pmem;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
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

    private static final class NoFlusher implements LineFlusher {
        @Override
        public void flush(PersistSite site, PmemRegion region, int offset, int length) {}

        @Override
        public void drain(PersistSite site) {}
    }
}
