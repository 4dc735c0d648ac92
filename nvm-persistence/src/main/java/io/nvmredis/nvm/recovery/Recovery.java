package io.nvmredis.nvm.recovery;

import io.nvmredis.nvm.events.RecoveryEvent;
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
 * Opens a directory: its log and its table, as {@link OpenDecision} decides, and lays the transactions that the table
 * does not contain yet over it.
 *
 * <p>First everything is inspected: superblock, segments, the table's header and checkpoint, and the log to its end.
 * Nothing is changed until then. Then the log is settled, so that the transactions read from it are durable; only after
 * that may they get into the table.
 *
 * <p>Transactions that the table lacks are applied later, while clients are served; they are applied at once only where
 * their index would be too large.
 *
 * <p>The data are not read: the time of an opening depends on the part of the log that had not been applied.
 */
public final class Recovery {
    private final PmemDirectory directory;
    private final int segmentLength;
    private final TableShape shape;
    private final LongSupplier logIds;
    /** Most bytes of the index of the backlog; a default part of the JVM's heap if negative. */
    private long indexLimitBytes = -1;

    private int longestChain = Integer.MAX_VALUE;
    private int mostChangedBytes = Integer.MAX_VALUE;

    private @Nullable Table table;
    /** Set if anything in the directory may have been changed. */
    private boolean isChanged;

    /**
     * Creates a recovery, which has read and changed nothing yet.
     *
     * @param segmentLength length of log segments made from now on
     * @param shape shape of a new table
     * @param logIds gives the id of a new log, at random
     */
    public Recovery(PmemDirectory directory, int segmentLength, TableShape shape, LongSupplier logIds) {
        this.directory = directory;
        this.segmentLength = segmentLength;
        this.shape = shape;
        this.logIds = logIds;
    }

    /** Limits the index of the backlog, for tests. */
    public Recovery limitIndex(long bytes) {
        indexLimitBytes = bytes;
        return this;
    }

    /** Limits the changes of a key that lookups go through, for tests. */
    public Recovery limitLookups(int links, int bytes) {
        longestChain = links;
        mostChangedBytes = bytes;
        return this;
    }

    /**
     * Opens the directory. No thread has been started when this method returns.
     *
     * @throws PersistenceException if the directory cannot be used; nothing is open then. The message says that nothing
     *     was changed, unless a directory could not be made or the medium failed
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
            // A log or a table is made in several steps.
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
        RecoveryEvent event = new RecoveryEvent();
        event.begin();
        try {
            BacklogIndex index = newIndex(logRecovery.logId());
            RecoveredLog recovered = logRecovery.finish(
                    survey.checkpointLsn(),
                    LogVisitor.of(index),
                    progress,
                    () -> table = openTable(logRecovery, survey));
            index.finish();
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
            event.lastLsn = report.lastLsn();
            event.transactions = report.transactionCount();
            event.bytes = recovered.unappliedBytes();
            event.commit();
            return new Recovered(log, opened, replayer, survey.shape(), recovered.unappliedBytes(), report);
        } catch (RuntimeException | Error e) {
            closeQuietly(table, e);
            closeQuietly(log, e);
            throw e;
        }
    }

    private BacklogIndex newIndex(long logId) {
        return new BacklogIndex(logId, indexLimitBytes, longestChain, mostChangedBytes);
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

    /** Opens the table, or makes it with the id of its log, so that neither is ever taken for another's. */
    private Table openTable(LogRecovery log, TableSurvey survey) {
        Table opened = Table.open(directory, survey.shape(), Long.MAX_VALUE, log::logId);
        isChanged = true;
        return opened;
    }

    /** Opens the table, which throws the reason of its refusal and changes nothing. */
    private PersistenceException refusalOfTable(LogRecovery log, TableSurvey survey) {
        openTable(log, survey).close();
        return new PersistenceException("the table in " + directory.pathOf("") + " cannot be used");
    }
}
