package io.nvmredis.nvm.heap;

import io.nvmredis.nvm.format.CheckedWord;
import io.nvmredis.nvm.format.TableDescriptor;
import io.nvmredis.nvm.format.TableFileHeader;
import io.nvmredis.nvm.pmem.PersistSite;
import io.nvmredis.nvm.pmem.PmemRegion;

/**
 * Words of the table's own file, each stored and read whole. Only the writer changes them; any thread may read a word.
 */
public final class TableState implements AutoCloseable {
    private final PmemRegion region;

    public TableState(PmemRegion region) {
        this.region = region;
    }

    public PmemRegion region() {
        return region;
    }

    /** Returns the version of the table's format. */
    public int version() {
        return TableFileHeader.version(region);
    }

    /** Returns whether the table must be converted before anything is written to it. */
    public boolean isOld() {
        return version() == TableDescriptor.FIRST_VERSION;
    }

    /**
     * Returns the value of a word.
     *
     * @throws io.nvmredis.spi.errors.PersistenceException if its check does not fit
     */
    public long get(int offset, String what) {
        return CheckedWord.verified(region.getLongAcquire(offset), region.path(), offset, what);
    }

    /** Stores a word, which is not durable before it is persisted. */
    public void put(int offset, long value) {
        region.putLongRelease(offset, CheckedWord.of(value));
    }

    /** Stores a word and makes it durable. */
    public void persist(PersistSite site, int offset, long value) {
        put(offset, value);
        region.persist(site, offset, Long.BYTES);
    }

    /**
     * Stores a range again, unchanged, and flushes it: after a process crash it may not be on the medium, and a page
     * whose write-back has failed counts as clean.
     */
    public void settle(int offset, int length) {
        byte[] bytes = new byte[length];
        region.getBytes(offset, bytes, 0, length);
        region.putBytes(offset, bytes, 0, length);
        region.flush(PersistSite.TABLE_SETTLED, offset, length);
    }

    @Override
    public void close() {
        region.close();
    }
}
