package io.nvmredis.nvm.heap;

import io.nvmredis.nvm.pmem.PmemRegion;

/** Segment of the heap that is read whole, one record after the other, while nobody writes. One thread. */
public final class SegmentReader {
    private final HeapSegment segment;
    private final int end;

    /**
     * Makes a reader of a segment whose header has been verified.
     *
     * @param end offset behind its last record
     */
    public SegmentReader(int number, PmemRegion region, long tableId, long epoch, int end) {
        this.segment = new HeapSegment(number, region, tableId, epoch);
        this.end = end;
    }

    public int number() {
        return segment.number();
    }

    public String path() {
        return segment.region().path();
    }

    /** Returns the length of the file. */
    public int length() {
        return segment.region().length();
    }

    /** Returns the offset behind the last record. */
    public int end() {
        return end;
    }

    /** Starts to read all records into memory, where they may be on a disk. */
    public void readAhead() {
        segment.region().readAhead(0, end);
    }

    /**
     * Reads header and key of the record at an offset.
     *
     * @throws io.nvmredis.spi.errors.PersistenceException naming the place, if there is no good record
     */
    public void read(int offset, HeapRecord record) {
        RecordCodec.read(segment, offset, record);
    }

    /**
     * Reads header and key of a record whose checksum does not fit, to guess its key.
     *
     * @throws io.nvmredis.spi.errors.PersistenceException if not even the lengths can be right
     */
    public void readUnchecked(int offset, HeapRecord record) {
        RecordCodec.readUnchecked(segment, offset, record);
    }
}
