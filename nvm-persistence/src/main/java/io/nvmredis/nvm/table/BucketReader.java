package io.nvmredis.nvm.table;

import io.nvmredis.nvm.format.BucketDescriptor;
import io.nvmredis.nvm.format.SlotDescriptor;
import io.nvmredis.nvm.pmem.PmemRegion;
import org.jspecify.annotations.Nullable;

/** Reads the buckets of an index, of which files may be missing, while nobody writes. Any thread. */
final class BucketReader {
    private final @Nullable PmemRegion[] regions;
    private final int bucketsPerFile;
    private final long seed;

    /**
     * Makes a reader of files whose headers have been verified, in the newest version.
     *
     * @param regions files by number; null for one that cannot be read
     */
    BucketReader(@Nullable PmemRegion[] regions, int bucketsPerFile, long tableId, boolean isOverflow) {
        this.regions = regions;
        this.bucketsPerFile = bucketsPerFile;
        this.seed = BucketDescriptor.seed(tableId, isOverflow);
    }

    private @Nullable PmemRegion fileOf(long bucket) {
        long file = bucket / bucketsPerFile;
        return bucket < 0 || file >= regions.length ? null : regions[(int) file];
    }

    /** Returns whether the file with this bucket can be read. */
    boolean contains(long bucket) {
        return fileOf(bucket) != null;
    }

    private PmemRegion region(long bucket) {
        PmemRegion region = fileOf(bucket);
        if (region == null) {
            throw new IllegalArgumentException("no file has bucket " + bucket);
        }
        return region;
    }

    private int offset(long bucket) {
        return BucketDescriptor.offset((int) (bucket % bucketsPerFile));
    }

    /** Returns the path of the file that has a bucket. */
    String path(long bucket) {
        return region(bucket).path();
    }

    /** Returns the offset of a word of a bucket in its file. */
    int wordOffset(long bucket, int index) {
        return offset(bucket) + index * SlotDescriptor.LENGTH;
    }

    /**
     * Returns a slot.
     *
     * @throws io.nvmredis.nvm.format.DamageException if its check does not fit
     */
    long slot(long bucket, int index) {
        PmemRegion region = region(bucket);
        int at = wordOffset(bucket, index);
        long salt = BucketDescriptor.salt(seed, bucket);
        return BucketArray.verified(BucketDescriptor.salted(region.getLong(at), salt, index), region, at);
    }

    /**
     * Returns the overflow bucket that continues a bucket, or -1.
     *
     * @throws io.nvmredis.nvm.format.DamageException if its check does not fit
     */
    long link(long bucket) {
        return BucketArray.link(region(bucket), offset(bucket), BucketDescriptor.salt(seed, bucket));
    }

    /** Stores a slot, which is neither flushed nor durable then. */
    void putSlot(long bucket, int index, long slot) {
        long salt = BucketDescriptor.salt(seed, bucket);
        region(bucket).putLongRelease(wordOffset(bucket, index), BucketDescriptor.salted(slot, salt, index));
    }

    /** Returns the file that has a bucket, to be flushed. */
    PmemRegion fileWith(long bucket) {
        return region(bucket);
    }
}
