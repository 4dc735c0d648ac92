package io.nvmredis.nvm.format;

/** A segment of the heap: the header of a table's file, then records to the end. */
public final class HeapDescriptor {
    /** "NVMRHEAP", read as a little-endian number. Guards against taking a foreign file for ours. */
    public static final long MAGIC = 0x5041_4548_524d_564eL;

    /** Of the files of the heap. Guards against misreading the bytes of another version. */
    public static final int VERSION = 1;

    /** Where the first record begins. Never a position of zero, which an empty slot has. */
    public static final int RECORDS_OFFSET = TableFileHeader.LENGTH;

    private HeapDescriptor() {}

    /** What a record's checksum begins with, so that no byte of another table or of an earlier use validates. */
    public static long salt(long tableId, long epoch) {
        return tableId ^ epoch;
    }
}
