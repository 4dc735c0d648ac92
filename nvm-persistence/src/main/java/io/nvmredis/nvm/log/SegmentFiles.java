package io.nvmredis.nvm.log;

import io.nvmredis.nvm.format.LogFileNames;
import io.nvmredis.nvm.format.SegmentDescriptor;
import io.nvmredis.nvm.pmem.PersistSite;
import io.nvmredis.nvm.pmem.PmemDirectory;
import io.nvmredis.nvm.pmem.PmemRegion;

/** Makes the files of segments. Any thread; one at a time for each epoch. */
public final class SegmentFiles {
    private final PmemDirectory directory;
    private final long logId;
    private final int segmentLength;

    public SegmentFiles(PmemDirectory directory, long logId, int segmentLength) {
        this.directory = directory;
        this.logId = logId;
        this.segmentLength = segmentLength;
    }

    /** Bytes for records in each. */
    public int capacity() {
        return LogSegment.capacity(segmentLength);
    }

    public int segmentLength() {
        return segmentLength;
    }

    /**
     * Makes an empty segment of a new epoch out of one that is no part of the log any more. Its old bytes stay: under the
     * new epoch's salt none of them is a record.
     *
     * <p>Until the new name is durable, the file is found under its old name or the temporary one, with a header of any
     * content, and deleted unseen: the superblock, durable before this is called, says that the log begins behind it.
     */
    LogSegment recycle(LogSegment old, long epoch) {
        String name = LogFileNames.segment(epoch);
        String temporary = LogFileNames.temporary(name);
        PmemRegion region = old.region();
        directory.delete(temporary);
        directory.rename(LogFileNames.segment(old.epoch()), temporary);
        try {
            SegmentDescriptor.write(region, logId, epoch);
            // A frontier of the earlier epoch would not check; the next one is not to begin as half of both.
            region.clear(SegmentDescriptor.FRONTIER_LSN_OFFSET, 2 * Long.BYTES);
            SegmentDescriptor.writeFirstHighWater(region, SegmentDescriptor.salt(logId, epoch));
            // Before: a file that is deleted unseen. After: a segment that only lacks its name.
            region.persist(PersistSite.RECYCLED_HEADER, 0, SegmentDescriptor.MARKS_END);
            directory.rename(temporary, name);
            // Before: any of the names, and no record in it yet. After: the segment is part of the log.
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

    /** Deletes a segment that is no part of the log any more. It may come back after a crash, and is deleted again. */
    void delete(LogSegment old) {
        old.close();
        directory.delete(LogFileNames.segment(old.epoch()));
    }

    /** See {@link PmemDirectory#usableBytes}. */
    public long usableBytes() {
        return directory.usableBytes();
    }

    /**
     * Makes an empty segment that a crash cannot undo: it has its name only when it is whole.
     *
     * @throws io.nvmredis.nvm.pmem.NoSpaceException if the disk is full; nothing is left behind then
     */
    public LogSegment create(long epoch) {
        String name = LogFileNames.segment(epoch);
        String temporary = LogFileNames.temporary(name);
        directory.delete(temporary);
        PmemRegion region = directory.create(temporary, segmentLength);
        try {
            // Before: a temporary file of any length. After: one of zeroes, full length, no block missing.
            directory.syncFile(PersistSite.SEGMENT_FILE, temporary);
            SegmentDescriptor.write(region, logId, epoch);
            SegmentDescriptor.writeFirstHighWater(region, SegmentDescriptor.salt(logId, epoch));
            // Before: a temporary file with any header. After: a segment that only lacks its name.
            region.persist(PersistSite.SEGMENT_HEADER, 0, SegmentDescriptor.MARKS_END);
            directory.rename(temporary, name);
            // Before: either name, and no record in it yet. After: the segment is part of the log.
            directory.sync(PersistSite.SEGMENT_NAME);
            return new LogSegment(region, logId, epoch);
        } catch (RuntimeException | Error e) {
            region.close();
            // Under either name: nothing has been written to it, and its epoch is to be tried again.
            directory.delete(temporary);
            directory.delete(name);
            throw e;
        }
    }
}
