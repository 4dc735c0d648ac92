package io.nvmredis.nvm.format;

import io.nvmredis.spi.DataSet;
import io.nvmredis.spi.effects.LibraryEffects;

/**
 * Table's own file: its header, the words of the table, one entry per heap segment, the journal.
 *
 * <p>Every word is a {@link CheckedWord}. Offsets are bytes from the beginning of the file; an array of words has one
 * word per database.
 */
public final class TableDescriptor {
    /** "NVMRTABL", read as a little-endian number. Guards against taking a foreign file for ours. */
    public static final long MAGIC = 0x4c42_4154_524d_564eL;

    /**
     * Version of the table's own file and of the files of buckets. Guards against misreading the bytes of another
     * version.
     */
    public static final int VERSION = 2;

    /**
     * First version, in which words of buckets are not salted and the table has no sums. It is converted when it is
     * opened.
     */
    public static final int FIRST_VERSION = 1;

    /** Number of databases: table and journal have words for each, so another number would need another version. */
    public static final int DATABASE_COUNT = DataSet.DATABASE_COUNT;

    /**
     * Number of places for keys: the databases, and behind them the one of the libraries of functions. It has one key at
     * most, and no words of its own, neither in the table nor in the journal: nothing counts its keys, and no FLUSHDB
     * empties it.
     */
    public static final int PLACE_COUNT = LibraryEffects.DATABASE + 1;

    /** Number of buckets of the index that lookups use. */
    public static final int BUCKET_COUNT_OFFSET = 64;
    /**
     * Number of buckets whose split is finished: the partners of buckets above it may still hold slots that have moved.
     */
    public static final int SPLIT_COUNT_OFFSET = 72;
    /** Number of allocated overflow buckets. */
    public static final int OVERFLOW_COUNT_OFFSET = 80;
    /** LSN up to which the table contains everything, in a line of its own. */
    public static final int CHECKPOINT_OFFSET = 128;
    /** Number of slots in use. */
    public static final int SLOT_COUNT_OFFSET = 192;
    /** Sum of the slots in use, see {@link Sums}. */
    public static final int SLOT_SUM_OFFSET = 200;
    /** Sum of the entries of the segments. */
    public static final int SEGMENT_SUM_OFFSET = 208;
    /** Number of the last batch whose words were stored. */
    public static final int SEQUENCE_OFFSET = 216;
    /** Number of keys of each database. */
    public static final int KEY_COUNTS_OFFSET = 256;
    /** LSN of the last FLUSHDB of each database: records of lower LSNs are dead. */
    public static final int FLUSH_LSNS_OFFSET = 384;
    /** LSN of the FLUSHDB up to which the dead records of each database have been removed. */
    public static final int SWEPT_LSNS_OFFSET = 512;
    /** Number of keys of each database that have a deadline. */
    public static final int DEADLINE_COUNTS_OFFSET = 640;
    /** End of the words that a batch changes, which begin with the slot count. */
    public static final int WORDS_END = 768;

    /** Offset of the entries of the segments. */
    public static final int SEGMENTS_OFFSET = 4096;

    /** Length of a segment's entry. */
    public static final int SEGMENT_LENGTH = 32;
    /**
     * Offset in an entry of the number of this use of the segment's space, never used twice. It is part of every
     * record's checksum.
     */
    public static final int EPOCH_OFFSET = 0;
    /**
     * Offset in an entry of the segment's end, behind the last record that a slot can point at; the end is zero if the
     * segment is free.
     */
    public static final int END_OFFSET = 8;
    /** Offset in an entry of the bytes of records that are reachable. */
    public static final int LIVE_OFFSET = 16;

    private TableDescriptor() {}

    /** Returns the offset of a segment's entry. */
    public static int segmentOffset(int number) {
        return SEGMENTS_OFFSET + number * SEGMENT_LENGTH;
    }

    /** Returns the offset of the journal. */
    public static int journalOffset(TableShape shape) {
        return segmentOffset(shape.segmentLimit());
    }

    /** Returns the length of the file. */
    public static int fileLength(TableShape shape) {
        return Math.addExact(journalOffset(shape), shape.journalLength());
    }
}
