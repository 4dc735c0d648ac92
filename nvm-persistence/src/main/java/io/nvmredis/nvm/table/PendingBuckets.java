package io.nvmredis.nvm.table;

import io.nvmredis.nvm.format.BucketDescriptor;
import io.nvmredis.nvm.pmem.PersistSite;
import io.nvmredis.nvm.pmem.PmemRegion;
import java.util.BitSet;

/** Buckets of one file that have changed and wait to be flushed. Only the writer uses it. */
final class PendingBuckets {
    private static final int LINES_OF_BUCKET = BucketDescriptor.LENGTH / PmemRegion.LINE_LENGTH;

    private final BitSet changed;
    private int first = Integer.MAX_VALUE;

    PendingBuckets(int bucketCount) {
        this.changed = new BitSet(bucketCount);
    }

    void add(int bucketInFile) {
        changed.set(bucketInFile);
        first = Math.min(first, bucketInFile);
    }

    private static int block(int bucketInFile) {
        return BucketDescriptor.offset(bucketInFile) / PmemRegion.BLOCK_LENGTH;
    }

    /** Flushes the changed buckets, and unchanged ones in gaps of up to {@code largestGap} between them. */
    void flush(PersistSite site, PmemRegion region, int largestGap) {
        int begin = first;
        while (begin < Integer.MAX_VALUE) {
            int end = begin + 1;
            int next = changed.nextSetBit(end);
            int count = 1;
            int block = block(begin);
            int blockCount = 1;
            while (next >= 0 && next - end <= largestGap) {
                end = next + 1;
                count++;
                if (block(next) != block) {
                    block = block(next);
                    blockCount++;
                }
                next = changed.nextSetBit(end);
            }
            region.flushChanged(
                    site,
                    BucketDescriptor.offset(begin),
                    (end - begin) * BucketDescriptor.LENGTH,
                    count * LINES_OF_BUCKET,
                    blockCount);
            begin = next < 0 ? Integer.MAX_VALUE : next;
        }
        if (first < Integer.MAX_VALUE) {
            changed.clear();
            first = Integer.MAX_VALUE;
        }
    }
}
