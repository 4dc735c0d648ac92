package io.nvmredis.nvm.format;

/** Segment of the heap: the header of a table's file, then records to the end. */
public final class HeapDescriptor {
    /** "NVMRHEAP", read as a little-endian number. Guards against taking a foreign file for ours. */
    public static final long MAGIC = 0x5041_4548_524d_564eL;

    /** Version of the files of the heap. Guards against misreading the bytes of another version. */
    public static final int VERSION = 1;

    /** Offset of the first record. It is not zero, so no record has position zero, which an empty slot has. */
    public static final int RECORDS_OFFSET = TableFileHeader.LENGTH;

    private HeapDescriptor() {}

    /**
     * Returns the number with which a record's checksum begins, so that no bytes of another table or of an earlier use
     * validate.
     */
    public static long salt(long tableId, long epoch) {
        return tableId ^ epoch;
    }
}
