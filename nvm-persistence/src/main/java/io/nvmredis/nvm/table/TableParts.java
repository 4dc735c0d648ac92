package io.nvmredis.nvm.table;

import static io.nvmredis.nvm.format.TableDescriptor.DATABASE_COUNT;

import io.nvmredis.nvm.format.BucketDescriptor;
import io.nvmredis.nvm.format.Damage;
import io.nvmredis.nvm.format.DamageException;
import io.nvmredis.nvm.format.FindingList;
import io.nvmredis.nvm.format.HeapDescriptor;
import io.nvmredis.nvm.format.HeapRecordDescriptor;
import io.nvmredis.nvm.format.TableDescriptor;
import io.nvmredis.nvm.format.TableFileHeader;
import io.nvmredis.nvm.format.TableFileNames;
import io.nvmredis.nvm.format.TableShape;
import io.nvmredis.nvm.heap.SegmentReader;
import io.nvmredis.nvm.heap.TableState;
import io.nvmredis.nvm.pmem.PmemDirectory;
import io.nvmredis.nvm.pmem.PmemRegion;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Parts of a table as they are in its files, damaged or not: each header, word and entry is verified by itself, all that
 * does not check is reported, and what can be read without it is read. Changes nothing. One thread makes it; any may
 * read.
 */
final class TableParts {
    private final PmemDirectory directory;
    private final List<String> names;
    private final FindingList findings;
    private final TableState state;
    private final TableShape shape;
    private final long tableId;
    private final BucketReader buckets;
    private final BucketReader overflow;
    private final @Nullable SegmentReader[] segments;
    private final long[] live;
    private final int unitShift;
    private boolean areWordsGood = true;

    private TableParts(PmemDirectory directory, PmemRegion table, FindingList findings) {
        this.directory = directory;
        this.names = directory.list();
        this.findings = findings;
        this.state = new TableState(table);
        this.shape = TableFileHeader.shape(table);
        this.tableId = TableFileHeader.tableId(table);
        this.unitShift = Integer.numberOfTrailingZeros(shape.segmentLength() / HeapRecordDescriptor.ALIGNMENT);
        checkWords();
        this.buckets = bucketsOf(TableFileNames::index, TableDescriptor.BUCKET_COUNT_OFFSET, false);
        this.overflow = bucketsOf(TableFileNames::overflow, TableDescriptor.OVERFLOW_COUNT_OFFSET, true);
        this.segments = new SegmentReader[shape.segmentLimit()];
        this.live = new long[shape.segmentLimit()];
        for (int number = 0; number < segments.length; number++) {
            openSegment(number);
        }
    }

    /** Opens the parts of the table in a directory; null if its own file says nothing about them. */
    static @Nullable TableParts open(PmemDirectory directory, FindingList findings) {
        if (!directory.list().contains(TableFileNames.TABLE)) {
            return null;
        }
        PmemRegion table = directory.open(TableFileNames.TABLE);
        try {
            TableFileHeader.verify(table, TableDescriptor.MAGIC);
            int expected = TableDescriptor.fileLength(TableFileHeader.shape(table));
            if (table.length() != expected) {
                throw Damage.damaged(
                        table.path(),
                        Math.min(table.length(), expected),
                        expected + " bytes",
                        table.length() + " bytes");
            }
            return new TableParts(directory, table, findings);
        } catch (DamageException e) {
            findings.add(e, "header of the table", null);
            return null;
        }
    }

    private void checkWords() {
        for (int offset = TableDescriptor.BUCKET_COUNT_OFFSET;
                offset < TableDescriptor.WORDS_END;
                offset += Long.BYTES) {
            areWordsGood &= word(offset) >= 0;
        }
        for (int database = 0; database < DATABASE_COUNT; database++) {
            int at = database * Long.BYTES;
            long flushed = word(TableDescriptor.FLUSH_LSNS_OFFSET + at);
            long swept = word(TableDescriptor.SWEPT_LSNS_OFFSET + at);
            if (flushed >= 0 && swept > flushed) {
                findings.add(
                        Damage.damaged(
                                state.region().path(),
                                TableDescriptor.SWEPT_LSNS_OFFSET + at,
                                "a swept LSN of at most " + flushed + ", the flush LSN",
                                Long.toString(swept)),
                        "word of the table",
                        null);
            }
        }
    }

    /** Returns a word, or -1 if it does not check, which is reported. */
    long word(int offset) {
        try {
            return state.get(offset, "a word of the table");
        } catch (DamageException e) {
            findings.add(e, "word of the table", null);
            return -1;
        }
    }

    private BucketReader bucketsOf(IntFunction<String> namer, int countOffset, boolean isOverflow) {
        int perFile = BucketDescriptor.bucketCount(shape.bucketFileLength());
        long needed = (Math.max(0, word(countOffset)) + perFile - 1) / perFile;
        int fileCount = 0;
        // No more than one file is asked for that is not there: the number of buckets may be anything.
        while (fileCount < Math.min(needed, names.size()) || names.contains(namer.apply(fileCount))) {
            fileCount++;
        }
        if (fileCount < needed) {
            openBuckets(namer.apply(fileCount), fileCount, needed);
        }
        PmemRegion[] regions = new PmemRegion[fileCount];
        for (int number = 0; number < fileCount; number++) {
            regions[number] = openBuckets(namer.apply(number), number, needed);
        }
        return new BucketReader(regions, perFile, tableId, isOverflow);
    }

    private @Nullable PmemRegion openBuckets(String name, int number, long needed) {
        if (!names.contains(name)) {
            findings.add(
                    Damage.damaged(
                            directory.pathOf(name),
                            0,
                            "a file of buckets, of " + needed + " that the table has",
                            "no file"),
                    "file of buckets",
                    null);
            return null;
        }
        return opened(name, BucketDescriptor.MAGIC, number, "header of a file of buckets");
    }

    private @Nullable PmemRegion opened(String name, long magic, int number, String part) {
        PmemRegion region = directory.open(name);
        boolean isGood = findings.isGood(part, () -> TableFileHeader.verify(region, magic, tableId, number));
        return isGood ? region : null;
    }

    private void openSegment(int number) {
        int entry = TableDescriptor.segmentOffset(number);
        long epoch = word(entry + TableDescriptor.EPOCH_OFFSET);
        long end = word(entry + TableDescriptor.END_OFFSET);
        live[number] = Math.max(0, word(entry + TableDescriptor.LIVE_OFFSET));
        String name = TableFileNames.heap(number);
        if (!names.contains(name)) {
            if (end > 0) {
                findings.add(
                        Damage.damaged(directory.pathOf(name), 0, "a heap segment, since it is in use", "no file"),
                        "heap segment",
                        null);
            }
            return;
        }
        PmemRegion region = opened(name, HeapDescriptor.MAGIC, number, "header of a heap segment");
        if (region == null || end <= 0 || epoch < 0) {
            return;
        }
        if (end > region.length()) {
            findings.add(
                    Damage.damaged(region.path(), 0, "at least " + end + " bytes", region.length() + " bytes"),
                    "heap segment",
                    null);
            return;
        }
        segments[number] = new SegmentReader(number, region, tableId, epoch, (int) end);
    }

    TableState state() {
        return state;
    }

    /** Returns whether all words of the table check. */
    boolean areWordsGood() {
        return areWordsGood;
    }

    long tableId() {
        return tableId;
    }

    TableShape shape() {
        return shape;
    }

    BucketReader buckets() {
        return buckets;
    }

    BucketReader overflow() {
        return overflow;
    }

    /** Returns the number of a segment that any position can name. */
    int segmentLimit() {
        return segments.length;
    }

    /** Returns a segment in use that can be read, or null. */
    @Nullable
    SegmentReader segment(int number) {
        return number < segments.length ? segments[number] : null;
    }

    /** Returns the live bytes that the entry of a segment says. */
    long live(int number) {
        return live[number];
    }

    int segmentOf(long position) {
        return (int) Math.min(position >>> unitShift, Integer.MAX_VALUE);
    }

    int offsetOf(long position) {
        return (int) (position & ((1L << unitShift) - 1)) * HeapRecordDescriptor.ALIGNMENT;
    }

    long position(int segment, int offset) {
        return ((long) segment << unitShift) | (offset / HeapRecordDescriptor.ALIGNMENT);
    }

    /** Returns the bytes of the records of all segments in use. */
    long recordBytes() {
        long bytes = 0;
        for (SegmentReader segment : segments) {
            bytes += segment == null ? 0 : segment.end();
        }
        return bytes;
    }
}
