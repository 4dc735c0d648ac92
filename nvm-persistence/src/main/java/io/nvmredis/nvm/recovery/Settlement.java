package io.nvmredis.nvm.recovery;

import io.nvmredis.nvm.format.SegmentDescriptor;
import io.nvmredis.nvm.log.LogSegment;
import io.nvmredis.nvm.pmem.PersistSite;
import io.nvmredis.nvm.pmem.PmemRegion;
import java.util.List;

/**
 * Persists again the bytes that recovery has read, before any client is shown them.
 *
 * <p>After the death of the process alone, recovery reads the bytes in the processor's and the page cache: they may be
 * records, or zeroes over a torn tail, that were never persisted. To report them as durable would be wrong, and the
 * next record would claim it for ever.
 */
final class Settlement {
    private static final int CHUNK_LENGTH = 64 << 10;

    private final byte[] chunk = new byte[CHUNK_LENGTH];

    /**
     * Persists everything from a place to the end of the last segment, high-water marks included.
     *
     * @param from first record of which nothing says that it was durable, or the tail
     * @param tail place of the next record
     */
    void persist(List<LogSegment> segments, LogPlace from, LogPlace tail) {
        for (int i = from.segmentIndex(); i < segments.size(); i++) {
            PmemRegion region = segments.get(i).region();
            int start = i == from.segmentIndex() ? from.offset() : SegmentDescriptor.RECORDS_OFFSET;
            if (i < tail.segmentIndex()) {
                storeAgain(region, start, region.length());
            } else if (i == tail.segmentIndex()) {
                storeAgain(region, start, tail.offset());
            }
            region.flush(PersistSite.RECOVERED, start, region.length() - start);
            // The mark of a process that was killed may be only in caches.
            storeAgain(region, SegmentDescriptor.HIGH_WATER_OFFSET, SegmentDescriptor.MARKS_END);
            region.flush(PersistSite.RECOVERED_HIGH_WATER, SegmentDescriptor.HIGH_WATER_OFFSET, 2 * Long.BYTES);
        }
        // See PersistSite.RECOVERED; no reply has been sent since this process began.
        segments.get(segments.size() - 1).region().drain(PersistSite.RECOVERED);
    }

    /**
     * Stores bytes again, unchanged: a page whose write-back has failed counts as clean, and a sync alone would not
     * write it.
     */
    private void storeAgain(PmemRegion region, int start, int end) {
        for (int offset = start; offset < end; offset += CHUNK_LENGTH) {
            int length = Math.min(CHUNK_LENGTH, end - offset);
            region.getBytes(offset, chunk, 0, length);
            region.putBytes(offset, chunk, 0, length);
        }
    }
}
