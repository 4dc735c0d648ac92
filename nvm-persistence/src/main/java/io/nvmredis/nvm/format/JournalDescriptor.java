package io.nvmredis.nvm.format;

/**
 * Journal: the changes of the last batch, as new values, so that they can be redone.
 *
 * <pre>
 *     0 CRC32C of table id and of bytes 4 to the end
 *     4 length in bytes
 *     8 sequence number of the batch
 *    16 slot count                            (value)
 *    24 key count of each of 16 databases     (values)
 *   152 flush LSN of each                     (values)
 *   280 swept LSN of each                     (values)
 *   408 deadline count of each                (values)
 *   536 number of segments that follow, number of slots that follow (4 bytes each)
 *   544 slot sum, segment sum                (values)
 *   560 bucket count, checkpoint, as they were when the journal was written
 *   576 segments: number * 2^32 + end, epoch, live (3 * 8 bytes each)
 *       slots: hash, old slot, new slot       (3 * 8 bytes each)
 * </pre>
 */
public final class JournalDescriptor {
    /** Guards against a torn journal, whose batch has not begun to be published. */
    public static final int CRC_OFFSET = 0;

    public static final int LENGTH_OFFSET = 4;
    public static final int SEQUENCE_OFFSET = 8;
    public static final int SLOT_COUNT_OFFSET = 16;
    public static final int KEY_COUNTS_OFFSET = 24;
    public static final int FLUSH_LSNS_OFFSET = KEY_COUNTS_OFFSET + 8 * TableDescriptor.DATABASE_COUNT;
    public static final int SWEPT_LSNS_OFFSET = FLUSH_LSNS_OFFSET + 8 * TableDescriptor.DATABASE_COUNT;
    public static final int DEADLINE_COUNTS_OFFSET = SWEPT_LSNS_OFFSET + 8 * TableDescriptor.DATABASE_COUNT;
    public static final int SEGMENT_ENTRIES_OFFSET = DEADLINE_COUNTS_OFFSET + 8 * TableDescriptor.DATABASE_COUNT;
    public static final int SLOT_ENTRIES_OFFSET = SEGMENT_ENTRIES_OFFSET + 4;
    public static final int SLOT_SUM_OFFSET = SLOT_ENTRIES_OFFSET + 4;
    public static final int SEGMENT_SUM_OFFSET = SLOT_SUM_OFFSET + 8;
    public static final int BUCKET_COUNT_OFFSET = SEGMENT_SUM_OFFSET + 8;
    public static final int CHECKPOINT_OFFSET = BUCKET_COUNT_OFFSET + 8;
    public static final int HEADER_LENGTH = CHECKPOINT_OFFSET + 8;
    /** Offset of the entries in version 1, which lacks the last four fields. */
    public static final int FIRST_HEADER_LENGTH = SLOT_SUM_OFFSET;

    public static final int ENTRY_LENGTH = 24;

    private JournalDescriptor() {}

    /** Returns the offset of the entries. */
    public static int headerLength(int version) {
        return version == TableDescriptor.FIRST_VERSION ? FIRST_HEADER_LENGTH : HEADER_LENGTH;
    }

    /** Returns the bytes that a batch takes. */
    public static long length(int segmentCount, int slotCount) {
        return HEADER_LENGTH + (long) ENTRY_LENGTH * (segmentCount + slotCount);
    }
}
