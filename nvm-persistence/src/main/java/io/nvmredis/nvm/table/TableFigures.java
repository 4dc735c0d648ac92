package io.nvmredis.nvm.table;

import io.nvmredis.nvm.format.FindingList;
import io.nvmredis.nvm.format.TableDescriptor;
import io.nvmredis.nvm.heap.SegmentReader;
import io.nvmredis.nvm.pmem.PmemDirectory;
import io.nvmredis.spi.errors.PersistenceException;

/** Figures of a table: how its index is filled, and how much of its segments is live. Reads the buckets, no record. */
public final class TableFigures {
    /** Groups of segments by the part of them that is live: 0 to 9 %, 10 to 19 % … */
    public static final int LIVE_GROUPS = 10;

    private final IndexShape index;
    private final long bucketCount;
    private final long overflowCount;
    private final long checkpointLsn;
    private final int[] segmentsByLive = new int[LIVE_GROUPS];
    private long recordBytes;
    private long liveBytes;
    private int segmentCount;
    private int largeCount;

    private TableFigures(TableParts parts) {
        IndexWalk walk = new IndexWalk(parts, new FindingList(), (slot, bucket, array, at, place) -> {});
        walk.walk();
        this.index = walk.shape();
        this.bucketCount = parts.word(TableDescriptor.BUCKET_COUNT_OFFSET);
        this.overflowCount = parts.word(TableDescriptor.OVERFLOW_COUNT_OFFSET);
        this.checkpointLsn = parts.word(TableDescriptor.CHECKPOINT_OFFSET);
        for (int number = 0; number < parts.segmentLimit(); number++) {
            SegmentReader segment = parts.segment(number);
            if (segment != null) {
                add(segment, parts.live(number), parts.shape().segmentLength());
            }
        }
    }

    /**
     * Reads the figures of the table in a directory.
     *
     * @throws PersistenceException if its own file cannot be read
     */
    public static TableFigures of(PmemDirectory directory) {
        FindingList findings = new FindingList();
        TableParts parts = TableParts.open(directory, findings);
        if (parts == null || parts.state().isOld()) {
            throw new PersistenceException("the table in " + directory.pathOf("") + " cannot be read; run check on it");
        }
        return new TableFigures(parts);
    }

    private void add(SegmentReader segment, long live, int ordinaryLength) {
        segmentCount++;
        largeCount += segment.length() == ordinaryLength ? 0 : 1;
        recordBytes += segment.end();
        liveBytes += live;
        segmentsByLive[(int) Math.min(LIVE_GROUPS - 1, live * LIVE_GROUPS / segment.length())]++;
    }

    public IndexShape index() {
        return index;
    }

    public long bucketCount() {
        return bucketCount;
    }

    /** Returns the number of overflow buckets, those that nothing links to included. */
    public long overflowCount() {
        return overflowCount;
    }

    public long checkpointLsn() {
        return checkpointLsn;
    }

    /** Returns the bytes of all records in segments in use, dead or alive. */
    public long recordBytes() {
        return recordBytes;
    }

    public long liveBytes() {
        return liveBytes;
    }

    /** Returns the number of segments in use. */
    public int segmentCount() {
        return segmentCount;
    }

    /** Returns the number of segments in use that are for one record each. */
    public int largeCount() {
        return largeCount;
    }

    /** Returns the number of segments of which so many tenths of the file are live bytes. */
    public int segmentsByLive(int tenth) {
        return segmentsByLive[tenth];
    }
}
