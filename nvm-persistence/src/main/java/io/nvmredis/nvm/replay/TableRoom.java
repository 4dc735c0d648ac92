package io.nvmredis.nvm.replay;

import io.nvmredis.nvm.format.TableShape;
import io.nvmredis.nvm.pmem.PmemDirectory;
import io.nvmredis.nvm.table.Table;
import io.nvmredis.spi.Refusal;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether there is room in the table for more data, besides all transactions that have been acknowledged and
 * not yet applied.
 *
 * <p>Acknowledged transactions must always fit, so data are refused early, by the space that they may come to need:
 *
 * <ul>
 *   <li>{@value #TABLE_BYTES_PER_LOG_BYTE} bytes per byte of records in the log. A heap record has a header that is
 *       longer than a log record's, by 8 bytes for a whole value and by 40 for a change, and takes at most about twice
 *       the log record; the growing index adds about 16 bytes per key; and a chain that is folded is written once more,
 *       which the bytes of its changes pay for. A transaction of many small changes of many keys, all in one log
 *       record, may need more: it is rare, and the reserve is also for it.
 *   <li>A reserve of {@value #RESERVE_SEGMENTS} segments: one for the rest of the head, which may be too short for a
 *       record, one that the cleaner moves records to, the free one that removals may take on a full disk, and one to
 *       spare; and of two files of buckets, one for the index, one for its overflow.
 * </ul>
 *
 * <p>If the space is not enough all the same, because other processes fill the disk, replay waits for room, and nothing
 * is lost.
 *
 * <p>Only refusals enforce the capacity: the table itself exceeds it rather than not take acknowledged transactions.
 * The replaying thread writes the fields, any thread reads them.
 */
public final class TableRoom {
    private static final int TABLE_BYTES_PER_LOG_BYTE = 3;
    private static final int RESERVE_SEGMENTS = 4;

    private final PmemDirectory directory;
    private final Table table;
    private final long capacityBytes;
    private final long reserveBytes;
    private volatile long tableBytes;
    private volatile long usableBytes;

    /**
     * Creates the room of a table; there is none until {@link #refresh}.
     *
     * @param capacityBytes most bytes that the table's files may take, {@link Long#MAX_VALUE} if only the file system
     *     limits them
     */
    public TableRoom(PmemDirectory directory, Table table, TableShape shape, long capacityBytes) {
        this.directory = directory;
        this.table = table;
        this.capacityBytes = capacityBytes;
        this.reserveBytes = (long) RESERVE_SEGMENTS * shape.segmentLength() + 2L * shape.bucketFileLength();
    }

    /** Updates the sizes from the table and the file system. Called by the replaying thread. */
    public void refresh() {
        tableBytes = table.statistics().usedBytes();
        usableBytes = directory.usableBytes();
    }

    /** Returns the bytes of the table's files at the last {@link #refresh}. */
    long tableBytes() {
        return tableBytes;
    }

    /** Returns whether a limit other than the file system's has been set. */
    boolean hasCapacity() {
        return capacityBytes != Long.MAX_VALUE;
    }

    long capacityBytes() {
        return capacityBytes;
    }

    /** Returns the reason why {@code payloadBytes} more cannot be taken, or null if they can. */
    @Nullable
    Refusal refusal(long payloadBytes, long backlogBytes) {
        long needed = reserveBytes + TABLE_BYTES_PER_LOG_BYTE * (backlogBytes + payloadBytes);
        if (needed <= Math.min(capacityBytes - tableBytes, usableBytes)) {
            return null;
        }
        String limit = needed > capacityBytes - tableBytes
                ? "the table takes " + tableBytes + " bytes of " + capacityBytes
                : "the file system has " + usableBytes + " bytes left";
        return refusal(limit + ", and " + needed + " more may be needed for what is under way; delete keys, or "
                + (needed > capacityBytes - tableBytes ? "raise nvm-capacity" : "free some space"));
    }

    /** Returns the refusal of data for which there is no room. */
    static Refusal refusal(String shortage) {
        return new Refusal(
                Refusal.Kind.OUT_OF_SPACE, "command not allowed when used memory > 'nvm-capacity'. " + shortage);
    }
}
