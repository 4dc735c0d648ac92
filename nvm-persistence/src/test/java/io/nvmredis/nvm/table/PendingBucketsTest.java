package io.nvmredis.nvm.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.nvm.format.BucketDescriptor;
import io.nvmredis.nvm.pmem.LineFlusher;
import io.nvmredis.nvm.pmem.PersistSite;
import io.nvmredis.nvm.pmem.PmemRegion;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PendingBucketsTest {
    private final List<String> flushes = new ArrayList<>();
    private final PmemRegion region =
            new PmemRegion("nowhere", ByteBuffer.allocateDirect(64), 0, new Recording(), () -> {});

    /** Four buckets are a block of 256 bytes. */
    @Test
    void shouldFlushACloseGroupAtOnceAndTellHowManyLinesAndBlocksHaveChanged() {
        int first = firstOfABlock();
        PendingBuckets pending = new PendingBuckets(200);
        for (int bucket : new int[] {first + 6, first, first + 1, first + 100, first + 9, first + 1}) {
            pending.add(bucket);
        }
        pending.flush(PersistSite.TABLE_SLOTS, region, 10);
        assertThat(flushes)
                .containsExactly(
                        BucketDescriptor.offset(first) + " +640: 4 lines, 3 blocks",
                        BucketDescriptor.offset(first + 100) + " +64: 1 lines, 1 blocks");
        flushes.clear();
        pending.flush(PersistSite.TABLE_SLOTS, region, 10);
        assertThat(flushes).isEmpty();
    }

    private static int firstOfABlock() {
        int bucket = 0;
        while (BucketDescriptor.offset(bucket) % PmemRegion.BLOCK_LENGTH != 0) {
            bucket++;
        }
        return bucket;
    }

    private final class Recording implements LineFlusher {
        @Override
        public void flush(PersistSite site, PmemRegion flushed, int offset, int length) {
            throw new AssertionError("all bytes of the range would count");
        }

        @Override
        public void flushChanged(
                PersistSite site, PmemRegion flushed, int offset, int length, int lineCount, int blockCount) {
            flushes.add(offset + " +" + length + ": " + lineCount + " lines, " + blockCount + " blocks");
        }

        @Override
        public void drain(PersistSite site) {}
    }
}
