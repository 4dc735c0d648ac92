package io.nvmredis.nvm.recovery;

import io.nvmredis.nvm.format.Damage;
import io.nvmredis.nvm.format.LogFileNames;
import io.nvmredis.nvm.format.SegmentDescriptor;
import io.nvmredis.nvm.format.Superblock;
import io.nvmredis.nvm.log.LogBeginning;
import io.nvmredis.nvm.log.LogMark;
import io.nvmredis.nvm.log.LogSegment;
import io.nvmredis.nvm.log.LogStart;
import io.nvmredis.nvm.log.SegmentFiles;
import io.nvmredis.nvm.pmem.PersistSite;
import io.nvmredis.nvm.pmem.PmemDirectory;
import io.nvmredis.nvm.pmem.PmemRegion;
import io.nvmredis.nvm.recovery.OpenDecision.LogState;
import io.nvmredis.nvm.recovery.TailDecision.Claim;
import io.nvmredis.nvm.recovery.TailDecision.Rest;
import io.nvmredis.spi.LoadingListener;
import io.nvmredis.spi.RecoveryReport;
import io.nvmredis.spi.TransactionSink;
import io.nvmredis.spi.errors.PersistenceException;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Opens the log of a directory: {@link StoreDecision} decides whether it is made, read or refused; it is read from its
 * beginning on; {@link TailDecision} decides where it ends.
 *
 * <p>The opening has two steps, so that the table can be inspected in between: {@link #begin} changes nothing, and
 * {@link #finish} nothing before the last decision has been made. So a refused directory is left as it was found.
 */
public final class LogRecovery implements AutoCloseable {
    private final PmemDirectory directory;
    private final int segmentLength;
    private final SuperblockFile superblockFile;
    private final SegmentSet set;
    private final StoreDecision decision;
    private final Superblock superblock;
    private long clearedBytes;
    private boolean isHandedOver;

    private LogRecovery(
            PmemDirectory directory, int segmentLength, LongSupplier logIds, SuperblockFile superblockFile) {
        this.directory = directory;
        this.segmentLength = segmentLength;
        this.superblockFile = superblockFile;
        this.set = new SegmentSet(directory);
        this.decision = StoreDecision.of(superblockFile.state(), set.state());
        this.superblock = switch (decision) {
            case CREATE, CREATE_AGAIN ->
                new Superblock(logIds.getAsLong(), 1, SegmentSet.FIRST_EPOCH, 1, SegmentDescriptor.RECORDS_OFFSET);
            case RECOVER, RECOVER_AND_REPAIR -> superblockFile.read();
            default -> throw superblockFile.refusal(decision);
        };
    }

    /**
     * Inspects a directory.
     *
     * @param segmentLength length of segments made from now on
     * @param logIds gives the id of a new log, at random
     * @throws PersistenceException if the directory cannot be used; nothing in it has been changed and nothing is open
     *     then
     */
    static LogRecovery begin(PmemDirectory directory, int segmentLength, LongSupplier logIds) {
        SuperblockFile superblockFile = SuperblockFile.open(directory);
        try {
            return new LogRecovery(directory, segmentLength, logIds, superblockFile);
        } catch (RuntimeException e) {
            superblockFile.close();
            throw e;
        }
    }

    /**
     * Opens a log without its table.
     *
     * @param checkpointLsn LSN up to which a table would contain everything
     * @param sink receives the transactions behind that
     * @throws PersistenceException as {@link #begin} and {@link #finish}
     */
    public static RecoveredLog open(
            PmemDirectory directory, int segmentLength, LongSupplier logIds, long checkpointLsn, TransactionSink sink) {
        try (LogRecovery recovery = begin(directory, segmentLength, logIds)) {
            return recovery.finish(
                    checkpointLsn, LogVisitor.of(sink), new LoadingProgress(LoadingListener.NONE), () -> {});
        }
    }

    LogState state() {
        if (decision == StoreDecision.CREATE || decision == StoreDecision.CREATE_AGAIN) {
            return LogState.ABSENT;
        }
        return superblock.firstLsn() == 1 ? LogState.FROM_THE_FIRST : LogState.FROM_LATER;
    }

    long logId() {
        return superblock.logId();
    }

    /** Returns the LSN of the first transaction that is or will be in the log. */
    long firstLsn() {
        return superblock.firstLsn();
    }

    /**
     * Opens the log, or makes it.
     *
     * @param checkpointLsn LSN up to which the table contains everything; all of that was durable
     * @param visitor receives the transactions behind that
     * @param openTable called when everything about the log has been decided: before the log is changed, or after it
     *     has been made
     * @throws PersistenceException if the directory cannot be used; nothing in it has been changed and nothing is open
     *     then
     */
    RecoveredLog finish(long checkpointLsn, LogVisitor visitor, LoadingProgress progress, Runnable openTable) {
        return state() == LogState.ABSENT ? create(openTable) : recover(checkpointLsn, visitor, progress, openTable);
    }

    /**
     * Makes the log. The segment is made first: a superblock without it would mean that the log has lost its beginning.
     */
    private RecoveredLog create(Runnable openTable) {
        deleteTemporaries();
        directory.delete(LogFileNames.segment(SegmentSet.FIRST_EPOCH));
        SegmentFiles files = new SegmentFiles(directory, superblock.logId(), segmentLength);
        LogSegment first = files.create(SegmentSet.FIRST_EPOCH);
        try {
            PmemRegion region = SuperblockFile.create(directory, superblock);
            try {
                openTable.run();
                return created(first, files, new LogBeginning(region, superblock));
            } catch (RuntimeException | Error e) {
                region.close();
                throw e;
            }
        } catch (RuntimeException | Error e) {
            first.close();
            throw e;
        }
    }

    private static RecoveredLog created(LogSegment first, SegmentFiles files, LogBeginning beginning) {
        int offset = SegmentDescriptor.RECORDS_OFFSET;
        LogStart start =
                new LogStart(List.of(), List.of(), first, offset, 0, List.of(), SegmentSet.FIRST_EPOCH + 1, beginning);
        return new RecoveredLog(start, files, new LogMark(first, offset, 1), 0, RecoveryReport.EMPTY);
    }

    private RecoveredLog recover(long checkpointLsn, LogVisitor visitor, LoadingProgress progress, Runnable openTable) {
        List<LogSegment> segments = set.open(superblock);
        try {
            progress.expect(segments.stream()
                    .mapToLong(segment -> segment.region().length())
                    .sum());
            LogScanner scanner = new LogScanner(segments, superblock, checkpointLsn, visitor, progress);
            scanner.scan();
            TailInspector inspector = new TailInspector(segments, scanner.expectedLsn(), checkpointLsn);
            inspector.inspect(scanner.stop());
            TailDecision tail = decide(scanner, inspector);
            if (tail == TailDecision.REFUSE_DAMAGE) {
                throw damage(segments, scanner, inspector);
            }
            openTable.run();
            settle(segments, scanner, inspector);
            String note = tail == TailDecision.CUT ? note(segments, scanner) : null;
            return recovered(segments, scanner, note);
        } catch (InternalError e) {
            segments.forEach(LogSegment::close);
            throw new PersistenceException(
                    "the log in " + directory.pathOf("")
                            + " cannot be read or written: the medium failed or is full, or a file is shorter than"
                            + " it says; check the device, then restore a backup",
                    e);
        } catch (RuntimeException | Error e) {
            segments.forEach(LogSegment::close);
            throw e;
        }
    }

    private static TailDecision decide(LogScanner scanner, TailInspector inspector) {
        boolean halfRead = scanner.expectedFragmentIndex() > 0;
        Rest rest = halfRead || inspector.hasLeftovers() ? Rest.LEFTOVERS : Rest.EMPTY;
        Claim claim = inspector.claimedDurableLsn() >= scanner.expectedLsn()
                ? Claim.CLAIMED_DURABLE
                : Claim.NOT_CLAIMED_DURABLE;
        return TailDecision.of(rest, claim);
    }

    private static PersistenceException damage(List<LogSegment> segments, LogScanner scanner, TailInspector inspector) {
        LogPlace stop = scanner.stop();
        return Damage.damaged(
                segments.get(stop.segmentIndex()).region().path(),
                stop.offset(),
                scanner.expectedText() + " (LSN " + inspector.claimedDurableLsn() + " was durable)",
                scanner.actualText());
    }

    /**
     * Makes the conclusions durable, first of all the beginning of the log: segments before it are deleted here, and a
     * superblock that is only in the caches would leave on the medium one that still counts them.
     */
    private void settle(List<LogSegment> segments, LogScanner scanner, TailInspector inspector) {
        superblockFile.settle();
        if (decision == StoreDecision.RECOVER_AND_REPAIR) {
            superblockFile.repair();
        }
        LogPlace end = scanner.transactionEnd();
        clearedBytes = inspector.clear(end, scanner.stop());
        new Settlement().persist(segments, scanner.firstUnclaimed(inspector.claimedDurableLsn()), end);
        persistHighWaters(segments, end);
        deleteTemporaries();
        set.deleteBefore(superblock.firstEpoch());
        // See PersistSite.RECOVERED_NAMES; no reply has been sent since this process began.
        directory.sync(PersistSite.RECOVERED_NAMES);
    }

    /**
     * Gives a high-water mark to segments without a right one: an older version made them or wrote to them, or the
     * power failed while the mark was raised.
     */
    private static void persistHighWaters(List<LogSegment> segments, LogPlace end) {
        for (int i = end.segmentIndex(); i < segments.size(); i++) {
            LogSegment segment = segments.get(i);
            int recordsEnd = i == end.segmentIndex() ? end.offset() : SegmentDescriptor.RECORDS_OFFSET;
            if (!segment.hasHighWater(recordsEnd)) {
                // All bytes behind the end are zero, and durably so.
                segment.persistHighWater(recordsEnd);
            }
        }
    }

    private String note(List<LogSegment> segments, LogScanner scanner) {
        LogPlace tail = scanner.transactionEnd();
        return "the log had a torn tail: transactions after LSN " + (scanner.expectedLsn() - 1)
                + " were never acknowledged; their " + clearedBytes + " bytes at offset " + tail.offset()
                + " of " + segments.get(tail.segmentIndex()).region().path() + " were cut";
    }

    private RecoveredLog recovered(List<LogSegment> segments, LogScanner scanner, @Nullable String note) {
        LogPlace tail = scanner.transactionEnd();
        int index = tail.segmentIndex();
        LogSegment current = segments.get(index);
        List<LogSegment> spares = segments.subList(index + 1, segments.size());
        if (directory.domain().persistsInline()) {
            prefault(current.region(), tail.offset());
            spares.forEach(spare -> prefault(spare.region(), spare.region().length() - spare.capacity()));
        }
        long lastLsn = scanner.expectedLsn() - 1;
        long nextEpoch = segments.get(segments.size() - 1).epoch() + 1;
        isHandedOver = true;
        LogBeginning beginning = new LogBeginning(superblockFile.region(), superblockFile.read());
        LogStart start = new LogStart(
                segments.subList(0, index),
                scanner.endsBefore(index),
                current,
                tail.offset(),
                lastLsn,
                spares,
                nextEpoch,
                beginning);
        SegmentFiles files = new SegmentFiles(directory, superblock.logId(), segmentLength);
        LogPlace replay = scanner.checkpointPlace();
        LogMark mark = new LogMark(
                segments.get(replay.segmentIndex()), replay.offset(), lastLsn - scanner.transactionCount() + 1);
        RecoveryReport report = new RecoveryReport(lastLsn, scanner.transactionCount(), scanner.payloadBytes(), note);
        return new RecoveredLog(start, files, mark, scanner.recordBytes(), report);
    }

    /** Takes the page faults of the free part of a segment now, by storing each page's first word unchanged. */
    private static void prefault(PmemRegion region, int start) {
        for (int offset = start; offset < region.length(); offset += PmemRegion.PAGE_LENGTH) {
            region.putLong(offset, region.getLong(offset));
        }
    }

    private void deleteTemporaries() {
        directory.list().stream().filter(LogFileNames::isTemporary).forEach(directory::delete);
    }

    /** Closes the superblock, unless it has been handed over. */
    @Override
    public void close() {
        if (!isHandedOver) {
            superblockFile.close();
        }
    }
}
