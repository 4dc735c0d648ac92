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
 * Buckets in files of equal length, which are made as they are needed. The last one is deleted when it is not.
 *
 * <p>A changed bucket is noted and flushed later, in one range with others.
 *
 * <p>Slots and links are salted in the files, see {@link BucketDescriptor}, and plain in the parameters and results of
 * this class. Files of the first version, which a table has until it is converted, are not salted.
 *
 * <p>Threads: the writer; readers load slots and links. A file is mapped before a bucket in it is published.
 */
final class BucketArray implements AutoCloseable {
    /**
     * Largest number of unchanged buckets between two changed ones that are flushed with them in one call. A call that
     * flushes one line takes about 150 ns, since the JVM waits for it on the way back from native code, and a clean
     * line in a range takes 1.2 ns per line. To measure this again, flush one line many times, and a range of clean
     * lines.
     */
    private static final int LARGEST_GAP = 128;
    /**
     * Number of such gaps for which a file has room at least, so that the small files of tests are not flushed whole
     * each time.
     */
    private static final int GAPS_PER_FILE = 64;

    private static final int RECIPROCAL_BITS = 62;

    private final TableFiles files;
    private final IntFunction<String> names;
    private final int bucketsPerFile;
    /** 2^62 / {@code bucketsPerFile}, rounded up, see {@link #file}. */
    private final long reciprocal;

    private final int largestGap;
    private final long seed;
    /** Set while the table is converted, when files of the first version may be among these. */
    private final boolean mayBeOld;

    private volatile PmemRegion[] regions = {};
    /** Changed buckets of each file, which are to be flushed. */
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
     * Maps the files that hold {@code bucketCount} buckets, which must exist, and further files that a crash has left,
     * of which nothing is used. Damage of any of their headers is reported now.
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
                if (bucketCount <= IndexCheck.AT_ONCE) {
                    opened[number].readAhead();
                }
            }
        } finally {
            // All regions that are open, so that they are closed even if the next one could not be opened.
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

    /** Returns the number of files that hold so many buckets. */
    int fileCount(long bucketCount) {
        return Math.toIntExact((bucketCount + bucketsPerFile - 1) / bucketsPerFile);
    }

    /**
     * Makes the files for {@code bucketCount} buckets.
     *
     * @throws io.nvmredis.nvm.pmem.NoSpaceException if there is no room for them
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

    /** Returns the number of files that there are. */
    int fileCount() {
        return regions.length;
    }

    /** Returns the number of buckets for which there are files. */
    long capacity() {
        return (long) regions.length * bucketsPerFile;
    }

    /** Returns the number of buckets in so many files. */
    long capacity(int fileCount) {
        return (long) fileCount * bucketsPerFile;
    }

    /**
     * Deletes the last file. Durably no count reaches it, and no reader uses it. The files go one by one, each durably: if
     * a crash could bring one back and not the file before it, that file could not be made again.
     */
    void deleteLast() {
        int last = regions.length - 1;
        PmemRegion region = regions[last];
        regions = Arrays.copyOf(regions, last);
        pending = Arrays.copyOf(pending, last);
        region.close();
        files.deleteDurably(names.apply(last), region.length());
    }

    /**
     * Returns the number of the file that holds a bucket: the bucket's number divided by {@code bucketsPerFile}, by a
     * multiplication, since it is computed about 12 times per key. It is exact where the product of the two is below
     * 2^62; a file has less than 2^25 buckets, and a table less than 2^37, as all its records are below 2^43 bytes.
     */
    private int file(long bucket) {
        return (int) Math.multiplyHigh(bucket << (Long.SIZE - RECIPROCAL_BITS), reciprocal);
    }

    private int indexInFile(long bucket) {
        return (int) bucket - file(bucket) * bucketsPerFile;
    }

    /** Returns the file that holds a bucket. */
    PmemRegion region(long bucket) {
        return regions[file(bucket)];
    }

    /** Returns the offset of a bucket in its file. */
    int offset(long bucket) {
        return BucketDescriptor.offset(indexInFile(bucket));
    }

    /** Returns whether there is a file with this bucket. */
    boolean contains(long bucket) {
        return bucket >= 0 && bucket < capacity();
    }

    /** Returns the salt of the words of a bucket. */
    long salt(long bucket) {
        return mayBeOld && TableFileHeader.version(region(bucket)) == TableDescriptor.FIRST_VERSION
                ? 0
                : BucketDescriptor.salt(seed, bucket);
    }

    /** Returns a slot, which is empty or whose checksum is right. */
    long slot(long bucket, int index) {
        PmemRegion region = region(bucket);
        int offset = offset(bucket) + index * SlotDescriptor.LENGTH;
        return verified(BucketDescriptor.salted(region.getLongAcquire(offset), salt(bucket), index), region, offset);
    }

    /**
     * Returns a slot that was read at an offset and is not salted any more. It must be empty or have a right checksum.
     */
    static long verified(long slot, PmemRegion region, int offset) {
        if (slot != SlotDescriptor.EMPTY) {
            CheckedWord.verified(slot, region.path(), offset, "a slot");
        }
        return slot;
    }

    /** Returns the overflow bucket that continues a bucket, or -1. */
    long link(long bucket) {
        return link(region(bucket), offset(bucket), salt(bucket));
    }

    /** Returns the overflow bucket that continues the bucket at an offset of a file, or -1. */
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

    /** Returns how many slots of a bucket are in use. All are checked. */
    int usedCount(long bucket) {
        int count = 0;
        for (int index = 0; index < BucketDescriptor.SLOT_COUNT; index++) {
            count += slot(bucket, index) == SlotDescriptor.EMPTY ? 0 : 1;
        }
        return count;
    }

    /** Copies the slots of a bucket to another, which nothing uses yet; its link is empty then. */
    void copySlots(long from, long to) {
        clear(to);
        for (int index = 0; index < BucketDescriptor.SLOT_COUNT; index++) {
            putSlot(to, index, slot(from, index));
        }
    }

    /** Copies the words of a bucket to a new file, one after the other, with the newest version's salt. */
    private void copyBucket(long bucket, PmemRegion target) {
        PmemRegion region = region(bucket);
        long oldSalt = salt(bucket);
        long newSalt = BucketDescriptor.salt(seed, bucket);
        int offset = offset(bucket);
        for (int index = 0; index <= BucketDescriptor.SLOT_COUNT; index++) {
            int at = offset + index * SlotDescriptor.LENGTH;
            // The word is not checked: a damaged word stays damaged.
            long word = BucketDescriptor.salted(region.getLongAcquire(at), oldSalt, index);
            target.putLongRelease(at, BucketDescriptor.salted(word, newSalt, index));
        }
    }

    /**
     * Replaces the files of the first version by files of the newest. The buckets must be opened again afterwards.
     *
     * @param bucketCount buckets that are in use; those behind them are left out
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

    /** Writes {@code count} empty buckets to the beginning of a new file. */
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

    /** Stores every word of a bucket again, unchanged. */
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

    /** Notes that a bucket has changed and the next {@link #flush} must flush it. */
    void changed(long bucket) {
        pending[file(bucket)].add(indexInFile(bucket));
    }

    /** Flushes the changed buckets, in few calls. */
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
