package io.nvmredis.nvm.heap;

import io.nvmredis.nvm.format.Damage;
import io.nvmredis.nvm.format.HeapDescriptor;
import io.nvmredis.nvm.format.Sums;
import io.nvmredis.nvm.format.TableDescriptor;
import io.nvmredis.nvm.format.TableFileNames;
import io.nvmredis.nvm.pmem.NoSpaceException;
import io.nvmredis.nvm.pmem.PersistSite;
import io.nvmredis.nvm.pmem.PmemRegion;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the state of all segments: how far each is written, how much of it is live, and which are free.
 *
 * <p>A segment is <em>in use</em> (its end is not zero), <em>retired</em> (in use, nothing points into it, readers may
 * still be in it), or <em>free</em>. One free segment is a reserve for what frees space: the cleaner, and removals on a
 * full disk. At most {@value #POOL} free files are kept; others are deleted.
 */
public final class SegmentSpace implements AutoCloseable {
    private static final int POOL = 2;

    private final TableFiles files;
    private final TableState state;
    private final AtomicReferenceArray<@Nullable HeapSegment> segments;
    private final @Nullable PmemRegion[] freeRegions;
    private final int[] ends;
    private final long[] live;
    /** Contribution of each entry to the sum, as of the last batch. */
    private final long[] contributions;

    private long sum;
    private final LiveRecords liveRecords;
    private final BitSet changed = new BitSet();
    /** Segments that have begun to be used, and whose entries have not been flushed since. */
    private final BitSet begun = new BitSet();

    private int changedCount;
    private final BitSet retiredNumbers = new BitSet();
    private final ArrayDeque<Integer> free = new ArrayDeque<>();
    private final ArrayDeque<Retired> retired = new ArrayDeque<>();
    /** Lengths of free files that do not have the length of an ordinary segment, by their names. */
    private final Map<String, Integer> misfits = new HashMap<>();

    private int highest = -1;
    private long nextEpoch = 1;
    private long totalLive;
    private long segmentBytes;
    private volatile long publishedLive;

    /** Segment that readers may still be in. */
    private record Retired(int number, long epoch) {}

    SegmentSpace(TableFiles files, TableState state) {
        this.files = files;
        this.state = state;
        int limit = files.shape().segmentLimit();
        this.segments = new AtomicReferenceArray<>(limit);
        this.freeRegions = new PmemRegion[limit];
        this.ends = new int[limit];
        this.live = new long[limit];
        this.contributions = new long[limit];
        this.liveRecords = new LiveRecords(limit, files.shape().segmentLength());
        try {
            open();
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /**
     * Returns how many entries, from the first on, may ever have been used. The lowest free one is always used first.
     */
    public static int usedCount(TableFiles files, TableState state) {
        int count = present(files).length();
        while (count < files.shape().segmentLimit() && epoch(state, count) != 0) {
            count++;
        }
        return count;
    }

    private static BitSet present(TableFiles files) {
        BitSet present = new BitSet();
        for (String name : files.names()) {
            int number = TableFileNames.heapNumberOf(name);
            if (number >= 0 && number < files.shape().segmentLimit()) {
                present.set(number);
            }
        }
        return present;
    }

    private static long epoch(TableState state, int number) {
        return state.get(
                TableDescriptor.segmentOffset(number) + TableDescriptor.EPOCH_OFFSET, "the epoch of a segment");
    }

    /** Reads the entries up to the last that was ever used, and the header of each file. */
    private void open() {
        BitSet present = present(files);
        highest = usedCount(files, state) - 1;
        for (int number = 0; number <= highest; number++) {
            int entry = TableDescriptor.segmentOffset(number);
            long epoch = epoch(state, number);
            nextEpoch = Math.max(nextEpoch, epoch + 1);
            ends[number] = (int) state.get(entry + TableDescriptor.END_OFFSET, "the end of a segment");
            live[number] = state.get(entry + TableDescriptor.LIVE_OFFSET, "the live bytes of a segment");
            openSegment(number, epoch, present.get(number));
        }
        publishedLive = totalLive;
    }

    private void openSegment(int number, long epoch, boolean isPresent) {
        String name = TableFileNames.heap(number);
        if (ends[number] == 0) {
            live[number] = 0;
            if (isPresent) {
                openFree(number, name);
            }
            return;
        }
        if (!isPresent) {
            throw Damage.damaged(files.pathOf(name), 0, "a heap segment, since it is in use", "no file");
        }
        PmemRegion region = files.open(name, HeapDescriptor.MAGIC, number);
        segments.set(number, new HeapSegment(number, region, files.tableId(), epoch));
        segmentBytes += region.length();
        totalLive += live[number];
        requireEnd(region, ends[number]);
    }

    private static void requireEnd(PmemRegion region, int end) {
        if (end < 0 || end > region.length()) {
            throw Damage.damaged(
                    region.path(), 0, "at least " + Integer.toUnsignedLong(end) + " bytes", region.length() + " bytes");
        }
    }

    /** Sets another end and other live bytes of a segment in use than its entry has. */
    void found(int number, int end, long liveBytes) {
        HeapSegment segment = segments.get(number);
        if (segment == null) {
            throw new IllegalStateException("heap segment " + number + " is not in use");
        }
        requireEnd(segment.region(), end);
        ends[number] = end;
        totalLive += liveBytes - live[number];
        live[number] = liveBytes;
        publishedLive = totalLive;
    }

    private void openFree(int number, String name) {
        PmemRegion region = files.open(name, HeapDescriptor.MAGIC, number);
        if (region.length() == files.shape().segmentLength()) {
            freeRegions[number] = region;
            free.add(number);
            segmentBytes += region.length();
        } else {
            region.close();
            misfits.put(name, region.length());
        }
    }

    /** Deletes the free files that were for one record each, after the table has been accepted. */
    public void deleteMisfits() {
        misfits.forEach(files::delete);
        misfits.clear();
    }

    AtomicReferenceArray<@Nullable HeapSegment> segments() {
        return segments;
    }

    String pathOf(String name) {
        return files.pathOf(name);
    }

    /** Returns the segment of ordinary length that came into use last, or null. */
    @Nullable
    HeapSegment newest() {
        HeapSegment newest = null;
        for (int number = 0; number <= highest; number++) {
            HeapSegment segment = segments.get(number);
            if (segment != null
                    && segment.region().length() == files.shape().segmentLength()
                    && (newest == null || segment.epoch() > newest.epoch())) {
                newest = segment;
            }
        }
        return newest;
    }

    /** Returns whether only the reserve is left, or not even that. */
    public boolean isTight() {
        return free.size() <= 1 && !files.hasRoomFor(files.shape().segmentLength());
    }

    /** Returns the highest number of a segment that is or was in use, or -1. */
    public int highest() {
        return highest;
    }

    /** Returns the offset behind the last record of a segment, or 0 if the segment is free. */
    public int end(int number) {
        return ends[number];
    }

    public long live(int number) {
        return live[number];
    }

    /** Prefetches the bytes that {@link #removed} of a record will change. Returns bytes of them. */
    long prefetchRemoved(int number, int offset) {
        return liveRecords.prefetch(number, offset);
    }

    /** Returns whether the offsets of the live records of a segment are known. */
    public boolean knowsLiveRecords(int number) {
        return liveRecords.areKnown(number);
    }

    /**
     * Returns the offset of the first record at or behind an offset that is not known to be dead, or -1 if there is
     * none. At or behind the segment's end there is none.
     */
    public int nextUndecided(int number, int offset) {
        return offset >= ends[number] ? -1 : liveRecords.next(number, offset);
    }

    /** Returns the epoch of a segment in use, or 0. */
    public long epoch(int number) {
        HeapSegment segment = segments.get(number);
        return segment == null ? 0 : segment.epoch();
    }

    /** Returns the length of a segment in use, or 0. */
    public int length(int number) {
        HeapSegment segment = segments.get(number);
        return segment == null ? 0 : segment.region().length();
    }

    public boolean isLarge(int number) {
        return length(number) != files.shape().segmentLength();
    }

    /** Returns whether the segment is in use and not retired. */
    public boolean isInUse(int number) {
        return ends[number] != 0 && !retiredNumbers.get(number);
    }

    /** Starts to read a segment in use into memory, where it may be on a disk. */
    public void readAhead(int number) {
        HeapSegment segment = segments.get(number);
        if (segment != null) {
            segment.region().readAhead(0, ends[number]);
        }
    }

    /** Returns the bytes of all records that are reachable. */
    public long liveBytes() {
        return totalLive;
    }

    /** Returns the bytes of the segments' files, the free ones included. */
    public long segmentBytes() {
        return segmentBytes;
    }

    /** Returns the bytes of all records that were reachable when the last batch was published. Any thread. */
    public long publishedLiveBytes() {
        return publishedLive;
    }

    /** Returns an empty segment. */
    HeapSegment acquire(boolean privileged) {
        Integer number = free.size() > (privileged ? 0 : 1) ? free.poll() : null;
        if (number == null) {
            number = createFile();
            if (free.isEmpty() && !privileged) {
                // This file becomes the reserve, and another the head. Without room for both, there is no room.
                freeRegions[number] = regionOf(number);
                free.add(number);
                number = createFile();
            }
        }
        PmemRegion region = regionOf(number);
        freeRegions[number] = null;
        return use(number, region);
    }

    private int createFile() {
        int number = lowestUnused();
        freeRegions[number] = files.create(
                TableFileNames.heap(number),
                HeapDescriptor.MAGIC,
                number,
                files.shape().segmentLength());
        segmentBytes += files.shape().segmentLength();
        return number;
    }

    private PmemRegion regionOf(int number) {
        PmemRegion region = freeRegions[number];
        if (region == null) {
            throw new IllegalStateException("heap segment " + number + " is not free");
        }
        return region;
    }

    /** Returns a segment of its own for one record of this length. */
    HeapSegment acquireLarge(long length) {
        int number = lowestUnused();
        long rounded = (HeapDescriptor.RECORDS_OFFSET + length + PmemRegion.PAGE_LENGTH - 1) & -PmemRegion.PAGE_LENGTH;
        // A segment of this kind is recognised by its length.
        long unlike = rounded == files.shape().segmentLength() ? rounded + PmemRegion.PAGE_LENGTH : rounded;
        PmemRegion region = createLarge(number, Math.toIntExact(unlike));
        segmentBytes += region.length();
        return use(number, region);
    }

    private PmemRegion createLarge(int number, int length) {
        String name = TableFileNames.heap(number);
        try {
            return files.create(name, HeapDescriptor.MAGIC, number, length);
        } catch (NoSpaceException e) {
            if (!giveUpStock()) {
                throw e;
            }
            return files.create(name, HeapDescriptor.MAGIC, number, length);
        }
    }

    /**
     * Deletes the free files except the reserve, to make room for files of another kind. Returns whether any was
     * deleted.
     */
    public boolean giveUpStock() {
        boolean isAny = false;
        while (free.size() > 1) {
            int number = free.removeLast();
            PmemRegion region = regionOf(number);
            freeRegions[number] = null;
            region.close();
            // Its entry says that it is free: a file that a crash brings back is found to be free.
            files.delete(TableFileNames.heap(number), region.length());
            segmentBytes -= region.length();
            isAny = true;
        }
        return isAny;
    }

    private int lowestUnused() {
        for (int number = 0; number < ends.length; number++) {
            if (ends[number] == 0 && freeRegions[number] == null) {
                return number;
            }
        }
        throw new NoSpaceException(
                files.pathOf(TableFileNames.heap(ends.length)), files.shape().segmentLength(), 0, null);
    }

    private HeapSegment use(int number, PmemRegion region) {
        long epoch = nextEpoch++;
        int entry = TableDescriptor.segmentOffset(number);
        state.put(entry + TableDescriptor.EPOCH_OFFSET, epoch);
        state.put(entry + TableDescriptor.LIVE_OFFSET, 0);
        state.region().flush(PersistSite.HEAP_EPOCH, entry, TableDescriptor.SEGMENT_LENGTH);
        // A crash before this leaves the segment free, with this epoch or the one before; a crash after it leaves it
        // free with this epoch, so that a journal that names an earlier use of the number is not redone in this one,
        // whose file may be shorter.
        state.region().drain(PersistSite.HEAP_EPOCH);
        state.put(entry + TableDescriptor.END_OFFSET, HeapDescriptor.RECORDS_OFFSET);
        begun.set(number);
        highest = Math.max(highest, number);
        ends[number] = HeapDescriptor.RECORDS_OFFSET;
        live[number] = 0;
        HeapSegment segment = new HeapSegment(number, region, files.tableId(), epoch);
        segments.set(number, segment);
        if (!isLarge(number)) {
            liveRecords.begin(number);
        }
        return segment;
    }

    /**
     * Flushes the entries of the segments that have begun to be used. Called by the thread that makes the first records
     * durable, which may not be the one that began the segment, and drained with them, before anything points at them. A
     * crash before that drain leaves the segment free; a crash after it leaves it in use, possibly with no record in it.
     *
     * @return whether there were any
     */
    boolean flushBegun() {
        if (begun.isEmpty()) {
            return false;
        }
        for (int number = begun.nextSetBit(0); number >= 0; number = begun.nextSetBit(number + 1)) {
            state.region()
                    .flush(
                            PersistSite.HEAP_SEGMENT,
                            TableDescriptor.segmentOffset(number),
                            TableDescriptor.SEGMENT_LENGTH);
        }
        begun.clear();
        return true;
    }

    /** Waits until what this thread has flushed of records and entries is durable. */
    void drainRecords() {
        state.region().drain(PersistSite.HEAP_RECORDS);
    }

    void added(int number, int newEnd, long length) {
        ends[number] = newEnd;
        live[number] += length;
        totalLive += length;
        liveRecords.added(number, newEnd - (int) length);
        markChanged(number);
    }

    void removed(int number, int offset, long length) {
        live[number] -= length;
        totalLive -= length;
        liveRecords.removed(number, offset);
        markChanged(number);
    }

    /** Sets the live bytes of a segment in use to what they have been counted to be. */
    public void recounted(int number, long liveBytes) {
        if (live[number] != liveBytes) {
            totalLive += liveBytes - live[number];
            live[number] = liveBytes;
            markChanged(number);
        }
    }

    private void markChanged(int number) {
        if (!changed.get(number)) {
            changed.set(number);
            changedCount++;
        }
    }

    /** Returns the segments whose end or live bytes this batch has changed. */
    public BitSet changed() {
        return changed;
    }

    /** Returns the sum of the entries, with the changes of this batch, see {@link Sums}. */
    public long sum() {
        for (int number = changed.nextSetBit(0); number >= 0; number = changed.nextSetBit(number + 1)) {
            summed(number);
        }
        return sum;
    }

    private void summed(int number) {
        long contribution = Sums.ofSegment(number, epoch(number), ends[number], live[number]);
        sum = Sums.add(Sums.subtract(sum, contributions[number]), contribution);
        contributions[number] = contribution;
    }

    /** Returns the sum of all entries as they have been found, including those of a batch that will be redone. */
    public long foundSum() {
        for (int number = 0; number <= highest; number++) {
            summed(number);
        }
        return sum;
    }

    /** Returns the number of segments whose end or live bytes this batch has changed. */
    public int changedCount() {
        return changedCount;
    }

    /** Notes that the batch is published. */
    public void published() {
        changed.clear();
        changedCount = 0;
        publishedLive = totalLive;
    }

    /** Retires a segment: nothing durable points into it any more. */
    public void retire(int number, ReaderEpochs epochs) {
        if (live[number] != 0) {
            throw new IllegalStateException(
                    files.pathOf(TableFileNames.heap(number)) + " has " + live[number] + " live bytes and is retired");
        }
        retiredNumbers.set(number);
        retired.add(new Retired(number, epochs.advance()));
    }

    /** Frees the retired segments that no reader can use any more. Returns their number. */
    public int freeRetired(ReaderEpochs epochs) {
        int count = 0;
        while (!retired.isEmpty() && epochs.isOver(retired.getFirst().epoch())) {
            freeSegment(retired.removeFirst().number());
            count++;
        }
        return count;
    }

    private void freeSegment(int number) {
        HeapSegment segment = segments.get(number);
        if (segment == null) {
            throw new IllegalStateException("heap segment " + number + " is not in use");
        }
        // A crash before this leaves the segment in use without a live record, to be cleaned again; a crash after it
        // leaves it free.
        state.persist(PersistSite.HEAP_FREE, TableDescriptor.segmentOffset(number) + TableDescriptor.END_OFFSET, 0);
        ends[number] = 0;
        if (contributions[number] != 0) {
            throw new IllegalStateException("heap segment " + number + " was live in the last batch and is freed");
        }
        if (changed.get(number)) {
            changed.clear(number);
            changedCount--;
        }
        retiredNumbers.clear(number);
        segments.set(number, null);
        liveRecords.end(number);
        PmemRegion region = segment.region();
        if (region.length() == files.shape().segmentLength() && free.size() < POOL) {
            freeRegions[number] = region;
            free.add(number);
        } else {
            region.close();
            files.delete(TableFileNames.heap(number), region.length());
            segmentBytes -= region.length();
        }
    }

    @Override
    public void close() {
        for (int number = 0; number < ends.length; number++) {
            HeapSegment segment = segments.getAndSet(number, null);
            if (segment != null) {
                segment.region().close();
            }
        }
        for (PmemRegion region : freeRegions) {
            if (region != null) {
                region.close();
            }
        }
        Arrays.fill(freeRegions, null);
    }
}
