package io.nvmredis.nvm.table;

import static io.nvmredis.nvm.format.TableDescriptor.DATABASE_COUNT;

import io.nvmredis.nvm.format.Damage;
import io.nvmredis.nvm.format.FindingList;
import io.nvmredis.nvm.format.HeapDescriptor;
import io.nvmredis.nvm.format.SlotDescriptor;
import io.nvmredis.nvm.format.Sums;
import io.nvmredis.nvm.format.TableDescriptor;
import io.nvmredis.nvm.heap.HeapRecord;
import io.nvmredis.nvm.heap.SegmentReader;
import io.nvmredis.nvm.pmem.PmemDirectory;
import io.nvmredis.spi.errors.PersistenceException;
import io.nvmredis.spi.support.ThreadJoins;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Checks all of a table: every header, word and bucket, every record and payload, that each slot leads to a record of its
 * key, each delta to the record before it, and that what is counted is there.
 *
 * <p>It is read in two sweeps: the buckets, then the segments of the heap, each from the front to the back and by as
 * many threads as there are processors; only chains are followed from record to record. In memory are two bits per place
 * of a record, {@link RecordMarks}, and nothing per key. Where those bits would take more than a quarter of the JVM's
 * heap, the two sweeps are made for one range of segments after the other.
 *
 * <p>One thread calls it.
 */
public final class TableCheck {
    private static final int HEAP_PART = 4;

    private final TableParts parts;
    private final FindingList findings;
    private final LongConsumer passed;
    private final long marksBudget;
    private final long[] slotSums;
    /** Bytes of the live records of each segment that was read; each is set by the thread that reads it. */
    private final long[] foundLive;

    private final LiveTally tally;
    /** Failure of a thread that reads segments, other than damage. */
    private volatile @Nullable Throwable failure;

    private long slotCount;
    private long slotSum;
    private boolean isIndexWhole = true;
    private boolean isHeapWhole = true;

    private TableCheck(TableParts parts, FindingList findings, LongConsumer passed, long marksBudget) {
        this.parts = parts;
        this.findings = findings;
        this.passed = passed;
        this.marksBudget = marksBudget;
        this.slotSums = new long[parts.segmentLimit()];
        this.foundLive = new long[parts.segmentLimit()];
        this.tally = new LiveTally(parts);
    }

    /** Checks the headers, words and entries of a table alone. Returns the bytes of its records. */
    public static long checkFiles(PmemDirectory directory, FindingList findings) {
        TableParts parts = TableParts.open(directory, findings);
        return parts == null ? 0 : parts.recordBytes();
    }

    /**
     * Checks everything.
     *
     * @param isOpened whether the table has been opened, so that its last batch is whole and its splits are finished;
     *     if not, slots and counts need not fit
     * @param passed receives the bytes of records that have been read, from several threads
     */
    public static void check(PmemDirectory directory, FindingList findings, boolean isOpened, LongConsumer passed) {
        check(directory, findings, isOpened, passed, Runtime.getRuntime().maxMemory() / HEAP_PART);
    }

    /** Checks with so many bytes for the marks. */
    static void check(
            PmemDirectory directory, FindingList findings, boolean isOpened, LongConsumer passed, long marksBudget) {
        TableParts parts = TableParts.open(directory, findings);
        if (parts == null || parts.state().isOld()) {
            return;
        }
        TableCheck check = new TableCheck(parts, findings, passed, marksBudget);
        check.checkRanges(isOpened);
        if (isOpened && check.isIndexWhole) {
            check.compareCounts();
        }
    }

    /**
     * Counts what the index of a table leads to that has been opened, whatever the table says about it.
     *
     * @param findings receives damage, with which the counts are not exact; those that are wrong in the table as well
     */
    static TableCounts count(PmemDirectory directory, FindingList findings) {
        TableParts parts = TableParts.open(directory, findings);
        if (parts == null) {
            throw new PersistenceException("the table in " + directory.pathOf("") + " cannot be read");
        }
        TableCheck check = new TableCheck(
                parts, findings, bytes -> {}, Runtime.getRuntime().maxMemory() / HEAP_PART);
        check.checkRanges(true);
        return new TableCounts(check.foundLive, check.tally, check.isIndexWhole && check.isHeapWhole);
    }

    /**
     * Returns the highest LSN of an effect that a table has which has been opened.
     *
     * @param findings receives damage, with which the LSN is not to be trusted
     */
    public static long highestLsn(PmemDirectory directory, FindingList findings) {
        return count(directory, findings).tally().highestLsn();
    }

    private void checkRanges(boolean isOpened) {
        int first = 0;
        do {
            int end = first;
            long bytes = 0;
            while (end < parts.segmentLimit() && (end == first || bytes <= marksBudget)) {
                SegmentReader segment = parts.segment(end);
                bytes += segment == null ? 0 : RecordMarks.bytesFor(segment);
                end++;
            }
            new Range(first, end, isOpened).check();
            first = end;
        } while (first < parts.segmentLimit());
    }

    private void compareCounts() {
        compare(TableDescriptor.SLOT_COUNT_OFFSET, "slots in the files of buckets", slotCount);
        compare(TableDescriptor.SLOT_SUM_OFFSET, "as the sum of the slots in the files of buckets", slotSum);
        if (!isHeapWhole) {
            return;
        }
        for (int database = 0; database < DATABASE_COUNT; database++) {
            int at = database * Long.BYTES;
            compare(TableDescriptor.KEY_COUNTS_OFFSET + at, "keys of database " + database, tally.keys(database));
            compare(
                    TableDescriptor.DEADLINE_COUNTS_OFFSET + at,
                    "keys of database " + database + " with a deadline",
                    tally.deadlines(database));
        }
    }

    private void compare(int offset, String what, long actual) {
        long expected = parts.word(offset);
        if (expected >= 0 && expected != actual) {
            findings.add(
                    Damage.damaged(parts.state().region().path(), offset, expected + " " + what, Long.toString(actual)),
                    "count",
                    null);
        }
    }

    /** Check of the segments of a range, and of the slots that lead there. */
    private final class Range {
        private final int first;
        private final int end;
        private final boolean isOpened;
        private final boolean isFirst;
        private final RecordMarks marks;
        private final ChainCheck chains;
        private boolean isNewestOfChain;

        Range(int first, int end, boolean isOpened) {
            this.first = first;
            this.end = end;
            this.isOpened = isOpened;
            this.isFirst = first == 0;
            this.marks = new RecordMarks(parts, first, end);
            this.chains = new ChainCheck(parts, findings, this::visitChained);
        }

        void check() {
            IndexWalk walk = new IndexWalk(parts, findings, this::visit);
            // The walk itself may find that the index is not whole.
            boolean isWalked = walk.walk();
            isIndexWhole &= isWalked;
            AtomicInteger next = new AtomicInteger(first);
            List<Thread> threads = new ArrayList<>();
            for (int i = 1; i < Runtime.getRuntime().availableProcessors(); i++) {
                Thread thread = new Thread(() -> readSegments(next), "nvm-redis-check-" + i);
                thread.start();
                threads.add(thread);
            }
            readSegments(next);
            threads.forEach(ThreadJoins::join);
            Throwable failed = failure;
            if (failed != null) {
                throw new PersistenceException(
                        "the heap of the table cannot be read: " + failed + "; check the device", failed);
            }
        }

        private void visit(long slot, long bucket, BucketReader array, long at, int index) {
            if (isFirst) {
                slotCount++;
                slotSum = Sums.add(slotSum, Sums.ofSlot(slot));
            }
            long position = SlotDescriptor.position(slot);
            int number = parts.segmentOf(position);
            SegmentReader segment = parts.segment(number);
            int offset = parts.offsetOf(position);
            if (segment == null || offset < HeapDescriptor.RECORDS_OFFSET || offset >= segment.end()) {
                if (isOpened) {
                    reportSlot(
                            array,
                            at,
                            index,
                            "offset " + offset + " of heap segment " + number + ", where there is none");
                }
                isIndexWhole = false;
                return;
            }
            if ((slot & SlotDescriptor.CHAIN) != 0) {
                isNewestOfChain = true;
                boolean isFollowed = chains.follow(slot, bucket);
                isIndexWhole &= isFollowed;
            } else if (marks.covers(number)) {
                slotSums[number] += SegmentCheck.contribution(slot, bucket);
                if (marks.addNewest(number, offset) && isOpened) {
                    reportSlot(array, at, index, "that of one to which something else leads, too");
                }
            }
        }

        private void reportSlot(BucketReader array, long at, int index, String actual) {
            findings.add(
                    Damage.damaged(array.path(at), array.wordOffset(at, index), "the position of a record", actual),
                    "slot",
                    null);
        }

        private void visitChained(HeapRecord record, int number) {
            boolean isNewest = isNewestOfChain;
            isNewestOfChain = false;
            if (!marks.covers(number)) {
                return;
            }
            if (isNewest) {
                tally.add(record.header());
            }
            boolean isKnown =
                    isNewest ? marks.addNewest(number, record.offset()) : marks.addReachable(number, record.offset());
            if (isKnown && isOpened) {
                findings.add(
                        Damage.damaged(
                                record.path(),
                                record.offset(),
                                "a record to which one way leads",
                                "one to which several lead"),
                        "record",
                        ChainCheck.keyOf(record));
            }
        }

        private void readSegments(AtomicInteger next) {
            try {
                SegmentCheck check = new SegmentCheck(parts, findings, marks, passed);
                for (int number = next.getAndIncrement(); number < end; number = next.getAndIncrement()) {
                    SegmentReader segment = parts.segment(number);
                    if (segment != null) {
                        readSegment(check, segment);
                    }
                }
                addUp(check.tally());
            } catch (RuntimeException | Error e) {
                // An InternalError is how the JVM tells that the medium could not be read.
                failure = e;
            }
        }

        private void readSegment(SegmentCheck check, SegmentReader segment) {
            boolean isWhole = check.read(segment);
            foundLive[segment.number()] = check.liveBytes();
            if (!isWhole) {
                heapIsDamaged();
            }
            if (!isOpened || !isIndexWhole || !isWhole) {
                return;
            }
            int number = segment.number();
            if (check.sum() != slotSums[number] && !check.locate(segment, new SlotSearch(parts))) {
                findings.add(
                        Damage.damaged(
                                segment.path(),
                                HeapDescriptor.RECORDS_OFFSET,
                                "records of the keys whose slots lead there",
                                "others"),
                        "heap segment",
                        null);
            }
            if (check.liveBytes() != parts.live(number)) {
                findings.add(
                        Damage.damaged(
                                parts.state().region().path(),
                                TableDescriptor.segmentOffset(number) + TableDescriptor.LIVE_OFFSET,
                                parts.live(number) + " live bytes in heap segment " + number,
                                Long.toString(check.liveBytes())),
                        "entry of a segment",
                        null);
            }
        }
    }

    private synchronized void addUp(LiveTally other) {
        tally.add(other);
    }

    private synchronized void heapIsDamaged() {
        isHeapWhole = false;
    }
}
