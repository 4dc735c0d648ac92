package io.nvmredis.nvm.log;

import io.nvmredis.nvm.format.RecordDescriptor;
import io.nvmredis.nvm.format.RecordWriter;
import io.nvmredis.nvm.format.SegmentDescriptor;
import io.nvmredis.spi.errors.PersistenceException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Log that is open for writing.
 *
 * <p>Invariants: {@code durableLsn <= lastLsn}; a record is complete before its position is published; the position is
 * published before the LSN, so a thread that reads the LSN first and the position second knows that everything up to
 * that LSN is before that position.
 *
 * <p>Threads: the appender (one at a time, under the engine's lock) owns the fields of its section and publishes {@code
 * position} and {@code lastLsn}. Committers, see {@link LogCommitter}, take their own lock and never the engine's. The
 * appender waits for no other thread, unless it needs a segment that is not ready yet or has overtaken the high-water
 * mark. Append and commit allocate nothing.
 *
 * <p>After a failed persist or a failed append nothing is written any more: the content of the medium is unknown then,
 * and only a new recovery can determine it.
 */
public final class Log implements AutoCloseable {
    /** Most bytes kept free besides an announced transaction, whose size is an estimate. */
    private static final int MAX_MARGIN_BYTES = 256 << 10;

    /** Fewest bytes of a fragment for which the rest of a segment is used. */
    private static final int MIN_FRAGMENT_PAYLOAD = 4 << 10;

    private final SegmentPreparer preparer;
    private final LogCommitter committer;
    private final int marginBytes;
    private final int largestPayload;

    // Only the appender uses the three fields below.
    private final RecordWriter writer = new RecordWriter();
    private LogSegment current;
    private int writeOffset;
    private final HighWater highWater;

    private volatile long position;
    private volatile long lastLsn;
    /** Bytes of records appended since open; stored before the LSN is published. */
    private final AtomicLong appendedBytes = new AtomicLong();

    private volatile @Nullable PersistenceException failure;

    /** Opens the log where recovery has ended. {@link #start} starts its thread. */
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

    /** Starts a thread that prepares segments ahead. Without it they are made when they are needed. */
    public void start() {
        preparer.start();
    }

    public long lastLsn() {
        return lastLsn;
    }

    public long durableLsn() {
        return committer.durableLsn();
    }

    /** Returns the position of the next record; read after {@link #lastLsn}. */
    long position() {
        return position;
    }

    /**
     * Returns the reason why a transaction of about this size cannot be taken now, or null. Called under the engine's
     * lock.
     */
    public @Nullable String refusal(long payloadBytes) {
        PersistenceException failed = failure;
        if (failed != null) {
            return failed.getMessage();
        }
        long needed = RecordDescriptor.framedLength(payloadBytes) + marginBytes;
        return needed <= room() || needed <= preparer.spareCapacity() ? null : preparer.reserve(needed);
    }

    /**
     * Writes a transaction. Called under the engine's lock.
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
            // The next segment may be smaller than those made now, since the setting may change from one start to the
            // next.
            if (framed <= room()) {
                writeRecord(lsn, RecordDescriptor.FLAG_FIRST | RecordDescriptor.FLAG_LAST, 0, payload, offset, length);
            } else {
                writeFragments(lsn, payload, offset, length);
            }
        } catch (RuntimeException | Error e) {
            // No part of the transaction was published; its written part is a torn tail at the next open. The JVM may
            // report a store that the medium refused as an InternalError; a new segment may meet an OutOfMemoryError.
            throw fail(e);
        }
        position = LogPosition.of(current.epoch(), writeOffset);
        lastLsn = lsn;
        return lsn;
    }

    /** Returns the bytes left in the segment, headers of records included. */
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
     * Returns whether a fragment of the remaining bytes should go into this segment. It always should if the segment is
     * empty, however small: recovery looks for the next record in the next segment only, so none may be skipped.
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

    /**
     * Raises the high-water mark ahead of the records. Committers do it after they have released the waiting clients,
     * so that the appender need not.
     */
    void raiseHighWaterAhead() {
        long at = position;
        highWater.raiseAhead(LogPosition.epoch(at), LogPosition.offset(at));
    }

    /** Changes to the next segment. Nothing is persisted here: the segment and its header are durable already. */
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

    /** Lets nothing be written from now on. Returns the first failure. */
    synchronized PersistenceException fail(Throwable cause) {
        PersistenceException first = failure;
        if (first == null) {
            String reason = cause instanceof PersistenceException ? cause.getMessage() : cause.toString();
            first = new PersistenceException(reason + "; nothing is written any more, restart the server", cause);
            failure = first;
        }
        return first;
    }

    /** Returns the first failure, or null. */
    public @Nullable PersistenceException failure() {
        return failure;
    }

    /** Returns the reason why writes may be refused although nothing has failed, or null. */
    public @Nullable String shortage() {
        return preparer.shortage();
    }

    /** Returns the number of segments, spares included. */
    public int segmentCount() {
        return preparer.segmentCount();
    }

    /** Returns the bytes of all segments, spares included. */
    public long allocatedBytes() {
        return preparer.allocatedBytes();
    }

    public long commitCount() {
        return committer.commitCount();
    }

    /** Returns the number of segments recycled since open. */
    public long recycledCount() {
        return preparer.recycledCount();
    }

    /** Returns the bytes of records appended since open. */
    public long appendedBytes() {
        return appendedBytes.get();
    }

    /**
     * Releases the log before a mark: all transactions before it have been applied, and that is durable. The preparing
     * thread recycles the segments before it some time later.
     */
    public void release(LogMark mark) {
        preparer.release(mark);
    }

    /**
     * Parks until an LSN above this one is durable, the thread is unparked, or the time is over. One thread at a time
     * may wait; a committer reads one field for it, and unparks it only if it waits.
     */
    public void awaitAbove(long lsn, long nanos) {
        committer.awaitAbove(lsn, nanos);
    }

    /** Recycles released segments, and prepares one if none is ready, as the preparing thread would. */
    public void prepareSegment() {
        preparer.prepareOne();
    }

    /** Makes everything durable, persists the frontier, and unmaps the segments. Nothing may be appended any more. */
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
