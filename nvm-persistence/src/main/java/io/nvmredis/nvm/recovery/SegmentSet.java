package io.nvmredis.nvm.recovery;

import io.nvmredis.nvm.format.Damage;
import io.nvmredis.nvm.format.HeaderState;
import io.nvmredis.nvm.format.LogFileNames;
import io.nvmredis.nvm.format.SegmentDescriptor;
import io.nvmredis.nvm.format.Superblock;
import io.nvmredis.nvm.log.LogSegment;
import io.nvmredis.nvm.pmem.PmemDirectory;
import io.nvmredis.nvm.pmem.PmemRegion;
import io.nvmredis.nvm.recovery.StoreDecision.SegmentsState;
import io.nvmredis.spi.errors.PersistenceException;
import java.util.ArrayList;
import java.util.List;

/** Segment files of a directory, before and after they are opened. */
final class SegmentSet {
    /** Epoch of a log's very first segment. */
    static final long FIRST_EPOCH = 1;

    private final PmemDirectory directory;
    private final List<Long> epochs;

    SegmentSet(PmemDirectory directory) {
        this.directory = directory;
        this.epochs = directory.list().stream()
                .map(LogFileNames::epochOf)
                .filter(epoch -> epoch >= 0)
                .sorted()
                .toList();
    }

    SegmentsState state() {
        if (epochs.isEmpty()) {
            return SegmentsState.NONE;
        }
        return epochs.equals(List.of(FIRST_EPOCH)) && firstIsEmpty()
                ? SegmentsState.FIRST_EMPTY
                : SegmentsState.PRESENT;
    }

    /**
     * Returns whether the first segment has its header, its high-water mark and nothing else, so that deleting it loses
     * no data.
     */
    private boolean firstIsEmpty() {
        String name = LogFileNames.segment(FIRST_EPOCH);
        if (!hasPlausibleLength(name)) {
            return false;
        }
        try (PmemRegion region = directory.open(name)) {
            return SegmentDescriptor.state(region) == HeaderState.VALID
                    && isZero(region, SegmentDescriptor.LENGTH, SegmentDescriptor.HIGH_WATER_OFFSET)
                    && isZero(region, SegmentDescriptor.MARKS_END, region.length());
        }
    }

    private static boolean isZero(PmemRegion region, int start, int end) {
        for (int offset = start; offset < end; offset += Long.BYTES) {
            if (region.getLong(offset) != 0) {
                return false;
            }
        }
        return true;
    }

    private boolean hasPlausibleLength(String name) {
        return hasPlausibleLength(directory, name);
    }

    private static boolean hasPlausibleLength(PmemDirectory directory, String name) {
        long length = directory.length(name);
        return length > SegmentDescriptor.RECORDS_OFFSET && length <= 1L << 30 && length % Long.BYTES == 0;
    }

    /**
     * Opens all segments of the log, by epoch. Those before its beginning are not opened.
     *
     * @throws PersistenceException if a segment is missing, foreign or damaged; none is left open then
     */
    List<LogSegment> open(Superblock superblock) {
        List<LogSegment> opened = new ArrayList<>();
        try {
            long expected = superblock.firstEpoch();
            for (long epoch : epochs) {
                if (epoch < superblock.firstEpoch()) {
                    continue;
                }
                requireNext(expected, epoch);
                opened.add(open(directory, superblock, epoch));
                expected++;
            }
            if (opened.isEmpty()) {
                throw Damage.damaged(
                        directory.pathOf(LogFileNames.segment(expected)), 0, "the first segment", "no file");
            }
            return opened;
        } catch (RuntimeException e) {
            opened.forEach(LogSegment::close);
            throw e;
        }
    }

    /** Deletes the segments before the log's beginning. */
    void deleteBefore(long firstEpoch) {
        epochs.stream()
                .filter(epoch -> epoch < firstEpoch)
                .map(LogFileNames::segment)
                .forEach(directory::delete);
    }

    private void requireNext(long expected, long actual) {
        if (actual != expected) {
            throw Damage.damaged(
                    directory.pathOf(LogFileNames.segment(Math.min(expected, actual))),
                    0,
                    "segments without a gap from epoch " + expected + " on",
                    "epoch " + actual);
        }
    }

    /** Opens a segment, and checks its header. */
    static LogSegment open(PmemDirectory directory, Superblock superblock, long epoch) {
        String name = LogFileNames.segment(epoch);
        if (!hasPlausibleLength(directory, name)) {
            long length = directory.length(name);
            throw Damage.damaged(directory.pathOf(name), length, "a whole segment", "a file of " + length + " bytes");
        }
        PmemRegion region = directory.open(name);
        try {
            SegmentDescriptor.verify(region, superblock.logId(), epoch);
            region.readAhead();
            return new LogSegment(region, superblock.logId(), epoch);
        } catch (RuntimeException e) {
            region.close();
            throw e;
        }
    }
}
