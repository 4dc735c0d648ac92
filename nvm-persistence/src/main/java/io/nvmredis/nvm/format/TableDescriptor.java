package io.nvmredis.nvm.format;

import io.nvmredis.spi.DataSet;

/**
 * The table's own file: its header, the words that say what the table is, one entry per heap segment, the journal.
 *
 * <p>Every word is a {@link CheckedWord}. Offsets are bytes from the beginning of the file; an array of words has one
 * per database.
 */
public final class TableDescriptor {
    /** "NVMRTABL", read as a little-endian number. Guards against taking a foreign file for ours. */
    public static final long MAGIC = 0x4c42_4154_524d_564eL;

    /** Of the table's own file and of those of buckets. Guards against misreading the bytes of another version. */
    public static final int VERSION = 2;

    /** The version whose words of buckets are not salted and whose table has no sums. Converted when it is opened. */
    public static final int FIRST_VERSION = 1;

    /** The table and the journal have a place for each: with another number they are of another version. */
    public static final int DATABASE_COUNT = DataSet.DATABASE_COUNT;

    /** Buckets of the index that lookups use. */
    public static final int BUCKET_COUNT_OFFSET = 64;
    /** Buckets whose split is finished: the partners of those above still hold slots that have moved. */
    public static final int SPLIT_COUNT_OFFSET = 72;
    /** Overflow buckets handed out. */
    public static final int OVERFLOW_COUNT_OFFSET = 80;
    /** The table contains everything up to this LSN. In a line of its own. */
    public static final int CHECKPOINT_OFFSET = 128;
    /** Slots in use. */
    public static final int SLOT_COUNT_OFFSET = 192;
    /** Sum of the slots in use, see {@link Sums}. */
    public static final int SLOT_SUM_OFFSET = 200;
    /** Sum of the entries of the segments. */
    public static final int SEGMENT_SUM_OFFSET = 208;
    /** Number of the last batch whose words were stored. */
    public static final int SEQUENCE_OFFSET = 216;
    /** Keys of each database. */
    public static final int KEY_COUNTS_OFFSET = 256;
    /** LSN of the last FLUSHDB of each database: records of a lower one are dead. */
    public static final int FLUSH_LSNS_OFFSET = 384;
    /** Up to which FLUSHDB the dead records of each database have been taken out. */
    public static final int SWEPT_LSNS_OFFSET = 512;
    /** Keys of each database that have a deadline. */
    public static final int DEADLINE_COUNTS_OFFSET = 640;
    /** End of the words that a batch changes, which begin with the slot count. */
    public static final int WORDS_END = 768;

    /** Where the entries of the segments begin. */
    public static final int SEGMENTS_OFFSET = 4096;

    /** Length of a segment's entry. */
    public static final int SEGMENT_LENGTH = 32;
    /** In an entry: number of this use of the segment's space, never used twice. Part of every record's checksum. */
    public static final int EPOCH_OFFSET = 0;
    /** In an entry: offset behind the last record that a slot can point at; zero if the segment is free. */
    public static final int END_OFFSET = 8;
    /** In an entry: bytes of records that are reachable. */
    public static final int LIVE_OFFSET = 16;

    private TableDescriptor() {}

    /** Offset of a segment's entry. */
    public static int segmentOffset(int number) {
        return SEGMENTS_OFFSET + number * SEGMENT_LENGTH;
    }

    /** Offset of the journal. */
    public static int journalOffset(TableShape shape) {
        return segmentOffset(shape.segmentLimit());
    }

    /** Length of the file. */
    public static int fileLength(TableShape shape) {
        return Math.addExact(journalOffset(shape), shape.journalLength());
    }
}
