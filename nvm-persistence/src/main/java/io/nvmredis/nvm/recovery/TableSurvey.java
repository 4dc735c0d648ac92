package io.nvmredis.nvm.recovery;

import io.nvmredis.nvm.format.CheckedWord;
import io.nvmredis.nvm.format.Damage;
import io.nvmredis.nvm.format.HeaderState;
import io.nvmredis.nvm.format.LogFileNames;
import io.nvmredis.nvm.format.TableDescriptor;
import io.nvmredis.nvm.format.TableFileHeader;
import io.nvmredis.nvm.format.TableFileNames;
import io.nvmredis.nvm.format.TableShape;
import io.nvmredis.nvm.pmem.PmemDirectory;
import io.nvmredis.nvm.pmem.PmemRegion;
import io.nvmredis.nvm.recovery.OpenDecision.TableState;
import io.nvmredis.spi.errors.PersistenceException;
import java.util.List;

/**
 * Survey of the table before it is opened: whether there is one, for which log it was made, and its checkpoint. Changes
 * nothing.
 */
final class TableSurvey {
    private final PmemDirectory directory;
    private final boolean isAbsent;
    private boolean isUsable;
    private long tableId;
    private long checkpointLsn;
    private TableShape shape;

    /**
     * Inspects a directory.
     *
     * @param shape shape that a new table would get
     */
    TableSurvey(PmemDirectory directory, TableShape shape) {
        this.directory = directory;
        this.shape = shape;
        List<String> files = directory.list().stream()
                .filter(name -> TableFileNames.isTables(name) && !TableFileNames.isUnfinished(name))
                .toList();
        this.isAbsent = files.isEmpty() || files.equals(List.of(TableFileNames.index(0)));
        if (files.contains(TableFileNames.TABLE)) {
            read();
        }
    }

    private void read() {
        try (PmemRegion region = directory.open(TableFileNames.TABLE)) {
            isUsable = TableFileHeader.state(region, TableDescriptor.MAGIC) == HeaderState.VALID
                    && region.length() > TableDescriptor.SEGMENTS_OFFSET;
            if (isUsable) {
                tableId = TableFileHeader.tableId(region);
                shape = TableFileHeader.shape(region);
                checkpointLsn = CheckedWord.verified(
                        region.getLongAcquire(TableDescriptor.CHECKPOINT_OFFSET),
                        region.path(),
                        TableDescriptor.CHECKPOINT_OFFSET,
                        "the checkpoint");
            }
        }
    }

    TableState state(LogRecovery log) {
        if (isAbsent) {
            return TableState.ABSENT;
        }
        if (!isUsable) {
            return TableState.UNUSABLE;
        }
        if (tableId != log.logId()) {
            return TableState.OF_ANOTHER_LOG;
        }
        return checkpointLsn < log.firstLsn() - 1 ? TableState.ENDS_BEFORE_THE_LOG : TableState.REACHES_THE_LOG;
    }

    /** Returns the LSN up to which the table contains everything; 0 if there is no table. */
    long checkpointLsn() {
        return checkpointLsn;
    }

    /** Returns the shape of the table, or of the one to be made. */
    TableShape shape() {
        return shape;
    }

    /** Returns the exception for a log and a table that do not fit together. */
    PersistenceException refusal(OpenDecision decision, LogRecovery log) {
        String path = directory.pathOf(TableFileNames.TABLE);
        return switch (decision) {
            case REFUSE_LOG_MISSING ->
                Damage.damaged(
                        directory.pathOf(LogFileNames.SUPERBLOCK),
                        0,
                        "a superblock, since there is a table",
                        "no file");
            case REFUSE_TABLE_MISSING ->
                Damage.damaged(path, 0, "a table, since the log begins after it with LSN " + log.firstLsn(), "no file");
            case REFUSE_OTHER_LOG ->
                Damage.damaged(
                        path,
                        TableFileHeader.TABLE_ID_OFFSET,
                        "the table of log " + Damage.hex(log.logId()),
                        "that of log " + Damage.hex(tableId));
            case REFUSE_GAP ->
                Damage.damaged(
                        path,
                        TableDescriptor.CHECKPOINT_OFFSET,
                        "a checkpoint of at least LSN " + (log.firstLsn() - 1) + ", since the log begins behind it",
                        "LSN " + checkpointLsn);
            default -> throw new IllegalStateException(decision + " is no refusal");
        };
    }
}
