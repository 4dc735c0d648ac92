package io.nvmredis.nvm.pmem;

/**
 * How a persistence domain moves bytes from the caches, of the processor or of the kernel, to where they are durable.
 *
 * <p>Failures are thrown as {@link io.nvmredis.spi.PersistenceException}. Allocates nothing.
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
}
