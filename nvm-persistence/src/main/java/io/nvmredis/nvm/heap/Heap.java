package io.nvmredis.nvm.heap;

import io.nvmredis.nvm.format.Damage;
import io.nvmredis.nvm.format.HeapDescriptor;
import io.nvmredis.nvm.format.HeapRecordDescriptor;
import io.nvmredis.nvm.format.TableFileNames;
import io.nvmredis.nvm.pmem.PersistSite;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Persistent heap: records are appended to the head segment and found again by their positions.
 *
 * <p>Invariants: a record is durable before anything durable points at it, which is what {@link #persistRecords} is
 * for; the durable end of a segment is behind every record that something durable points at; live bytes are exact with
 * each batch, since they change together with the slots. Bytes behind the end mean nothing.
 *
 * <p>A record of more than an eighth of a segment gets a segment of its own, a file that fits it. So it is written and
 * read in one piece, with one checksum and one position, no reader has to join pieces, and it is never moved: its space
 * is freed by deleting the file. Making a file takes little time compared with writing that many bytes. Fragments would
 * cost a chain of reads each time, and the cleaner would move them.
 *
 * <p>Threads: the writer; readers call {@link #read} between {@link ReaderEpochs#enter} and {@link ReaderEpochs#leave}.
 */
public final class Heap implements AutoCloseable {
    private static final int ALIGNMENT = HeapRecordDescriptor.ALIGNMENT;
    /**
     * Divisor of a segment: a record of more than this part gets a segment of its own; so at most this part is lost at
     * the end of a segment.
     */
    private static final int LARGE_PART = 8;

    /** Bytes of a header and a short key, which may lie in two lines. */
    private static final int PREFETCHED_LENGTH = HeapRecordDescriptor.BASE_LENGTH + 16;

    private final SegmentSpace space;
    private final int unitShift;
    private final int segmentLength;
    private final int largestOrdinary;
    private final AtomicReferenceArray<@Nullable HeapSegment> segments;
    private final List<Unflushed> unflushed = new ArrayList<>();
    private @Nullable HeapSegment head;
    private int flushedOffset;
    private long appendedBytes;
    /** Takes header and key of the record being appended. */
    private byte[] encoded = new byte[256];

    /** Range of records that have been stored and not flushed. */
    private record Unflushed(HeapSegment segment, int from, int to) {}

    /** Opens the segments that are in use according to the table. Reads only their headers. */
    public Heap(TableFiles files, TableState state) {
        this.segmentLength = files.shape().segmentLength();
        this.largestOrdinary = (segmentLength - HeapDescriptor.RECORDS_OFFSET) / LARGE_PART;
        this.unitShift = Integer.numberOfTrailingZeros(segmentLength / ALIGNMENT);
        this.space = new SegmentSpace(files, state);
        this.segments = space.segments();
        this.head = space.newest();
        this.flushedOffset = head == null ? 0 : space.end(head.number());
    }

    public SegmentSpace space() {
        return space;
    }

    /**
     * Sets the end and the live bytes of a segment from a batch that will be redone, which is newer than the segment's
     * entry.
     *
     * @throws io.nvmredis.spi.errors.PersistenceException if the segment is shorter
     */
    public void found(int number, int end, long live) {
        space.found(number, end, live);
        flushedOffset = head == null ? 0 : space.end(head.number());
    }

    /** Returns the number of the segment that records go to, or -1 if there is none yet. */
    public int headNumber() {
        return head == null ? -1 : head.number();
    }

    /** Returns the path of a segment's file. */
    public String pathOf(int number) {
        return space.pathOf(TableFileNames.heap(number));
    }

    /** Returns the bytes of records appended since open. */
    public long appendedBytes() {
        return appendedBytes;
    }

    public int segmentOf(long position) {
        return (int) (position >>> unitShift);
    }

    private int offsetOf(long position) {
        return (int) (position & ((1L << unitShift) - 1)) * ALIGNMENT;
    }

    /** Returns the position for an offset in a segment. */
    public long position(int segment, int offset) {
        return ((long) segment << unitShift) | (offset / ALIGNMENT);
    }

    /**
     * Stores a record. Nothing points at it yet, and it is not durable before {@link #persistRecords}.
     *
     * @param header header whose lengths, and checksum of the payload, this method fills in
     * @param privileged whether the record may take the reserve, because it frees space or is moved
     * @return its position
     * @throws io.nvmredis.nvm.pmem.NoSpaceException if there is no room; nothing has changed then
     */
    public long append(
            RecordHeader header,
            byte[] key,
            int keyOffset,
            int keyLength,
            byte[] payload,
            int payloadOffset,
            int payloadLength,
            boolean privileged) {
        header.keyLength = keyLength;
        header.payloadLength = payloadLength;
        HeapSegment target = segmentFor(header.framedLength(), privileged);
        return store(target, header, key, keyOffset, payload, payloadOffset);
    }

    /** Stores a record in a segment of its own, however short it is. */
    public long appendAlone(
            RecordHeader header, byte[] key, int keyOffset, int keyLength, byte[] payload, int payloadLength) {
        header.keyLength = keyLength;
        header.payloadLength = payloadLength;
        return store(ownSegment(header.framedLength()), header, key, keyOffset, payload, 0);
    }

    private long store(
            HeapSegment target, RecordHeader header, byte[] key, int keyOffset, byte[] payload, int payloadOffset) {
        int keyLength = header.keyLength;
        int payloadLength = header.payloadLength;
        header.payloadCrc = RecordCodec.checksum(payload, payloadOffset, payloadLength);
        int offset = space.end(target.number());
        int checkedLength = RecordCodec.checkedLength(header.kind, keyLength);
        if (encoded.length < checkedLength) {
            encoded = new byte[checkedLength];
        }
        RecordCodec.encode(header, encoded, target.salt());
        System.arraycopy(key, keyOffset, encoded, checkedLength - keyLength, keyLength);
        RecordCodec.store(target.region(), offset, encoded, checkedLength);
        target.region().putBytes(offset + header.payloadOffset(), payload, payloadOffset, payloadLength);
        return added(target, offset, header.framedLength());
    }

    /**
     * Appends a record again, unchanged, with the checksum of its payload: damage is copied, never made good.
     *
     * @return its new position
     */
    public long copy(HeapRecord record) {
        long length = record.header().framedLength();
        HeapSegment target = segmentFor(length, true);
        int offset = space.end(target.number());
        target.region().putBytes(offset, record.segment().region(), record.offset(), (int) length);
        RecordCodec.storeChecksum(target.region(), offset, record, target.salt());
        return added(target, offset, length);
    }

    private long added(HeapSegment target, int offset, long length) {
        space.added(target.number(), offset + (int) length, length);
        appendedBytes += length;
        return position(target.number(), offset);
    }

    private HeapSegment segmentFor(long length, boolean privileged) {
        if (length <= largestOrdinary) {
            return headWithRoom((int) length, privileged);
        }
        return ownSegment(length);
    }

    private HeapSegment ownSegment(long length) {
        HeapSegment target = space.acquireLarge(length);
        unflushed.add(
                new Unflushed(target, HeapDescriptor.RECORDS_OFFSET, HeapDescriptor.RECORDS_OFFSET + (int) length));
        return target;
    }

    private HeapSegment headWithRoom(int length, boolean privileged) {
        HeapSegment current = head;
        if (current != null && space.end(current.number()) + length <= segmentLength) {
            return current;
        }
        HeapSegment next = space.acquire(privileged);
        noteUnflushed();
        head = next;
        flushedOffset = HeapDescriptor.RECORDS_OFFSET;
        return next;
    }

    private void noteUnflushed() {
        HeapSegment current = head;
        if (current != null && space.end(current.number()) > flushedOffset) {
            int end = space.end(current.number());
            unflushed.add(new Unflushed(current, flushedOffset, end));
            flushedOffset = end;
        }
    }

    /** Makes every appended record durable. */
    public void persistRecords() {
        noteUnflushed();
        boolean areBegun = space.flushBegun();
        if (unflushed.isEmpty() && !areBegun) {
            return;
        }
        for (Unflushed range : unflushed) {
            range.segment().region().flush(PersistSite.HEAP_RECORDS, range.from(), range.to() - range.from());
        }
        // A crash before this leaves any subset of their lines, behind the ends and unreachable; a crash after it
        // leaves all of them, still unreachable.
        space.drainRecords();
        unflushed.clear();
    }

    /**
     * Reads header and key of the record at a position.
     *
     * @throws io.nvmredis.spi.errors.PersistenceException naming the place, if there is no good record
     */
    public void read(long position, HeapRecord record) {
        int number = segmentOf(position);
        HeapSegment segment = number < segments.length() ? segments.get(number) : null;
        if (segment == null) {
            throw Damage.damaged(
                    space.pathOf(TableFileNames.heap(number)),
                    offsetOf(position),
                    "a record, since the table points there",
                    "no segment in use");
        }
        RecordCodec.read(segment, offsetOf(position), record);
    }

    /**
     * Prefetches the record at a position into the processor's cache, without decoding it: several prefetches in a row
     * wait for the medium together. Returns bytes of it, so that the compiler does not remove the loads.
     */
    public long prefetch(long position) {
        int number = segmentOf(position);
        HeapSegment segment = number < segments.length() ? segments.get(number) : null;
        int offset = offsetOf(position);
        if (segment == null || offset > segment.region().length() - PREFETCHED_LENGTH - Long.BYTES) {
            return 0;
        }
        return segment.region().getLong(offset) ^ segment.region().getLong(offset + PREFETCHED_LENGTH);
    }

    /**
     * Prefetches the bytes that {@link #release} of the record at a position will change. Called only by the writer.
     */
    public long prefetchRelease(long position) {
        int number = segmentOf(position);
        int offset = offsetOf(position);
        return number < segments.length() && offset < segmentLength ? space.prefetchRemoved(number, offset) : 0;
    }

    /** Notes that nothing will point at this record any more once the batch is published. */
    public void release(HeapRecord record) {
        space.removed(
                record.segment().number(), record.offset(), record.header().framedLength());
    }

    @Override
    public void close() {
        space.close();
    }
}
