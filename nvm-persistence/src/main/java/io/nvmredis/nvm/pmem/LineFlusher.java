package io.nvmredis.nvm.pmem;

/**
 * How a persistence domain moves bytes from the caches, of the processor or of the kernel, to where they are durable.
 *
 * <p>Failures are thrown as {@link io.nvmredis.spi.errors.PersistenceException}. Allocates nothing.
 */
public interface LineFlusher {

    /** Starts the write-back of the cache lines that hold this range. */
    void flush(PersistSite site, PmemRegion region, int offset, int length);

    /** Returns when everything that this thread has flushed is durable. */
    void drain(PersistSite site);

    /** Whether regions have to tell it their {@link PmemRegion#address address}. */
    default boolean needsAddress() {
        return false;
    }

    /** How many bytes the cache lines have that hold a range; the range begins in a region, which begins with a line. */
    static long bytesOfLines(int offset, int length) {
        if (length == 0) {
            return 0;
        }
        long firstLine = offset / PmemRegion.LINE_LENGTH;
        long lastLine = (offset + (long) length - 1) / PmemRegion.LINE_LENGTH;
        return (lastLine - firstLine + 1) * PmemRegion.LINE_LENGTH;
    }
}
