package io.nvmredis.nvm.pmem;

import java.util.concurrent.atomic.LongAdder;

/**
 * Counts the flushed bytes that had changed, in whole lines, which are what the medium has been given to write, and in
 * whole blocks, which are what a medium writes that knows no smaller unit. Any thread; allocates nothing.
 */
final class CountingFlusher implements LineFlusher {
    private final LineFlusher flusher;
    private final LongAdder lineBytes = new LongAdder();
    private final LongAdder blockBytes = new LongAdder();

    CountingFlusher(LineFlusher flusher) {
        this.flusher = flusher;
    }

    @Override
    public void flush(PersistSite site, PmemRegion region, int offset, int length) {
        flusher.flush(site, region, offset, length);
        lineBytes.add(LineFlusher.bytesOfLines(offset, length));
        blockBytes.add(LineFlusher.bytesOfUnits(offset, length, PmemRegion.BLOCK_LENGTH));
    }

    @Override
    public void flushChanged(
            PersistSite site, PmemRegion region, int offset, int length, int lineCount, int blockCount) {
        flusher.flushChanged(site, region, offset, length, lineCount, blockCount);
        lineBytes.add((long) lineCount * PmemRegion.LINE_LENGTH);
        blockBytes.add((long) blockCount * PmemRegion.BLOCK_LENGTH);
    }

    @Override
    public void drain(PersistSite site) {
        flusher.drain(site);
    }

    @Override
    public void readAhead(PmemRegion region, int offset, int length) {
        flusher.readAhead(region, offset, length);
    }

    @Override
    public boolean needsAddress() {
        return flusher.needsAddress();
    }

    /** Returns the bytes of the lines flushed so far. */
    long flushedBytes() {
        return lineBytes.sum();
    }

    /** Returns the bytes of the blocks flushed so far. */
    long flushedBlockBytes() {
        return blockBytes.sum();
    }
}
