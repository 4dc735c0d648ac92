package io.nvmredis.nvm.pmem;

import java.util.concurrent.atomic.LongAdder;

/**
 * Counts the flushed bytes, in whole lines, which are the bytes that the medium has been given to write. Any thread;
 * allocates nothing.
 */
final class CountingFlusher implements LineFlusher {
    private final LineFlusher flusher;
    private final LongAdder bytes = new LongAdder();

    CountingFlusher(LineFlusher flusher) {
        this.flusher = flusher;
    }

    @Override
    public void flush(PersistSite site, PmemRegion region, int offset, int length) {
        flusher.flush(site, region, offset, length);
        bytes.add(LineFlusher.bytesOfLines(offset, length));
    }

    @Override
    public void drain(PersistSite site) {
        flusher.drain(site);
    }

    @Override
    public void readAhead(PmemRegion region) {
        flusher.readAhead(region);
    }

    @Override
    public boolean needsAddress() {
        return flusher.needsAddress();
    }

    /** Returns the bytes flushed so far. */
    long flushedBytes() {
        return bytes.sum();
    }
}
