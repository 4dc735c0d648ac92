package io.nvmredis.nvm.pmem;

/**
 * Writes cache lines back with CLWB and waits with SFENCE, or with the instructions that libpmem finds on this
 * processor instead.
 */
final class LibpmemFlusher implements LineFlusher {
    private final Libpmem.Functions libpmem;

    LibpmemFlusher(Libpmem.Functions libpmem) {
        this.libpmem = libpmem;
    }

    @Override
    public void flush(PersistSite site, PmemRegion region, int offset, int length) {
        libpmem.pmem_flush(region.address() + offset, length);
    }

    @Override
    public void drain(PersistSite site) {
        libpmem.pmem_drain();
    }

    @Override
    public boolean needsAddress() {
        return true;
    }
}
