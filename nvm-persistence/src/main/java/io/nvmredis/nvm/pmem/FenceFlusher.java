package io.nvmredis.nvm.pmem;

import java.lang.invoke.VarHandle;

/** Orders stores and writes nothing back: the {@code emulated} domain uses it where libpmem is not installed. */
final class FenceFlusher implements LineFlusher {

    @Override
    public void flush(PersistSite site, PmemRegion region, int offset, int length) {
        // The page cache has the bytes already, and survives a process crash.
    }

    @Override
    public void drain(PersistSite site) {
        VarHandle.fullFence();
    }
}
