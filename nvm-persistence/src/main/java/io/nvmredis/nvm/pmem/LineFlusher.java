package io.nvmredis.nvm.pmem;

/**
 * Moves bytes from the caches of the processor or of the kernel to where they are durable, in the way of a persistence
 * domain.
 *
 * <p>Failures are thrown as {@link io.nvmredis.spi.errors.PersistenceException}. Allocates nothing.
 */
public interface LineFlusher {

    /** Starts the write-back of the cache lines that hold this range. */
    void flush(PersistSite site, PmemRegion region, int offset, int length);

    /**
     * Does what {@link #flush} does for a range of which only some lines have changed since they were flushed: the others
     * are not written to the medium again.
     *
     * @param lineCount number of lines that have changed
     * @param blockCount number of blocks of {@link PmemRegion#BLOCK_LENGTH} bytes with such a line
     */
    default void flushChanged(
            PersistSite site, PmemRegion region, int offset, int length, int lineCount, int blockCount) {
        flush(site, region, offset, length);
    }

    /** Returns when everything that this thread has flushed is durable. */
    void drain(PersistSite site);

    /** Starts to read a range into memory, where that takes a disk, since it is about to be read. */
    default void readAhead(PmemRegion region, int offset, int length) {}

    /** Returns whether the flusher needs the {@link PmemRegion#address address} of regions. */
    default boolean needsAddress() {
        return false;
    }

    /** Returns the bytes of the cache lines that hold a range of a region; regions begin with a line. */
    static long bytesOfLines(int offset, int length) {
        return bytesOfUnits(offset, length, PmemRegion.LINE_LENGTH);
    }

    /** Returns the bytes of the units of so many bytes that hold a range of a region; regions begin with a unit. */
    static long bytesOfUnits(int offset, int length, int unitLength) {
        if (length == 0) {
            return 0;
        }
        long first = offset / unitLength;
        long last = (offset + (long) length - 1) / unitLength;
        return (last - first + 1) * unitLength;
    }
}
