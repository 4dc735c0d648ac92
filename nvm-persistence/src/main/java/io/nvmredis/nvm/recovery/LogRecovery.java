package io.nvmredis.nvm.recovery;

import io.nvmredis.nvm.format.Damage;
import io.nvmredis.nvm.format.FileNames;
import io.nvmredis.nvm.format.Superblock;
import io.nvmredis.nvm.log.LogSegment;
import io.nvmredis.nvm.log.LogStart;
import io.nvmredis.nvm.log.SegmentFiles;
import io.nvmredis.nvm.pmem.PersistSite;
import io.nvmredis.nvm.pmem.PmemDirectory;
import io.nvmredis.nvm.pmem.PmemRegion;
import io.nvmredis.nvm.recovery.TailDecision.Claim;
import io.nvmredis.nvm.recovery.TailDecision.Rest;
import io.nvmredis.spi.PersistenceException;
import io.nvmredis.spi.RecoveryReport;
import io.nvmredis.spi.TransactionSink;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Opens a directory: decides by {@link StoreDecision} what it is, reads the log, decides by {@link TailDecision} where
 * it ends. Changes nothing before the last decision has been made, so that a refused directory is as it was found.
 */
public final class Recovery {
    private final PmemDirectory directory;
    private final int segmentLength;
    private final LongSupplier logIds;

    /**
     * A recovery that has touched nothing yet.
     *
     * @param segmentLength of segments made from now on
     * @param logIds gives the id of a new log, at random
     */
    public Recovery(PmemDirectory directory, int segmentLength, LongSupplier logIds) {
        this.directory = directory;
        this.segmentLength = segmentLength;
        this.logIds = logIds;
    }

    /**
     * Opens the directory and hands every transaction to the sink.
     *
     * @throws PersistenceException if it cannot be used; nothing in it has been changed and nothing is open then
     */
    public RecoveredLog open(TransactionSink sink) {
        try (SuperblockFile superblock = SuperblockFile.open(directory)) {
            SegmentSet segments = new SegmentSet(directory);
            StoreDecision decision = StoreDecision.of(superblock.state(), segments.state());
            return switch (decision) {
                case CREATE, CREATE_AGAIN -> create();
                case RECOVER -> {
                    superblock.settle();
                    yield recover(superblock.read(), segments, sink);
                }
                case RECOVER_AND_REPAIR -> {
                    RecoveredLog recovered = recover(superblock.read(), segments, sink);
                    superblock.repair();
                    yield recovered;
                }
                default -> throw superblock.refusal(decision);
            };
        }
    }

    /** The segment comes first: a superblock without it would mean that the log has lost its beginning. */
    private RecoveredLog create() {
        deleteTemporaries();
        directory.delete(FileNames.segment(SegmentSet.FIRST_EPOCH));
        Superblock superblock = new Superblock(logIds.getAsLong(), 1, SegmentSet.FIRST_EPOCH, 1);
        SegmentFiles files = new SegmentFiles(directory, superblock.logId(), segmentLength);
        LogSegment first = files.create(SegmentSet.FIRST_EPOCH);
        try {
            SuperblockFile.create(directory, superblock);
        } catch (RuntimeException e) {
            first.close();
            throw e;
        }
        int offset = first.region().length() - first.capacity();
        LogStart start = new LogStart(List.of(), first, offset, 0, List.of(), SegmentSet.FIRST_EPOCH + 1);
        return new RecoveredLog(start, files, RecoveryReport.EMPTY);
    }

    private RecoveredLog recover(Superblock superblock, SegmentSet set, TransactionSink sink) {
        List<LogSegment> segments = set.open(superblock);
        try {
            LogScanner scanner = new LogScanner(segments, superblock.firstLsn(), sink);
            scanner.scan();
            TailInspector inspector = new TailInspector(segments);
            inspector.inspect(scanner.stop());
            TailDecision decision = decide(scanner, inspector);
            if (decision == TailDecision.REFUSE_DAMAGE) {
                throw damage(segments, scanner, inspector);
            }
            String note = decision == TailDecision.CUT ? cut(segments, scanner, inspector) : null;
            new Settlement()
                    .persist(segments, scanner.firstUnclaimed(inspector.claimedDurableLsn()), scanner.transactionEnd());
            deleteTemporaries();
            // See PersistSite.RECOVERED_NAMES; no reply has left since this process began.
            directory.sync(PersistSite.RECOVERED_NAMES);
            return recovered(superblock, segments, scanner, note);
        } catch (RuntimeException e) {
            segments.forEach(LogSegment::close);
            throw e;
        } catch (InternalError e) {
            segments.forEach(LogSegment::close);
            throw new PersistenceException(
                    "the log in " + directory.pathOf("")
                            + " cannot be read: the medium failed or a file is shorter than"
                            + " it says; check the device, then restore a backup",
                    e);
        }
    }

    private static TailDecision decide(LogScanner scanner, TailInspector inspector) {
        boolean halfRead = scanner.expectedFragmentIndex() > 0;
        Rest rest = halfRead || inspector.leftoverBytes() > 0 ? Rest.LEFTOVERS : Rest.EMPTY;
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

    private static String cut(List<LogSegment> segments, LogScanner scanner, TailInspector inspector) {
        LogPlace tail = scanner.transactionEnd();
        inspector.clear(tail);
        return "the log had a torn tail: transactions after LSN " + (scanner.expectedLsn() - 1)
                + " were never acknowledged; their " + inspector.leftoverBytes() + " bytes at offset " + tail.offset()
                + " of " + segments.get(tail.segmentIndex()).region().path() + " were cut";
    }

    private RecoveredLog recovered(
            Superblock superblock, List<LogSegment> segments, LogScanner scanner, @Nullable String note) {
        LogPlace tail = scanner.transactionEnd();
        int index = tail.segmentIndex();
        LogSegment current = segments.get(index);
        List<LogSegment> spares = segments.subList(index + 1, segments.size());
        if (directory.domain().persistsInline()) {
            touch(current.region(), tail.offset());
            spares.forEach(spare -> touch(spare.region(), spare.region().length() - spare.capacity()));
        }
        long lastLsn = scanner.expectedLsn() - 1;
        long nextEpoch = segments.get(segments.size() - 1).epoch() + 1;
        LogStart start = new LogStart(segments.subList(0, index), current, tail.offset(), lastLsn, spares, nextEpoch);
        SegmentFiles files = new SegmentFiles(directory, superblock.logId(), segmentLength);
        RecoveryReport report = new RecoveryReport(lastLsn, scanner.transactionCount(), scanner.payloadBytes(), note);
        return new RecoveredLog(start, files, report);
    }

    /** Meets the page faults of the free part now; it holds zeroes, and zeroes are what is stored. */
    private static void touch(PmemRegion region, int start) {
        for (int offset = start; offset < region.length(); offset += PmemRegion.PAGE_LENGTH) {
            region.putLong(offset, 0);
        }
    }

    private void deleteTemporaries() {
        directory.list().stream().filter(FileNames::isTemporary).forEach(directory::delete);
    }
}
