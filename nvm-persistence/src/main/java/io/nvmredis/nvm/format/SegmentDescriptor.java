package io.nvmredis.nvm.format;

import io.nvmredis.nvm.pmem.PmemRegion;

/**
 * Segment of the log: a header, the frontier, the high-water mark, then records from the second page on.
 *
 * <pre>
 *    0                   1                   2                   3
 *    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *   +---------------------------------------------------------------+
 *  0|                     magic, "NVMRSEGM"                         |
 *   |                                                               |
 *   +---------------------------------------------------------------+
 *  8|                        format version                         |
 *   +---------------------------------------------------------------+
 * 12|                    length of this header                      |
 *   +---------------------------------------------------------------+
 * 16|                          log id                               |
 *   |                                                               |
 *   +---------------------------------------------------------------+
 * 24|                           epoch                               |
 *   |                                                               |
 *   +---------------------------------------------------------------+
 * 32|                  length of the segment                        |
 *   |                                                               |
 *   +---------------------------------------------------------------+
 * 40|                  reserved, zero (20 bytes)                    |
 *   +---------------------------------------------------------------+
 * 60|               CRC32C of bytes 0 to 59                         |
 *   +---------------------------------------------------------------+
 * 64|                       frontier LSN                            |
 *   |                                                               |
 *   +---------------------------------------------------------------+
 * 72|                      frontier check                           |
 *   |                                                               |
 *   +---------------------------------------------------------------+
 * 80|                      high-water mark                          |
 *   |                                                               |
 *   +---------------------------------------------------------------+
 * 88|                   high-water mark's check                     |
 *   |                                                               |
 *   +---------------------------------------------------------------+
 *        zero, or anything, up to 4095; records from 4096 to the end
 * </pre>
 *
 * <p>The frontier is the LSN up to which every transaction was durable when the frontier was written. It is stored
 * after each commit and flushed only at a clean close, so it is a hint that may be old or, after a power cut, torn; it
 * is never wrong. Recovery uses it only to tell damage from a torn tail.
 *
 * <p>The high-water mark is the offset at or behind which no byte of a record of this epoch was ever stored. A raised
 * mark is durable before the first byte behind the former one is stored. Recovery clears everything between the last
 * record and the mark, so that no header of which a power cut left a part can be made whole by a part of a later one.
 */
public final class SegmentDescriptor {
    /** "NVMRSEGM", read as a little-endian number. Guards against taking a foreign file for ours. */
    public static final long MAGIC = 0x4d47_4553_524d_564eL;

    /** Guards against misreading the bytes of another version. */
    public static final int VERSION = 1;

    public static final int MAGIC_OFFSET = 0;
    public static final int VERSION_OFFSET = HeaderState.VERSION_OFFSET;
    /** Guards against a reader that takes the header for shorter or longer than its CRC covers. */
    public static final int LENGTH_OFFSET = HeaderState.LENGTH_OFFSET;
    /** Guards against a segment of another log. */
    public static final int LOG_ID_OFFSET = 16;
    /**
     * Number of this use of a file as a segment, from 1, never used twice. Guards against renamed and mixed-up files.
     */
    public static final int EPOCH_OFFSET = 24;
    /** Guards against a file that was cut or has grown. */
    public static final int SEGMENT_LENGTH_OFFSET = 32;
    /** Guards against decay of the medium: the header is durable before the segment has its name. */
    public static final int CRC_OFFSET = 60;

    /** Length of the header. */
    public static final int LENGTH = 64;

    /** Guards against taking damage to the last commit for a torn tail. In a cache line of its own. */
    public static final int FRONTIER_LSN_OFFSET = 64;
    /**
     * Check of the frontier LSN, computed as at {@link #HIGH_WATER_CHECK_OFFSET}. Guards against a torn or foreign
     * frontier.
     */
    public static final int FRONTIER_CHECK_OFFSET = 72;

    /** Guards against the remains of records that a power cut undid: they are all before this offset. */
    public static final int HIGH_WATER_OFFSET = 80;
    /**
     * Check of the mark: the mixed mark exclusive-or the salt, mixed, so that the bytes of two checks never make a
     * third. Guards against a torn or foreign mark.
     */
    public static final int HIGH_WATER_CHECK_OFFSET = 88;
    /** Length of the beginning of the file that belongs to one use of it. */
    public static final int MARKS_END = 96;
    /** Most bytes by which the mark is ahead of the records, and which a restart has to clear. */
    private static final int MAX_HIGH_WATER_STEP = 1 << 20;

    /** Offset of the first record, in the second page, so that the frontier's page is never part of a commit. */
    public static final int RECORDS_OFFSET = 4096;

    private SegmentDescriptor() {}

    /**
     * Returns the number with which a record's checksum begins, so that no bytes of another log or of an earlier use of
     * the file validate.
     *
     * <p>Two epochs of one log less than 2^32 apart differ in the low 32 bits of the salt; CRC32C maps different
     * 32-bit words to different states, and equal bytes that follow keep them different. So a stale record cannot
     * validate at all, not merely with a small probability.
     */
    public static long salt(long logId, long epoch) {
        return logId ^ epoch;
    }

    /** Writes the header of a new segment. Not durable before it is persisted. */
    public static void write(PmemRegion region, long logId, long epoch) {
        region.putLong(MAGIC_OFFSET, MAGIC);
        region.putInt(VERSION_OFFSET, VERSION);
        region.putInt(LENGTH_OFFSET, LENGTH);
        region.putLong(LOG_ID_OFFSET, logId);
        region.putLong(EPOCH_OFFSET, epoch);
        region.putLong(SEGMENT_LENGTH_OFFSET, region.length());
        region.putInt(CRC_OFFSET, HeaderState.checksum(region, 0, CRC_OFFSET));
    }

    /** Returns the state of the header, before it is trusted. */
    public static HeaderState state(PmemRegion region) {
        return HeaderState.of(region, 0, MAGIC, VERSION);
    }

    /** Stores the frontier. A crash leaves any bytes of this pair and of earlier ones, and no such mixture checks. */
    public static void writeFrontier(PmemRegion region, long salt, long lsn) {
        region.putLongRelease(FRONTIER_LSN_OFFSET, lsn);
        region.putLongRelease(FRONTIER_CHECK_OFFSET, check(lsn, salt));
    }

    /**
     * Returns the frontier, or 0 if there is none or it does not check. Earlier versions stored its complement as the
     * check.
     */
    public static long readFrontier(PmemRegion region, long salt) {
        long lsn = region.getLongAcquire(FRONTIER_LSN_OFFSET);
        long check = region.getLongAcquire(FRONTIER_CHECK_OFFSET);
        return check == check(lsn, salt) || check == (~lsn ^ salt) ? lsn : 0;
    }

    /** Returns by how many bytes the mark is ahead of the records in a segment of this length. */
    public static int highWaterStep(int segmentLength) {
        return Math.min(MAX_HIGH_WATER_STEP, segmentLength / 64);
    }

    /** Stores the high-water mark of a segment without records. Not durable before it is persisted. */
    public static void writeFirstHighWater(PmemRegion region, long salt) {
        writeHighWater(region, salt, RECORDS_OFFSET + highWaterStep(region.length()));
    }

    /** Stores the high-water mark. Not durable before it is persisted. */
    public static void writeHighWater(PmemRegion region, long salt, int offset) {
        region.putLongRelease(HIGH_WATER_OFFSET, offset);
        region.putLongRelease(HIGH_WATER_CHECK_OFFSET, check(offset, salt));
    }

    private static long check(long word, long salt) {
        return Sums.mix(Sums.mix(word) ^ salt);
    }

    /** Returns whether there is a high-water mark that checks; an older version of this server wrote none. */
    public static boolean hasHighWater(PmemRegion region, long salt) {
        long offset = region.getLong(HIGH_WATER_OFFSET);
        return region.getLong(HIGH_WATER_CHECK_OFFSET) == check(offset, salt)
                && offset >= RECORDS_OFFSET
                && offset <= region.length();
    }

    /** Returns the high-water mark; the segment's end if there is none that checks. */
    public static int readHighWater(PmemRegion region, long salt) {
        return hasHighWater(region, salt) ? (int) region.getLong(HIGH_WATER_OFFSET) : region.length();
    }

    /**
     * Checks a segment's header against what it must be.
     *
     * @throws io.nvmredis.spi.errors.PersistenceException naming file, offset, expected and actual
     */
    public static void verify(PmemRegion region, long logId, long epoch) {
        String path = region.path();
        switch (state(region)) {
            case FOREIGN ->
                throw Damage.foreign(
                        path, MAGIC_OFFSET, "magic " + Damage.hex(MAGIC), Damage.hex(region.getLong(MAGIC_OFFSET)));
            case UNKNOWN_VERSION ->
                throw Damage.unknownVersion(path, VERSION_OFFSET, VERSION, region.getInt(VERSION_OFFSET));
            case DAMAGED ->
                throw Damage.damaged(
                        path,
                        CRC_OFFSET,
                        "CRC32C " + Damage.hex(HeaderState.checksum(region, 0, CRC_OFFSET)) + " of the header",
                        Damage.hex(region.getInt(CRC_OFFSET)));
            case VALID -> verifyFields(region, logId, epoch);
        }
    }

    private static void verifyFields(PmemRegion region, long logId, long epoch) {
        expect(region, LOG_ID_OFFSET, "log id", logId);
        expect(region, EPOCH_OFFSET, "epoch", epoch);
        expect(region, SEGMENT_LENGTH_OFFSET, "segment length", region.length());
    }

    private static void expect(PmemRegion region, int offset, String name, long expected) {
        long actual = region.getLong(offset);
        if (actual != expected) {
            throw Damage.damaged(region.path(), offset, name + " " + Damage.hex(expected), Damage.hex(actual));
        }
    }
}
