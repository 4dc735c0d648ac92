package io.nvmredis.nvm.format;

import io.nvmredis.nvm.pmem.PmemRegion;

/**
 * Header of every file of the table. It is written once, and durable before the file has its name.
 *
 * <pre>
 *    0                   1                   2                   3
 *    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *   +---------------------------------------------------------------+
 *  0|            magic: which kind of file this is                  |
 *   |                                                               |
 *   +---------------------------------------------------------------+
 *  8|                        format version                         |
 *   +---------------------------------------------------------------+
 * 12|                    length of this header                      |
 *   +---------------------------------------------------------------+
 * 16|                         table id                              |
 *   |                                                               |
 *   +---------------------------------------------------------------+
 * 24|                          number                               |
 *   |                                                               |
 *   +---------------------------------------------------------------+
 * 32|                    length of the file                         |
 *   |                                                               |
 *   +---------------------------------------------------------------+
 * 40|                   segment length of the table                 |
 *   +---------------------------------------------------------------+
 * 44|                 bucket file length of the table               |
 *   +---------------------------------------------------------------+
 * 48|                   journal length of the table                 |
 *   +---------------------------------------------------------------+
 * 52|                  segment limit of the table                   |
 *   +---------------------------------------------------------------+
 * 56|                       reserved, zero                          |
 *   +---------------------------------------------------------------+
 * 60|               CRC32C of bytes 0 to 59                         |
 *   +---------------------------------------------------------------+
 * </pre>
 */
public final class TableFileHeader {
    public static final int MAGIC_OFFSET = 0;
    public static final int VERSION_OFFSET = HeaderState.VERSION_OFFSET;
    public static final int LENGTH_OFFSET = HeaderState.LENGTH_OFFSET;
    /** Id given when the table was made. Guards against a file of another table. */
    public static final int TABLE_ID_OFFSET = 16;
    /** Number in the file's name. Guards against renamed and mixed-up files. */
    public static final int NUMBER_OFFSET = 24;
    /** Guards against a file that was cut or has grown. */
    public static final int FILE_LENGTH_OFFSET = 32;
    /** Segment length, without which positions mean nothing; fixed for the life of the table. */
    public static final int SEGMENT_LENGTH_OFFSET = 40;

    public static final int BUCKET_FILE_LENGTH_OFFSET = 44;
    public static final int JOURNAL_LENGTH_OFFSET = 48;
    public static final int SEGMENT_LIMIT_OFFSET = 52;
    public static final int CRC_OFFSET = 60;

    /** Length of the header. */
    public static final int LENGTH = 64;

    private TableFileHeader() {}

    /** Writes the header of a new file. Not durable before it is persisted. */
    public static void write(PmemRegion region, long magic, long tableId, long number, TableShape shape) {
        region.putLong(MAGIC_OFFSET, magic);
        region.putInt(VERSION_OFFSET, newestVersion(magic));
        region.putInt(LENGTH_OFFSET, LENGTH);
        region.putLong(TABLE_ID_OFFSET, tableId);
        region.putLong(NUMBER_OFFSET, number);
        region.putLong(FILE_LENGTH_OFFSET, region.length());
        region.putInt(SEGMENT_LENGTH_OFFSET, shape.segmentLength());
        region.putInt(BUCKET_FILE_LENGTH_OFFSET, shape.bucketFileLength());
        region.putInt(JOURNAL_LENGTH_OFFSET, shape.journalLength());
        region.putInt(SEGMENT_LIMIT_OFFSET, shape.segmentLimit());
        region.putInt(CRC_OFFSET, HeaderState.checksum(region, 0, CRC_OFFSET));
    }

    /** Returns the version in which files of a kind are written: those of the heap have their first version. */
    public static int newestVersion(long magic) {
        return magic == HeapDescriptor.MAGIC ? HeapDescriptor.VERSION : TableDescriptor.VERSION;
    }

    /** Returns the version in a header that has been verified. */
    public static int version(PmemRegion region) {
        return region.getInt(VERSION_OFFSET);
    }

    /** Returns the table id in a header that has been verified. */
    public static long tableId(PmemRegion region) {
        return region.getLong(TABLE_ID_OFFSET);
    }

    /** Returns the shape in a header that has been verified. */
    public static TableShape shape(PmemRegion region) {
        return new TableShape(
                region.getInt(SEGMENT_LENGTH_OFFSET),
                region.getInt(BUCKET_FILE_LENGTH_OFFSET),
                region.getInt(JOURNAL_LENGTH_OFFSET),
                region.getInt(SEGMENT_LIMIT_OFFSET));
    }

    /** Returns the state of the header, before it is trusted. */
    public static HeaderState state(PmemRegion region, long magic) {
        return region.length() < LENGTH
                ? HeaderState.DAMAGED
                : HeaderState.of(region, 0, magic, TableDescriptor.FIRST_VERSION, newestVersion(magic));
    }

    /**
     * Checks that the header is whole and of this kind.
     *
     * @throws io.nvmredis.spi.errors.PersistenceException naming file, offset, expected and actual
     */
    public static void verify(PmemRegion region, long magic) {
        String path = region.path();
        if (region.length() < LENGTH) {
            throw Damage.damaged(path, region.length(), "at least " + LENGTH + " bytes", "the end of the file");
        }
        switch (state(region, magic)) {
            case FOREIGN ->
                throw Damage.foreign(
                        path, MAGIC_OFFSET, "magic " + Damage.hex(magic), Damage.hex(region.getLong(MAGIC_OFFSET)));
            case UNKNOWN_VERSION ->
                throw Damage.unknownVersion(path, VERSION_OFFSET, newestVersion(magic), region.getInt(VERSION_OFFSET));
            case DAMAGED ->
                throw Damage.damaged(
                        path,
                        CRC_OFFSET,
                        "CRC32C " + Damage.hex(HeaderState.checksum(region, 0, CRC_OFFSET)) + " of the header",
                        Damage.hex(region.getInt(CRC_OFFSET)));
            case VALID -> expect(region, FILE_LENGTH_OFFSET, "file length", region.length());
        }
    }

    /** Checks a file against the table and the number that it must have. */
    public static void verify(PmemRegion region, long magic, long tableId, long number) {
        verify(region, magic);
        expect(region, TABLE_ID_OFFSET, "table id", tableId);
        expect(region, NUMBER_OFFSET, "number", number);
    }

    private static void expect(PmemRegion region, int offset, String name, long expected) {
        long actual = region.getLong(offset);
        if (actual != expected) {
            throw Damage.damaged(region.path(), offset, name + " " + Damage.hex(expected), Damage.hex(actual));
        }
    }
}
