package io.nvmredis.nvm.log;

import io.nvmredis.nvm.format.LogFileNames;
import io.nvmredis.nvm.format.SegmentDescriptor;
import io.nvmredis.nvm.pmem.PersistSite;
import io.nvmredis.nvm.pmem.PmemDirectory;
import io.nvmredis.nvm.pmem.PmemRegion;

/** Makes the files of log segments. Any thread; one at a time per epoch. */
public final class SegmentFiles {
    private final PmemDirectory directory;
    private final long logId;
    private final int segmentLength;

    public SegmentFiles(PmemDirectory directory, long logId, int segmentLength) {
        this.directory = directory;
        this.logId = logId;
        this.segmentLength = segmentLength;
    }

    /** Returns the bytes for records in each segment. */
    public int capacity() {
        return LogSegment.capacity(segmentLength);
    }

    public int segmentLength() {
        return segmentLength;
    }

    /**
     * Makes an empty segment of a new epoch from one that is no part of the log any more. Its old bytes stay: under the
     * new epoch's salt none of them is a record.
     *
     * <p>A crash before the new name is durable leaves the file under its old name or the temporary one, with a header
     * of any content. The next open deletes it without reading it, because the superblock, which is durable before this
     * method is called, says that the log begins behind it.
     */
    LogSegment recycle(LogSegment old, long epoch) {
        String name = LogFileNames.segment(epoch);
        String temporary = LogFileNames.temporary(name);
        PmemRegion region = old.region();
        directory.delete(temporary);
        directory.rename(LogFileNames.segment(old.epoch()), temporary);
        try {
            SegmentDescriptor.write(region, logId, epoch);
            // A frontier of the earlier epoch would not check; it is cleared so that a torn new one is never a mixture
            // of both.
            region.clear(SegmentDescriptor.FRONTIER_LSN_OFFSET, 2 * Long.BYTES);
            SegmentDescriptor.writeFirstHighWater(region, SegmentDescriptor.salt(logId, epoch));
            // A crash before this leaves a file that the next open deletes without reading it; a crash after it leaves
            // a segment that only lacks its name.
            region.persist(PersistSite.RECYCLED_HEADER, 0, SegmentDescriptor.MARKS_END);
            directory.rename(temporary, name);
            // A crash before this leaves the file under any of its names, with no record in it; a crash after it leaves
            // a segment that is part of the log.
            directory.sync(PersistSite.RECYCLED_NAME);
            region.rename(directory.pathOf(name));
            return new LogSegment(region, logId, epoch);
        } catch (RuntimeException | Error e) {
            region.close();
            directory.delete(temporary);
            directory.delete(name);
            throw e;
        }
    }

    /**
     * Deletes a segment that is no part of the log any more. A crash may bring it back; the next open deletes it again.
     */
    void delete(LogSegment old) {
        old.close();
        directory.delete(LogFileNames.segment(old.epoch()));
    }

    /** Returns the bytes that can still be allocated, see {@link PmemDirectory#usableBytes}. */
    public long usableBytes() {
        return directory.usableBytes();
    }

    /**
     * Makes an empty segment, durably: it gets its name only when it is whole.
     *
     * @throws io.nvmredis.nvm.pmem.NoSpaceException if the disk is full; nothing is left behind then
     */
    public LogSegment create(long epoch) {
        String name = LogFileNames.segment(epoch);
        String temporary = LogFileNames.temporary(name);
        directory.delete(temporary);
        PmemRegion region = directory.create(temporary, segmentLength);
        try {
            // A crash before this leaves a temporary file of any length; a crash after it leaves one of zeroes, of full
            // length and with all its blocks.
            directory.syncFile(PersistSite.SEGMENT_FILE, temporary);
            SegmentDescriptor.write(region, logId, epoch);
            SegmentDescriptor.writeFirstHighWater(region, SegmentDescriptor.salt(logId, epoch));
            // A crash before this leaves a temporary file with any header; a crash after it leaves a segment that only
            // lacks its name.
            region.persist(PersistSite.SEGMENT_HEADER, 0, SegmentDescriptor.MARKS_END);
            directory.rename(temporary, name);
            // A crash before this leaves the file under either name, with no record in it; a crash after it leaves a
            // segment that is part of the log.
            directory.sync(PersistSite.SEGMENT_NAME);
            return new LogSegment(region, logId, epoch);
        } catch (RuntimeException | Error e) {
            region.close();
            // Deleted under either name: nothing has been written to it, and its epoch will be tried again.
            directory.delete(temporary);
            directory.delete(name);
            throw e;
        }
    }
}
