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
 *
 * <p>Each of the eight words stands in the file exclusive-or a byte of the bucket's {@link #salt} in its highest byte,
 * where the check is. No byte of a salt is zero. So no word checks that was never written, or that belongs to another
 * bucket, to another table, or, as far as one byte can tell, to another place in the bucket; whoever looks for a key in
 * vain has checked all of them. It costs no line more, since every word still stands for itself.
 */
public final class BucketDescriptor {
    /** "NVMRBUCK", read as a little-endian number. Guards against taking a foreign file for ours. */
    public static final long MAGIC = 0x4b43_5542_524d_564eL;

    /** Length of a bucket. */
    public static final int LENGTH = PmemRegion.LINE_LENGTH;

    public static final int SLOT_COUNT = 7;
    public static final int LINK_OFFSET = SLOT_COUNT * SlotDescriptor.LENGTH;

    /** Of an index and of its overflow: their buckets have the same numbers. */
    private static final long OVERFLOW_SEED = 0xc4ce_b9fe_1a85_ec53L;

    private static final long MULTIPLIER = 0x9e37_79b9_7f4a_7c15L;
    private static final long NO_ZERO = 0x0101_0101_0101_0101L;

    private BucketDescriptor() {}

    /** What the salts of the buckets of a table depend on. */
    public static long seed(long tableId, boolean isOverflow) {
        return isOverflow ? tableId ^ OVERFLOW_SEED : tableId;
    }

    /** The salt of a bucket: a byte for each of its words, that of the first slot the lowest. */
    public static long salt(long seed, long bucket) {
        return Sums.mix(seed + (bucket + 1) * MULTIPLIER) | NO_ZERO;
    }

    /** A word of a bucket as it stands in the file, or back. */
    public static long salted(long word, long salt, int index) {
        return word ^ ((salt >>> (index * Byte.SIZE)) << CheckedWord.VALUE_BITS);
    }

    /** Buckets that a file of this length holds. */
    public static int bucketCount(int fileLength) {
        return (fileLength - TableFileHeader.LENGTH) / LENGTH;
    }

    /** Offset of a bucket in its file. */
    public static int offset(int bucketInFile) {
        return TableFileHeader.LENGTH + bucketInFile * LENGTH;
    }
}
