package io.nvmredis.nvm.table;

import io.nvmredis.nvm.format.BucketDescriptor;
import io.nvmredis.nvm.format.CheckedWord;
import io.nvmredis.nvm.format.Damage;
import io.nvmredis.nvm.format.SlotDescriptor;
import io.nvmredis.nvm.heap.TableFiles;
import io.nvmredis.nvm.pmem.PersistSite;
import io.nvmredis.nvm.pmem.PmemRegion;
import java.util.Arrays;
import java.util.function.IntFunction;

/**
 * Buckets in files of equal length, made as they are needed and never given back.
 *
 * <p>Threads: the writer; readers load slots and links. A file is mapped before a bucket in it is published.
 */
final class BucketArray implements AutoCloseable {
    private final TableFiles files;
    private final IntFunction<String> names;
    private final int bucketsPerFile;
    private final boolean flushesLines;
    private volatile PmemRegion[] regions = {};
    /** Where lines cost a system call each: what of each file is to be flushed, as first and last offset. */
    private long[] pending = {};

    BucketArray(TableFiles files, IntFunction<String> names) {
        this.files = files;
        this.names = names;
        this.bucketsPerFile = BucketDescriptor.bucketCount(files.shape().bucketFileLength());
        this.flushesLines = files.flushesLines();
    }

    /** Maps the files that hold so many buckets, which must be there. */
    void open(long bucketCount) {
        int fileCount = fileCount(bucketCount);
        PmemRegion[] opened = new PmemRegion[fileCount];
        for (int number = 0; number < fileCount; number++) {
            String name = names.apply(number);
            if (!files.names().contains(name)) {
                regions = Arrays.copyOf(opened, number);
                throw Damage.damaged(
                        files.pathOf(name), 0, "a file of buckets, of " + fileCount + " that the table has", "no file");
            }
            opened[number] = files.open(name, BucketDescriptor.MAGIC, number);
        }
        regions = opened;
        pending = new long[fileCount];
    }

    private int fileCount(long bucketCount) {
        return Math.toIntExact((bucketCount + bucketsPerFile - 1) / bucketsPerFile);
    }

    /**
     * Sees to it that so many buckets can be used.
     *
     * @throws io.nvmredis.nvm.pmem.NoSpaceException if there is no room for their files
     */
    void ensure(long bucketCount) {
        for (int number = regions.length; number < fileCount(bucketCount); number++) {
            String name = names.apply(number);
            PmemRegion[] more = Arrays.copyOf(regions, number + 1);
            // After a crash the next file may be there already, with nothing in it that is used.
            more[number] = files.names().contains(name)
                    ? files.open(name, BucketDescriptor.MAGIC, number)
                    : files.create(
                            name, BucketDescriptor.MAGIC, number, files.shape().bucketFileLength());
            regions = more;
            pending = Arrays.copyOf(pending, number + 1);
        }
    }

    private PmemRegion region(long bucket) {
        return regions[(int) (bucket / bucketsPerFile)];
    }

    private int offset(long bucket) {
        return BucketDescriptor.offset((int) (bucket % bucketsPerFile));
    }

    /** Whether there is a file with this bucket. */
    boolean contains(long bucket) {
        return bucket >= 0 && bucket < (long) regions.length * bucketsPerFile;
    }

    /** A slot that is empty or checks. */
    long slot(long bucket, int index) {
        PmemRegion region = region(bucket);
        int offset = offset(bucket) + index * SlotDescriptor.LENGTH;
        long slot = region.getLongAcquire(offset);
        if (slot != SlotDescriptor.EMPTY) {
            CheckedWord.verified(slot, region.path(), offset, "a slot");
        }
        return slot;
    }

    /** The overflow bucket that goes on, or -1. */
    long link(long bucket) {
        PmemRegion region = region(bucket);
        int offset = offset(bucket) + BucketDescriptor.LINK_OFFSET;
        return CheckedWord.verified(region.getLongAcquire(offset), region.path(), offset, "a link") - 1;
    }

    void putSlot(long bucket, int index, long slot) {
        region(bucket).putLongRelease(offset(bucket) + index * SlotDescriptor.LENGTH, slot);
    }

    void putLink(long bucket, long overflowBucket) {
        region(bucket)
                .putLongRelease(offset(bucket) + BucketDescriptor.LINK_OFFSET, CheckedWord.of(overflowBucket + 1));
    }

    /** Stores every word of a bucket as it is. */
    void storeAgain(long bucket) {
        PmemRegion region = region(bucket);
        int offset = offset(bucket);
        for (int word = offset; word < offset + BucketDescriptor.LENGTH; word += Long.BYTES) {
            region.putLongRelease(word, region.getLongAcquire(word));
        }
    }

    void clear(long bucket) {
        region(bucket).clear(offset(bucket), BucketDescriptor.LENGTH);
    }

    /** Flushes a bucket, at the latest with {@link #flushPending}. */
    void flush(PersistSite site, long bucket) {
        int offset = offset(bucket);
        if (flushesLines) {
            // Buckets are a line each: nothing is saved by flushing less.
            region(bucket).flush(site, offset, BucketDescriptor.LENGTH);
            return;
        }
        int number = (int) (bucket / bucketsPerFile);
        long range = pending[number];
        int first = range == 0 ? offset : Math.min(offset, (int) (range >>> 32));
        int last = Math.max(offset, (int) range);
        pending[number] = ((long) first << 32) | last;
    }

    /** Flushes what {@link #flush} has only noted: one call per file, of which the kernel writes what is dirty. */
    void flushPending(PersistSite site) {
        for (int number = 0; number < pending.length; number++) {
            if (pending[number] != 0) {
                int first = (int) (pending[number] >>> 32);
                int last = (int) pending[number];
                regions[number].flush(site, first, last + BucketDescriptor.LENGTH - first);
                pending[number] = 0;
            }
        }
    }

    @Override
    public void close() {
        for (PmemRegion region : regions) {
            region.close();
        }
        regions = new PmemRegion[0];
    }
}
