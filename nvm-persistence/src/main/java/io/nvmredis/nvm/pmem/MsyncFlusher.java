package io.nvmredis.nvm.pmem;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Persists with msync(2), called by {@link ForceFlusher#force}: a flush notes the range, and a drain makes
 * one call for each file with a noted range, from its first byte to its last. A call waits for the disk, some hundred
 * microseconds, however few pages it writes; pages in between that have not changed cost nothing.
 *
 * <p>Threads: any; each drains what it has flushed itself. Allocates for the first flush of a thread.
 */
final class MsyncFlusher implements LineFlusher {
    /** Makes the pages of a range durable. */
    interface Sync {
        void sync(PmemRegion region, int offset, int length);
    }

    private final ThreadLocal<Ranges> flushed = ThreadLocal.withInitial(Ranges::new);
    private final Sync sync;

    MsyncFlusher() {
        this(ForceFlusher::force);
    }

    /** A flusher with another call in the place of msync(2), for tests. */
    MsyncFlusher(Sync sync) {
        this.sync = sync;
    }

    @Override
    public void flush(PersistSite site, PmemRegion region, int offset, int length) {
        if (length > 0) {
            flushed.get().add(region, offset, offset + length);
        }
    }

    @Override
    public void drain(PersistSite site) {
        flushed.get().persist(sync);
    }

    @Override
    public void readAhead(PmemRegion region, int offset, int length) {
        Libc.readAhead(region.buffer(), offset, length);
    }

    /** Ranges that one thread has flushed and not drained, one of each region. */
    private static final class Ranges {
        private @Nullable PmemRegion[] regions = new PmemRegion[8];
        private int[] begins = new int[8];
        private int[] ends = new int[8];
        private int count;

        void add(PmemRegion region, int begin, int end) {
            for (int i = count - 1; i >= 0; i--) {
                if (regions[i] == region) {
                    begins[i] = Math.min(begins[i], begin);
                    ends[i] = Math.max(ends[i], end);
                    return;
                }
            }
            if (count == regions.length) {
                regions = Arrays.copyOf(regions, 2 * count);
                begins = Arrays.copyOf(begins, 2 * count);
                ends = Arrays.copyOf(ends, 2 * count);
            }
            regions[count] = region;
            begins[count] = begin;
            ends[count] = end;
            count++;
        }

        /** Makes the ranges durable. Those for which that fails, and those after them, are kept. */
        void persist(Sync sync) {
            int done = 0;
            try {
                for (; done < count; done++) {
                    PmemRegion region = regions[done];
                    // A region that was closed in between is of a file whose making has failed.
                    if (region != null && !region.isClosed()) {
                        sync.sync(region, begins[done], ends[done] - begins[done]);
                    }
                }
            } finally {
                remove(done);
            }
        }

        private void remove(int done) {
            int kept = count - done;
            System.arraycopy(regions, done, regions, 0, kept);
            System.arraycopy(begins, done, begins, 0, kept);
            System.arraycopy(ends, done, ends, 0, kept);
            Arrays.fill(regions, kept, count, null);
            count = kept;
        }
    }
}
