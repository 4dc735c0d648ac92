package io.nvmredis.nvm.format;

import io.nvmredis.nvm.pmem.PmemRegion;

/**
 * Bucket of the index: a cache line of seven slots and a link. The files that hold buckets begin with the header of
 * {@link TableFileHeader}.
 *
 * <pre>
 *     0        8        16       24       32       40       48       56
 *   +--------+--------+--------+--------+--------+--------+--------+--------+
 *   | slot 0 | slot 1 | slot 2 | slot 3 | slot 4 | slot 5 | slot 6 |  link  |
 *   +--------+--------+--------+--------+--------+--------+--------+--------+
 * </pre>
 *
 * <p>The link is a {@link CheckedWord}: zero, or the number of the overflow bucket that continues this one, plus one.
 *
 * <p>In the file, the highest byte of each of the eight words, which has the check, is exclusive-ored with a byte of
 * the bucket's {@link #salt}. No byte of a salt is zero. So no word checks that was never written, or that belongs to
 * another bucket, to another table, or, as far as one byte can tell, to another word of the bucket; and a lookup that
 * finds no key has checked all words. The salt takes no more lines, since every word is still read by itself.
 */
public final class BucketDescriptor {
    /** "NVMRBUCK", read as a little-endian number. Guards against taking a foreign file for ours. */
    public static final long MAGIC = 0x4b43_5542_524d_564eL;

    /** Length of a bucket. */
    public static final int LENGTH = PmemRegion.LINE_LENGTH;

    public static final int SLOT_COUNT = 7;
    public static final int LINK_OFFSET = SLOT_COUNT * SlotDescriptor.LENGTH;

    /** Difference of the seeds of an index and of its overflow, whose buckets have the same numbers. */
    private static final long OVERFLOW_SEED = 0xc4ce_b9fe_1a85_ec53L;

    private static final long MULTIPLIER = 0x9e37_79b9_7f4a_7c15L;
    private static final long NO_ZERO = 0x0101_0101_0101_0101L;

    private BucketDescriptor() {}

    /** Returns the number on which the salts of the buckets of a table depend. */
    public static long seed(long tableId, boolean isOverflow) {
        return isOverflow ? tableId ^ OVERFLOW_SEED : tableId;
    }

    /** Returns the salt of a bucket: one byte per word, the lowest for the first slot. */
    public static long salt(long seed, long bucket) {
        return Sums.mix(seed + (bucket + 1) * MULTIPLIER) | NO_ZERO;
    }

    /** Converts a word of a bucket to its form in the file, or back. */
    public static long salted(long word, long salt, int index) {
        return word ^ ((salt >>> (index * Byte.SIZE)) << CheckedWord.VALUE_BITS);
    }

    /** Returns the number of buckets in a file of this length. */
    public static int bucketCount(int fileLength) {
        return (fileLength - TableFileHeader.LENGTH) / LENGTH;
    }

    /** Returns the offset of a bucket in its file. */
    public static int offset(int bucketInFile) {
        return TableFileHeader.LENGTH + bucketInFile * LENGTH;
    }
}
