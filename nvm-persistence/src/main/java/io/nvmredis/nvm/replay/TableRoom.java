package io.nvmredis.nvm.replay;

import io.nvmredis.nvm.format.TableShape;
import io.nvmredis.nvm.pmem.PmemDirectory;
import io.nvmredis.nvm.table.Table;
import io.nvmredis.spi.Refusal;
import org.jspecify.annotations.Nullable;

/**
 * Whether there is room in the table for more data, and for all that has been acknowledged and not yet applied.
 *
 * <p>What is acknowledged must always fit, so data are refused early, by what they may come to need:
 *
 * <ul>
 *   <li>{@value #TABLE_BYTES_PER_LOG_BYTE} bytes for each byte of records in the log. A heap record has 8 bytes of header
 *       more than a log record for a whole value and 40 for a change, at most about twice the log record; the growing
 *       index adds some 16 bytes a key; and a chain that is folded is written once more, which the bytes of its changes
 *       pay for. A transaction of many small changes of many keys, all in one log record, may need more: it is rare, and
 *       is what the reserve is for besides.
 *   <li>A reserve of {@value #RESERVE_SEGMENTS} segments: the head's rest, which a record may be too long for, the one
 *       that the cleaner moves records to, the free one that removals may take on a full disk, and one to spare; and of
 *       two files of buckets, one for the index, one for its overflow.
 * </ul>
 *
 * <p>If it is not enough all the same, because others fill the disk, replay waits for room, and nothing is lost.
 *
 * <p>The capacity is kept by refusing alone: the table itself may exceed it rather than not take what is acknowledged.
 * Written by the replaying thread, read by anyone.
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
     * The room in a table; none until it is looked at.
     *
     * @param capacityBytes that its files may take, {@link Long#MAX_VALUE} if there is no limit but the file system's
     */
    public TableRoom(PmemDirectory directory, Table table, TableShape shape, long capacityBytes) {
        this.directory = directory;
        this.table = table;
        this.capacityBytes = capacityBytes;
        this.reserveBytes = (long) RESERVE_SEGMENTS * shape.segmentLength() + 2L * shape.bucketFileLength();
    }

    /** Looks at the table and the file system. The replaying thread. */
    public void refresh() {
        tableBytes = table.statistics().usedBytes();
        usableBytes = directory.usableBytes();
    }

    /** Bytes of the table's files, when last looked at. */
    long tableBytes() {
        return tableBytes;
    }

    /** Whether any limit but the file system's has been set. */
    boolean hasCapacity() {
        return capacityBytes != Long.MAX_VALUE;
    }

    long capacityBytes() {
        return capacityBytes;
    }

    /** Why so many bytes more cannot be taken, or null if they can. */
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

    /** The refusal of what there is no room for. */
    static Refusal refusal(String shortage) {
        return new Refusal(
                Refusal.Kind.OUT_OF_SPACE, "command not allowed when used memory > 'nvm-capacity'. " + shortage);
    }
}
