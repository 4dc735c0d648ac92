package io.nvmredis.nvm.log;

import io.nvmredis.nvm.format.RecordDescriptor;
import io.nvmredis.nvm.format.RecordWriter;
import io.nvmredis.nvm.format.SegmentDescriptor;
import io.nvmredis.spi.errors.PersistenceException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The log, open for writing.
 *
 * <p>Invariants: {@code durableLsn <= lastLsn}; a record is complete before its position is published; the position is
 * published before the LSN, so whoever reads the LSN first and the position second may say that everything up to that
 * LSN lies before that position.
 *
 * <p>Threads: the appender (one at a time, under the engine's lock) owns the fields of its section and publishes
 * {@code position} and {@code lastLsn}. Committers, see {@link LogCommitter}, take their own lock and never the engine's.
 * The appender waits for nobody, unless it needs a segment that is not ready yet or has overtaken the high-water mark. Append and commit allocate nothing.
 *
 * <p>After one failed persist or one transaction not taken, nothing is written any more: what the medium holds is then
 * unknown, and only a new recovery can say.
 */
public final class Log implements AutoCloseable {
    /** Kept free when a transaction is announced, since its size is an estimate. */
    private static final int MAX_MARGIN_BYTES = 256 << 10;

    /** The beginning of a fragmented transaction goes to the rest of a segment if at least this much fits there. */
    private static final int MIN_FRAGMENT_PAYLOAD = 4 << 10;

    private final SegmentPreparer preparer;
    private final LogCommitter committer;
    private final int marginBytes;
    private final int largestPayload;

    // The appender's.
    private final RecordWriter writer = new RecordWriter();
    private LogSegment current;
    private int writeOffset;
    private final HighWater highWater;

    private volatile long position;
    private volatile long lastLsn;
    /** Stored before the LSN is published. */
    private final AtomicLong appendedBytes = new AtomicLong();

    private volatile @Nullable PersistenceException failure;

    /** Goes on where recovery has ended. Start it with {@link #start}. */
    public Log(LogStart start, SegmentFiles files) {
        start.seal();
        this.preparer = new SegmentPreparer(files, start);
        this.current = start.current();
        this.writeOffset = start.writeOffset();
        this.highWater = new HighWater(current);
        this.position = LogPosition.of(current.epoch(), writeOffset);
        this.lastLsn = start.lastLsn();
        this.committer = new LogCommitter(this, current, writeOffset, lastLsn);
        int capacity = files.capacity();
        this.marginBytes = Math.min(MAX_MARGIN_BYTES, capacity / 8);
        this.largestPayload = capacity - RecordDescriptor.HEADER_LENGTH;
    }

    /** Lets a thread prepare segments ahead. Without it they are made when they are needed. */
    public void start() {
        preparer.start();
    }

    public long lastLsn() {
        return lastLsn;
    }

    public long durableLsn() {
        return committer.durableLsn();
    }

    /** Where the next record goes; read after {@link #lastLsn}. */
    long position() {
        return position;
    }

    /** Why a transaction of about this size cannot be taken now, or null. Under the engine's lock. */
    public @Nullable String refusal(long payloadBytes) {
        PersistenceException failed = failure;
        if (failed != null) {
            return failed.getMessage();
        }
        long needed = RecordDescriptor.framedLength(payloadBytes) + marginBytes;
        return needed <= room() || needed <= preparer.spareCapacity() ? null : preparer.reserve(needed);
    }

    /**
     * Writes a transaction. Under the engine's lock.
     *
     * @return its LSN
     * @throws PersistenceException if it could not be written; the log has failed then
     */
    public long append(byte[] payload, int offset, int length) {
        requireHealthy();
        long lsn = lastLsn + 1;
        long framed = RecordDescriptor.framedLength(length);
        try {
            if (framed > room() && length <= largestPayload) {
                roll();
            }
            // The next segment may be smaller than those made now: the setting changes from one start to the next.
            if (framed <= room()) {
                writeRecord(lsn, RecordDescriptor.FLAG_FIRST | RecordDescriptor.FLAG_LAST, 0, payload, offset, length);
            } else {
                writeFragments(lsn, payload, offset, length);
            }
        } catch (RuntimeException | Error e) {
            // Nothing of it was published; what was written of it is a torn tail at the next open. InternalError is
            // how the JVM may report a store that the medium refused, OutOfMemoryError what a new segment may meet.
            throw fail(e);
        }
        position = LogPosition.of(current.epoch(), writeOffset);
        lastLsn = lsn;
        return lsn;
    }

    /** Bytes left in the segment, headers of records included. */
    private int room() {
        return current.region().length() - writeOffset;
    }

    private void writeFragments(long lsn, byte[] payload, int offset, int length) {
        int done = 0;
        for (int index = 0; done < length; index++) {
            if (index > RecordDescriptor.MAX_FRAGMENT_INDEX) {
                throw new PersistenceException("a transaction of " + length + " bytes needs more than "
                        + RecordDescriptor.MAX_FRAGMENT_INDEX + " fragments; use a larger --nvm-segment-size");
            }
            if (!isWorthwhile(length - done)) {
                roll();
            }
            int count = Math.min(room() - RecordDescriptor.HEADER_LENGTH, length - done);
            int flags = (done == 0 ? RecordDescriptor.FLAG_FIRST : 0)
                    | (done + count == length ? RecordDescriptor.FLAG_LAST : 0);
            writeRecord(lsn, flags, index, payload, offset + done, count);
            done += count;
        }
    }

    /**
     * Whether a fragment of what is left should go into this segment. Always, if it is empty, however small: recovery
     * looks for the next record in the next segment only, so none may be passed over.
     */
    private boolean isWorthwhile(int length) {
        return writeOffset == SegmentDescriptor.RECORDS_OFFSET
                || room() - RecordDescriptor.HEADER_LENGTH >= Math.min(MIN_FRAGMENT_PAYLOAD, length);
    }

    private void writeRecord(long lsn, int flags, int fragmentIndex, byte[] payload, int offset, int length) {
        long shapeWord = RecordDescriptor.shapeWord(length, flags, fragmentIndex);
        int framed = (int) RecordDescriptor.framedLength(length);
        highWater.require(writeOffset + framed);
        long durableLsn = committer.durableLsn();
        writer.write(
                current.region(), writeOffset, current.salt(), shapeWord, lsn, durableLsn, payload, offset, length);
        writeOffset += framed;
        appendedBytes.lazySet(appendedBytes.getPlain() + framed);
    }

    /** Committers do it when they have told who waits, so that the appender need not. */
    void raiseHighWaterAhead() {
        long at = position;
        highWater.raiseAhead(LogPosition.epoch(at), LogPosition.offset(at));
    }

    /** Goes on in the next segment. Nothing is persisted here: the segment and its header have been durable for long. */
    private void roll() {
        LogSegment next = preparer.take();
        current.seal(writeOffset, next);
        current = next;
        writeOffset = SegmentDescriptor.RECORDS_OFFSET;
        highWater.moveTo(next);
    }

    /** Returns when everything up to this LSN is durable. Any thread. */
    public void commit(long lsn) {
        committer.commit(lsn);
    }

    void requireHealthy() {
        PersistenceException failed = failure;
        if (failed != null) {
            throw new PersistenceException(String.valueOf(failed.getMessage()), failed);
        }
    }

    /** Writes nothing from now on. Returns the first failure. */
    synchronized PersistenceException fail(Throwable cause) {
        PersistenceException first = failure;
        if (first == null) {
            String reason = cause instanceof PersistenceException ? cause.getMessage() : cause.toString();
            first = new PersistenceException(reason + "; nothing is written any more, restart the server", cause);
            failure = first;
        }
        return first;
    }

    /** The first failure, or null. */
    public @Nullable PersistenceException failure() {
        return failure;
    }

    /** Why writes may be refused although nothing has failed, or null. */
    public @Nullable String shortage() {
        return preparer.shortage();
    }

    /** Segments, spares included. */
    public int segmentCount() {
        return preparer.segmentCount();
    }

    /** Bytes allocated to segments, spares included. */
    public long allocatedBytes() {
        return preparer.allocatedBytes();
    }

    public long commitCount() {
        return committer.commitCount();
    }

    /** Segments used again since open. */
    public long recycledCount() {
        return preparer.recycledCount();
    }

    /** Bytes of records appended since open. */
    public long appendedBytes() {
        return appendedBytes.get();
    }

    /**
     * Says that nothing before a place is needed any more: what was there has been applied, and that is durable. The
     * segments before it are used again, some time later, by the preparing thread.
     */
    public void release(LogMark mark) {
        preparer.release(mark);
    }

    /**
     * Parks until something above an LSN is durable, the thread is unparked, or the time is over. One thread at a time;
     * the committer pays a look at a field, and an unpark only if somebody is there.
     */
    public void awaitAbove(long lsn, long nanos) {
        committer.awaitAbove(lsn, nanos);
    }

    /** Takes out segments that are not needed and prepares one if none is ready, as the preparing thread would. */
    public void prepareSegment() {
        preparer.prepareOne();
    }

    /** Makes everything durable, notes how far that is, and unmaps. Nobody may append any more. */
    @Override
    public void close() {
        preparer.close();
        try {
            if (failure == null) {
                committer.commit(lastLsn);
                committer.persistFrontier();
            }
        } finally {
            committer.close();
            for (LogSegment segment = preparer.oldest(); segment != current; segment = segment.next()) {
                segment.close();
            }
            current.close();
        }
    }
}
