package io.nvmredis.nvm.recovery;

import io.nvmredis.nvm.format.TableShape;
import io.nvmredis.nvm.log.Log;
import io.nvmredis.nvm.pmem.NoSpaceException;
import io.nvmredis.nvm.pmem.PmemDirectory;
import io.nvmredis.nvm.replay.BacklogIndex;
import io.nvmredis.nvm.replay.OpenedBacklog;
import io.nvmredis.nvm.replay.Replayer;
import io.nvmredis.nvm.table.Table;
import io.nvmredis.spi.LoadingListener;
import io.nvmredis.spi.RecoveryReport;
import io.nvmredis.spi.errors.PersistenceException;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Opens a directory: its log and its table, by {@link OpenDecision}, and lays over the table what it does not contain yet.
 *
 * <p>First everything is looked at: superblock, segments, the table's header and checkpoint, the log from there to its
 * end. Nothing has been changed until then. Then the log is settled, so that what has been read of it is durable; only
 * after that may it get into the table.
 *
 * <p>What the log has and the table lacks is applied later, behind what clients are shown; at once only where its index
 * would be too large, or too slow to look things up in.
 *
 * <p>The data are not read: what this takes depends on how much of the log had not been applied.
 */
public final class Recovery {
    private final PmemDirectory directory;
    private final int segmentLength;
    private final TableShape shape;
    private final LongSupplier logIds;
    /** What the index of the backlog may take; its share of the heap if it is negative. */
    private long indexLimitBytes = -1;

    private @Nullable Table table;
    /** Whether anything in the directory may be other than it was found. */
    private boolean isChanged;

    /**
     * A recovery that has read and changed nothing yet.
     *
     * @param segmentLength of log segments made from now on
     * @param shape of a new table
     * @param logIds gives the id of a new log, at random
     */
    public Recovery(PmemDirectory directory, int segmentLength, TableShape shape, LongSupplier logIds) {
        this.directory = directory;
        this.segmentLength = segmentLength;
        this.shape = shape;
        this.logIds = logIds;
    }

    /** Has the index of the backlog be smaller, for tests. */
    public Recovery limitIndex(long bytes) {
        indexLimitBytes = bytes;
        return this;
    }

    /**
     * Opens the directory. No thread has been started.
     *
     * @throws PersistenceException if it cannot be used; nothing is open then, and where nothing has been changed, it says
     *     so: always, unless a directory could not be made or the medium failed
     */
    public Recovered open(LoadingListener loading) {
        try {
            return open(new LoadingProgress(loading));
        } catch (NoSpaceException e) {
            throw e;
        } catch (PersistenceException e) {
            throw isChanged ? e : new PersistenceException(e.getMessage() + "; nothing was changed", e);
        }
    }

    private Recovered open(LoadingProgress progress) {
        try (LogRecovery logRecovery = LogRecovery.begin(directory, segmentLength, logIds)) {
            TableSurvey survey = new TableSurvey(directory, shape);
            OpenDecision decision = OpenDecision.of(logRecovery.state(), survey.state(logRecovery));
            // What is made is made in steps.
            isChanged = decision == OpenDecision.CREATE || decision == OpenDecision.REPLAY_ALL;
            return switch (decision) {
                case CREATE, REPLAY_ALL, REPLAY -> open(logRecovery, survey, progress);
                case REFUSE_TABLE -> throw refusalOfTable(logRecovery, survey);
                default -> throw survey.refusal(decision, logRecovery);
            };
        }
    }

    private Recovered open(LogRecovery logRecovery, TableSurvey survey, LoadingProgress progress) {
        Log log = null;
        try {
            BacklogIndex index = newIndex(logRecovery.logId());
            RecoveredLog recovered = logRecovery.finish(
                    survey.checkpointLsn(),
                    LogVisitor.of(index),
                    progress,
                    () -> table = openTable(logRecovery, survey));
            log = new Log(recovered.start(), recovered.files());
            Table opened = Objects.requireNonNull(table);
            RecoveryReport report = recovered.report();
            OpenedBacklog backlog = report.transactionCount() == 0 || index.isDropped()
                    ? null
                    : new OpenedBacklog(index, report.lastLsn(), opened);
            Replayer replayer = new Replayer(log, recovered.unapplied(), opened, backlog);
            if (index.isDropped()) {
                progress.expect(progress.passedBytes() + recovered.unappliedBytes());
                replayer.catchUp(progress::passed);
            }
            progress.done();
            return new Recovered(log, opened, replayer, survey.shape(), recovered.unappliedBytes(), report);
        } catch (RuntimeException | Error e) {
            closeQuietly(table, e);
            closeQuietly(log, e);
            throw e;
        }
    }

    private BacklogIndex newIndex(long logId) {
        return indexLimitBytes < 0 ? new BacklogIndex(logId) : new BacklogIndex(logId, indexLimitBytes);
    }

    private static void closeQuietly(@Nullable AutoCloseable opened, Throwable cause) {
        if (opened == null) {
            return;
        }
        try {
            opened.close();
        } catch (Exception e) {
            cause.addSuppressed(e);
        }
    }

    /** The table has the id of its log, so that neither is ever taken for another's. */
    private Table openTable(LogRecovery log, TableSurvey survey) {
        Table opened = Table.open(directory, survey.shape(), Long.MAX_VALUE, log::logId);
        isChanged = true;
        return opened;
    }

    /** Opening it says what is wrong with it, and changes nothing. */
    private PersistenceException refusalOfTable(LogRecovery log, TableSurvey survey) {
        openTable(log, survey).close();
        return new PersistenceException("the table in " + directory.pathOf("") + " cannot be used");
    }
}
