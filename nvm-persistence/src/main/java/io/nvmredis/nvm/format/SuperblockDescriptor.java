package io.nvmredis.nvm.format;

import io.nvmredis.nvm.pmem.PmemRegion;

/**
 * Superblock: identity and beginning of the log, in a file of two equal copies, one per page, written one after the
 * other; either is enough.
 *
 * <pre>
 *    0                   1                   2                   3
 *    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *   +---------------------------------------------------------------+
 *  0|                     magic, "NVMREDIS"                         |
 *   |                                                               |
 *   +---------------------------------------------------------------+
 *  8|                        format version                         |
 *   +---------------------------------------------------------------+
 * 12|                     length of this copy                       |
 *   +---------------------------------------------------------------+
 * 16|                          log id                               |
 *   |                                                               |
 *   +---------------------------------------------------------------+
 * 24|                        generation                             |
 *   |                                                               |
 *   +---------------------------------------------------------------+
 * 32|                       first epoch                             |
 *   |                                                               |
 *   +---------------------------------------------------------------+
 * 40|                        first LSN                              |
 *   |                                                               |
 *   +---------------------------------------------------------------+
 * 48|                      first distance                           |
 *   +---------------------------------------------------------------+
 * 52|                reserved, zero (8 bytes)                       |
 *   +---------------------------------------------------------------+
 * 60|               CRC32C of bytes 0 to 59                         |
 *   +---------------------------------------------------------------+
 * </pre>
 */
public final class SuperblockDescriptor {
    /** "NVMREDIS", read as a little-endian number. Guards against taking a foreign file for ours. */
    public static final long MAGIC = 0x5349_4445_524d_564eL;

    /** Guards against misreading the bytes of another version. */
    public static final int VERSION = 1;

    public static final int MAGIC_OFFSET = 0;
    public static final int VERSION_OFFSET = 8;
    /** Guards against a reader that takes the header for shorter or longer than its CRC covers. */
    public static final int LENGTH_OFFSET = 12;
    /** Id drawn at random at creation. Guards against a segment that strayed here from another log. */
    public static final int LOG_ID_OFFSET = 16;
    /** Number of the write. Guards against taking the older copy when a crash has let only one be written. */
    public static final int GENERATION_OFFSET = 24;
    /**
     * Epoch of the oldest segment that belongs to the log. Guards against a log that has lost its beginning unnoticed.
     */
    public static final int FIRST_EPOCH_OFFSET = 32;
    /**
     * LSN of the first transaction of the log. Guards against a lost beginning, too, and against a segment too many.
     */
    public static final int FIRST_LSN_OFFSET = 40;
    /**
     * Distance from the offset of a segment's first record to the beginning of that transaction. Guards against taking
     * the end of a transaction, whose beginning has been recycled, for damage.
     */
    public static final int FIRST_DISTANCE_OFFSET = 48;
    /** Guards against a torn write and against decay of the medium. */
    public static final int CRC_OFFSET = 60;

    /** Length of a copy. */
    public static final int LENGTH = 64;
    /** Distance of the copies: a page, so that one bad block cannot take both. */
    public static final int COPY_DISTANCE = 4096;

    public static final int COPY_COUNT = 2;
    public static final int FILE_LENGTH = COPY_COUNT * COPY_DISTANCE;

    private SuperblockDescriptor() {}

    /** Writes one copy. Not durable before it is persisted. */
    public static void write(PmemRegion region, int copy, Superblock superblock) {
        int base = copy * COPY_DISTANCE;
        region.clear(base, LENGTH);
        region.putLong(base + MAGIC_OFFSET, MAGIC);
        region.putInt(base + VERSION_OFFSET, VERSION);
        region.putInt(base + LENGTH_OFFSET, LENGTH);
        region.putLong(base + LOG_ID_OFFSET, superblock.logId());
        region.putLong(base + GENERATION_OFFSET, superblock.generation());
        region.putLong(base + FIRST_EPOCH_OFFSET, superblock.firstEpoch());
        region.putLong(base + FIRST_LSN_OFFSET, superblock.firstLsn());
        region.putInt(base + FIRST_DISTANCE_OFFSET, superblock.firstOffset() - SegmentDescriptor.RECORDS_OFFSET);
        region.putInt(base + CRC_OFFSET, HeaderState.checksum(region, base, CRC_OFFSET));
    }

    /** Returns the state of one copy, before it is trusted. */
    public static HeaderState state(PmemRegion region, int copy) {
        return HeaderState.of(region, copy * COPY_DISTANCE, MAGIC, VERSION);
    }

    /** Reads a copy whose state is {@link HeaderState#VALID}. */
    public static Superblock read(PmemRegion region, int copy) {
        int base = copy * COPY_DISTANCE;
        return new Superblock(
                region.getLong(base + LOG_ID_OFFSET),
                region.getLong(base + GENERATION_OFFSET),
                region.getLong(base + FIRST_EPOCH_OFFSET),
                region.getLong(base + FIRST_LSN_OFFSET),
                SegmentDescriptor.RECORDS_OFFSET + region.getInt(base + FIRST_DISTANCE_OFFSET));
    }
}
