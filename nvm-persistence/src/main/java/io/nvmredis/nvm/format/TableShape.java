package io.nvmredis.nvm.format;

/**
 * Sizes that a table is made with and keeps.
 *
 * @param segmentLength length of a heap segment, a power of two of at least 4096
 * @param bucketFileLength length of a file of buckets, a multiple of 64
 * @param journalLength length of the journal, a multiple of 64
 * @param segmentLimit most heap segments of the table, a multiple of 2
 */
public record TableShape(int segmentLength, int bucketFileLength, int journalLength, int segmentLimit) {
    /**
     * Shape of up to 2 TB in segments of 32 MB. Each file is a mapping, of which Linux allows a process 65,530 by
     * default (vm.max_map_count): 1 TB of values of 100 bytes takes 44,000 for heap and index. Smaller segments would
     * need more mappings; larger ones would waste more space, since a handful of segments is never full. The journal
     * has room for a batch that changes every segment.
     */
    public static final TableShape DEFAULT = new TableShape(32 << 20, 16 << 20, 4 << 20, 1 << 16);

    private static final int MIN_SEGMENT_LENGTH = 4096;
    /** Length of the header and the buckets of an empty table. */
    private static final int MIN_BUCKET_FILE_LENGTH = TableFileHeader.LENGTH + 16 * BucketDescriptor.LENGTH;

    public TableShape {
        if (Integer.bitCount(segmentLength) != 1
                || segmentLength < MIN_SEGMENT_LENGTH
                || bucketFileLength < MIN_BUCKET_FILE_LENGTH
                || bucketFileLength % BucketDescriptor.LENGTH != 0
                || journalLength % BucketDescriptor.LENGTH != 0
                || segmentLimit < 2
                || segmentLimit % 2 != 0
                || journalLength < 2 * JournalDescriptor.length(segmentLimit, 1)
                || segmentLimit * (long) segmentLength / HeapRecordDescriptor.ALIGNMENT
                        > 1L << SlotDescriptor.POSITION_BITS) {
            throw new IllegalArgumentException("a table cannot have segments of " + segmentLength + " bytes, "
                    + segmentLimit + " of them, bucket files of " + bucketFileLength + " and a journal of "
                    + journalLength);
        }
    }
}
