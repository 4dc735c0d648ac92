package io.nvmredis.nvm.format;

import io.nvmredis.nvm.pmem.PmemRegion;

/**
 * A bucket of the index: a cache line of seven slots and a link. Also the header of the files that hold buckets.
 *
 * <pre>
 *     0        8        16       24       32       40       48       56
 *   +--------+--------+--------+--------+--------+--------+--------+--------+
 *   | slot 0 | slot 1 | slot 2 | slot 3 | slot 4 | slot 5 | slot 6 |  link  |
 *   +--------+--------+--------+--------+--------+--------+--------+--------+
 * </pre>
 *
 * <p>The link is a {@link CheckedWord}: zero, or the number of the overflow bucket that goes on, plus one.
 */
public final class BucketDescriptor {
    /** "NVMRBUCK", read as a little-endian number. Guards against taking a foreign file for ours. */
    public static final long MAGIC = 0x4b43_5542_524d_564eL;

    public static final int VERSION = 1;

    /** Length of a bucket. */
    public static final int LENGTH = PmemRegion.LINE_LENGTH;

    public static final int SLOT_COUNT = 7;
    public static final int LINK_OFFSET = SLOT_COUNT * SlotDescriptor.LENGTH;

    private BucketDescriptor() {}

    /** Buckets that a file of this length holds. */
    public static int bucketCount(int fileLength) {
        return (fileLength - TableFileHeader.LENGTH) / LENGTH;
    }

    /** Offset of a bucket in its file. */
    public static int offset(int bucketInFile) {
        return TableFileHeader.LENGTH + bucketInFile * LENGTH;
    }
}
