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

    /** Returns when everything that this thread has flushed is durable. */
    void drain(PersistSite site);

    /** Starts to read a whole region into memory, where that takes a disk, since it is about to be read. */
    default void readAhead(PmemRegion region) {}

    /** Returns whether the flusher needs the {@link PmemRegion#address address} of regions. */
    default boolean needsAddress() {
        return false;
    }

    /** Returns the bytes of the cache lines that hold a range of a region; regions begin with a line. */
    static long bytesOfLines(int offset, int length) {
        if (length == 0) {
            return 0;
        }
        long firstLine = offset / PmemRegion.LINE_LENGTH;
        long lastLine = (offset + (long) length - 1) / PmemRegion.LINE_LENGTH;
        return (lastLine - firstLine + 1) * PmemRegion.LINE_LENGTH;
    }
}
