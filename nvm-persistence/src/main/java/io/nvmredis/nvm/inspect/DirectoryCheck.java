package io.nvmredis.nvm.inspect;

import io.nvmredis.nvm.format.DamageException;
import io.nvmredis.nvm.format.FindingList;
import io.nvmredis.nvm.format.TableFileNames;
import io.nvmredis.nvm.format.TableShape;
import io.nvmredis.nvm.pmem.PmemDirectory;
import io.nvmredis.nvm.recovery.LogCheck;
import io.nvmredis.nvm.recovery.Recovered;
import io.nvmredis.nvm.recovery.Recovery;
import io.nvmredis.nvm.table.Table;
import io.nvmredis.nvm.table.TableCheck;
import io.nvmredis.spi.InspectionReport;
import io.nvmredis.spi.LoadingListener;
import io.nvmredis.spi.RecoveryReport;
import io.nvmredis.spi.StartForecast;
import io.nvmredis.spi.errors.PersistenceException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Check of a directory, which may be written to, since it is a copy or a private view: what a start does is found out by
 * doing it.
 *
 * <ol>
 *   <li>Each file's header, and the words of the table, are verified, all of them, before anything is opened.
 *   <li>The directory is opened as at a start. That it is refused, and with which message, is thus what a start says,
 *       and so is the tail that it cuts.
 *   <li>If the log is what is refused, the rest of it is searched for further damage.
 *   <li>All of the table is read: as the opening has left it, or, where that was refused, as it is.
 * </ol>
 */
public final class DirectoryCheck {
    private final PmemDirectory directory;
    private final int segmentLength;
    private final TableShape shape;
    private final LoadingListener progress;
    private final FindingList findings = new FindingList();
    private final AtomicLong checkedBytes = new AtomicLong();
    private long totalBytes;
    private @Nullable String superblockNote;

    /**
     * Makes a check, which has read nothing yet.
     *
     * @param segmentLength length of log segments that an opening makes
     * @param shape shape of a table that an opening makes
     * @param progress receives bytes that have been read, from several threads
     */
    public DirectoryCheck(PmemDirectory directory, int segmentLength, TableShape shape, LoadingListener progress) {
        this.directory = directory;
        this.segmentLength = segmentLength;
        this.shape = shape;
        this.progress = progress;
    }

    /**
     * Checks everything.
     *
     * @throws PersistenceException if the medium cannot be read
     */
    public InspectionReport run() {
        LogCheck log = new LogCheck(directory, findings);
        superblockNote = log.checkFiles();
        totalBytes = TableCheck.checkFiles(directory, findings);
        StartForecast start;
        try {
            start = open(log);
        } catch (InternalError e) {
            throw new PersistenceException("the medium cannot be read, or a file is shorter than it says: " + e, e);
        }
        return new InspectionReport(
                findings.findings(), findings.count(), findings.harmless(), start, checkedBytes.get());
    }

    private StartForecast open(LogCheck log) {
        Recovered recovered;
        try {
            recovered = new Recovery(directory, segmentLength, shape, () -> 1).open(LoadingListener.NONE);
        } catch (PersistenceException e) {
            return refused(log, e);
        }
        try (Table table = recovered.table();
                var opened = recovered.log()) {
            checkTable(true);
            checkedBytes.addAndGet(opened.allocatedBytes());
            return forecast(recovered.report(), table.checkpointLsn());
        }
    }

    private StartForecast forecast(RecoveryReport report, long checkpointLsn) {
        String note = report.note();
        String all = note == null ? superblockNote : superblockNote == null ? note : note + "; " + superblockNote;
        return new StartForecast(
                null, checkpointLsn, report.lastLsn(), report.transactionCount(), report.payloadBytes(), all);
    }

    private StartForecast refused(LogCheck log, PersistenceException refusal) {
        if (refusal instanceof DamageException damage) {
            findings.add(damage, "start", null);
        } else if (refusal.getCause() instanceof DamageException damage) {
            findings.add(damage, "start", null);
        }
        log.findAll();
        checkTable(isTableOpened());
        return new StartForecast(refusal.getMessage(), 0, 0, 0, 0, superblockNote);
    }

    /** Opens the table without its log, so that its last batch is made whole. Returns whether that was possible. */
    private boolean isTableOpened() {
        if (!directory.list().contains(TableFileNames.TABLE)) {
            return false;
        }
        try {
            Table.open(directory, shape, Long.MAX_VALUE, () -> 1).close();
            return true;
        } catch (DamageException e) {
            findings.add(e, "table", null);
            return false;
        } catch (PersistenceException e) {
            // The refusal says so.
            return false;
        }
    }

    private void checkTable(boolean isOpened) {
        TableCheck.check(directory, findings, isOpened, this::passed);
    }

    private void passed(long bytes) {
        long checked = checkedBytes.addAndGet(bytes);
        progress.onProgress(Math.min(checked, totalBytes), totalBytes);
    }
}
