package io.nvmredis.nvm.pmem;

import io.nvmredis.spi.errors.PersistenceException;
import java.io.UncheckedIOException;
import java.nio.MappedByteBuffer;

/**
 * Persists a MAP_SYNC mapping with {@link MappedByteBuffer#force(int, int)}: the JVM writes the cache lines back.
 *
 * <p>A flush already waits, so a drain has nothing left to wait for.
 */
@FlushesMemory
final class ForceFlusher implements LineFlusher {

    @Override
    public void flush(PersistSite site, PmemRegion region, int offset, int length) {
        force(region, offset, length);
    }

    /** Returns when a range is durable: for a mapping without MAP_SYNC it calls msync(2). */
    static void force(PmemRegion region, int offset, int length) {
        try {
            ((MappedByteBuffer) region.buffer()).force(offset, length);
        } catch (UncheckedIOException e) {
            throw new PersistenceException(
                    region.path() + ": bytes " + offset + " to " + (offset + length) + " could not be made durable: "
                            + e.getMessage(),
                    e);
        }
    }

    @Override
    public void drain(PersistSite site) {
        // The flush has waited.
    }
}
