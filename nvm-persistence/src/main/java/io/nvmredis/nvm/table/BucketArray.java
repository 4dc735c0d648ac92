package io.nvmredis.nvm.table;

import io.nvmredis.nvm.format.BucketDescriptor;
import io.nvmredis.nvm.format.CheckedWord;
import io.nvmredis.nvm.format.Damage;
import io.nvmredis.nvm.format.SlotDescriptor;
import io.nvmredis.nvm.format.TableDescriptor;
import io.nvmredis.nvm.format.TableFileHeader;
import io.nvmredis.nvm.heap.TableFiles;
import io.nvmredis.nvm.pmem.PersistSite;
import io.nvmredis.nvm.pmem.PmemRegion;
import java.util.Arrays;
import java.util.function.IntFunction;

/**
 * Buckets in files of equal length, made as they are needed and never given back.
 *
 * <p>A changed bucket is noted and flushed with others, a range at a time.
 *
 * <p>Slots and links are known here as what they say, and stand in the files salted, see {@link BucketDescriptor}; not in
 * files of the first version, which a table has until it is converted.
 *
 * <p>Threads: the writer; readers load slots and links. A file is mapped before a bucket in it is published.
 */
final class BucketArray implements AutoCloseable {
    /**
     * Buckets between two changed ones that are rather flushed with them than saved. A call that flushes a line takes
     * about 150 ns, since the JVM waits for it on the way back from native code, and a clean line 1.2 ns: flush one line
     * many times, and a range of clean ones, to measure it again.
     */
    private static final int LARGEST_GAP = 128;
    /** A file has room for so many gaps at least, so that in one of a test, too, not everything is flushed each time. */
    private static final int GAPS_PER_FILE = 64;

    private static final int RECIPROCAL_BITS = 62;

    private final TableFiles files;
    private final IntFunction<String> names;
    private final int bucketsPerFile;
    /** 2^62 / {@code bucketsPerFile}, rounded up, see {@link #file}. */
    private final long reciprocal;

    private final int largestGap;
    private final long seed;
    /** Whether the table is being converted, so that files of the first version may be among these. */
    private final boolean mayBeOld;

    private volatile PmemRegion[] regions = {};
    /** What of each file is to be flushed. */
    private PendingBuckets[] pending = {};

    BucketArray(TableFiles files, IntFunction<String> names, boolean isOverflow, int tableVersion) {
        this.files = files;
        this.names = names;
        this.seed = BucketDescriptor.seed(files.tableId(), isOverflow);
        this.mayBeOld = tableVersion == TableDescriptor.FIRST_VERSION;
        this.bucketsPerFile = BucketDescriptor.bucketCount(files.shape().bucketFileLength());
        this.reciprocal = (1L << RECIPROCAL_BITS) / bucketsPerFile + 1;
        this.largestGap =
                files.flushesLines() ? Math.min(LARGEST_GAP, bucketsPerFile / GAPS_PER_FILE) : Integer.MAX_VALUE;
    }

    /**
     * Maps the files that hold so many buckets, which must be there, and those that a crash has left behind them, with
     * nothing in them that is used: whether they are good is said now.
     */
    void open(long bucketCount) {
        int fileCount = fileCount(bucketCount);
        PmemRegion[] opened = new PmemRegion[fileCount];
        int number = 0;
        try {
            for (; number < fileCount || files.names().contains(names.apply(number)); number++) {
                if (number == opened.length) {
                    opened = Arrays.copyOf(opened, number + 1);
                }
                opened[number] = open(number, fileCount);
            }
        } finally {
            // All that are open, also if one cannot be opened: they are to be closed.
            regions = Arrays.copyOf(opened, number);
        }
        makePending(number);
    }

    private PmemRegion open(int number, int fileCount) {
        String name = names.apply(number);
        if (!files.names().contains(name)) {
            throw Damage.damaged(
                    files.pathOf(name), 0, "a file of buckets, of " + fileCount + " that the table has", "no file");
        }
        PmemRegion region = files.open(name, BucketDescriptor.MAGIC, number);
        int version = TableFileHeader.version(region);
        if (version != TableDescriptor.VERSION && !mayBeOld) {
            region.close();
            throw Damage.damaged(
                    files.pathOf(name),
                    TableFileHeader.VERSION_OFFSET,
                    "format version " + TableDescriptor.VERSION + ", as of the table",
                    "format version " + version);
        }
        return region;
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
            more[number] = files.create(
                    name, BucketDescriptor.MAGIC, number, files.shape().bucketFileLength());
            regions = more;
            makePending(number + 1);
        }
    }

    /**
     * The number of the file that holds a bucket: its own divided by {@code bucketsPerFile}, by a multiplication, since it
     * is done a dozen times for each key. It is exact where the product of the two is below 2^62; a file has less than
     * 2^25 buckets, and a table less than 2^37, as all its records are below 2^43 bytes.
     */
    private int file(long bucket) {
        return (int) Math.multiplyHigh(bucket << (Long.SIZE - RECIPROCAL_BITS), reciprocal);
    }

    private int indexInFile(long bucket) {
        return (int) bucket - file(bucket) * bucketsPerFile;
    }

    /** The file that holds a bucket. */
    PmemRegion region(long bucket) {
        return regions[file(bucket)];
    }

    /** Where a bucket begins in its file. */
    int offset(long bucket) {
        return BucketDescriptor.offset(indexInFile(bucket));
    }

    /** Whether there is a file with this bucket. */
    boolean contains(long bucket) {
        return bucket >= 0 && bucket < (long) regions.length * bucketsPerFile;
    }

    /** What the words of a bucket are salted with. */
    long salt(long bucket) {
        return mayBeOld && TableFileHeader.version(region(bucket)) == TableDescriptor.FIRST_VERSION
                ? 0
                : BucketDescriptor.salt(seed, bucket);
    }

    /** A slot that is empty or checks. */
    long slot(long bucket, int index) {
        PmemRegion region = region(bucket);
        int offset = offset(bucket) + index * SlotDescriptor.LENGTH;
        return verified(BucketDescriptor.salted(region.getLongAcquire(offset), salt(bucket), index), region, offset);
    }

    /** A slot that was read there, and is not salted any more, if it is empty or checks. */
    static long verified(long slot, PmemRegion region, int offset) {
        if (slot != SlotDescriptor.EMPTY) {
            CheckedWord.verified(slot, region.path(), offset, "a slot");
        }
        return slot;
    }

    /** The overflow bucket that goes on, or -1. */
    long link(long bucket) {
        return link(region(bucket), offset(bucket), salt(bucket));
    }

    /** The same, of a bucket at an offset of a file. */
    static long link(PmemRegion region, int bucketOffset, long salt) {
        int offset = bucketOffset + BucketDescriptor.LINK_OFFSET;
        long link = BucketDescriptor.salted(region.getLongAcquire(offset), salt, BucketDescriptor.SLOT_COUNT);
        return CheckedWord.verified(link, region.path(), offset, "a link") - 1;
    }

    void putSlot(long bucket, int index, long slot) {
        region(bucket)
                .putLongRelease(
                        offset(bucket) + index * SlotDescriptor.LENGTH,
                        BucketDescriptor.salted(slot, salt(bucket), index));
    }

    void putLink(long bucket, long overflowBucket) {
        putSlot(bucket, BucketDescriptor.SLOT_COUNT, CheckedWord.of(overflowBucket + 1));
    }

    /** Writes to a new file what a bucket has, one after the other. */
    private void copyBucket(long bucket, PmemRegion target) {
        PmemRegion region = region(bucket);
        long oldSalt = salt(bucket);
        long newSalt = BucketDescriptor.salt(seed, bucket);
        int offset = offset(bucket);
        for (int index = 0; index <= BucketDescriptor.SLOT_COUNT; index++) {
            int at = offset + index * SlotDescriptor.LENGTH;
            // Not checked: what is damaged stays so.
            long word = BucketDescriptor.salted(region.getLongAcquire(at), oldSalt, index);
            target.putLongRelease(at, BucketDescriptor.salted(word, newSalt, index));
        }
    }

    /**
     * Puts files of the newest version in the place of those of the first. To be opened again.
     *
     * @param bucketCount buckets that are in use; what is behind them is left out
     */
    void convert(long bucketCount) {
        for (int number = 0; number < regions.length; number++) {
            if (TableFileHeader.version(regions[number]) != TableDescriptor.VERSION) {
                long first = (long) number * bucketsPerFile;
                long end = Math.min(first + bucketsPerFile, bucketCount);
                files.replace(names.apply(number), BucketDescriptor.MAGIC, number, regions[number].length(), target -> {
                    for (long bucket = first; bucket < end; bucket++) {
                        copyBucket(bucket, target);
                    }
                    if (end > first) {
                        target.flush(
                                PersistSite.CONVERTED_CONTENT,
                                offset(first),
                                (int) (end - first) * BucketDescriptor.LENGTH);
                    }
                });
            }
        }
    }

    /** Writes empty buckets, the first ones, to a new file. */
    static void writeEmpty(PmemRegion region, long seed, int count) {
        for (int bucket = 0; bucket < count; bucket++) {
            clear(region, BucketDescriptor.offset(bucket), BucketDescriptor.salt(seed, bucket));
        }
        region.flush(PersistSite.TABLE_FILE_HEADER, 0, BucketDescriptor.offset(count));
    }

    private static void clear(PmemRegion region, int offset, long salt) {
        for (int index = 0; index <= BucketDescriptor.SLOT_COUNT; index++) {
            region.putLongRelease(offset + index * SlotDescriptor.LENGTH, BucketDescriptor.salted(0, salt, index));
        }
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
        clear(region(bucket), offset(bucket), salt(bucket));
    }

    private void makePending(int fileCount) {
        int made = pending.length;
        pending = Arrays.copyOf(pending, fileCount);
        for (int number = made; number < fileCount; number++) {
            pending[number] = new PendingBuckets(bucketsPerFile);
        }
    }

    /** Says that a bucket has changed: the next {@link #flush} is to flush it. */
    void changed(long bucket) {
        pending[file(bucket)].add(indexInFile(bucket));
    }

    /** Flushes what has changed, in few calls. */
    void flush(PersistSite site) {
        for (int number = 0; number < pending.length; number++) {
            pending[number].flush(site, regions[number], largestGap);
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
