package io.nvmredis.nvm.log;

import io.nvmredis.nvm.format.Damage;
import io.nvmredis.nvm.format.RecordDescriptor;
import io.nvmredis.nvm.format.SegmentDescriptor;
import io.nvmredis.spi.effects.BufferCapacity;
import io.nvmredis.spi.errors.PersistenceException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Reads the durable transactions of an open log, in order.
 *
 * <p>The log is copied in large pieces into arrays that are reused; transactions that have been read stay there until
 * {@link #reuse}. Every record is checked once more: in the table its effects get a checksum of their own, so damage
 * would look good for ever.
 *
 * <p><b>Why it may read.</b> A transaction is read when {@link Log#durableLsn} has reached it. The appender published
 * its position before its LSN, and the committer read both before it made the transaction durable and published the
 * durable LSN. So a thread that has read the durable LSN sees every byte up to the position that it reads afterwards,
 * and the end of every segment that the appender left before. Bytes behind that position are not read. The appender may
 * leave the segment that is being read at that moment: its end, read too early, is zero, which no offset of a record
 * equals.
 *
 * <p>One thread. Allocates nothing per transaction, unless it is larger than a piece.
 */
public final class LogReader {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final byte[] NOTHING = new byte[0];
    /** Length of the reused arrays: large against a record, small against what a processor caches. */
    public static final int PIECE_LENGTH = 1 << 20;

    private final Log log;
    private final CRC32C crc = new CRC32C();
    private final byte[] salt = new byte[Long.BYTES];
    private final List<byte[]> pieces = new ArrayList<>();
    private int pieceCount;

    /** Segment of the next record. */
    private LogSegment segment;

    private int offset;
    private long nextLsn;
    private long durableLsn;
    private long passedBytes;

    /** Piece that has a copy of the log from {@code offset} on, between {@code at} and {@code end}. */
    private byte[] piece = NOTHING;

    private int at;
    private int end;

    /** Length of the payload of the record read last. */
    private int payloadLength;

    private int flags;

    private byte[] bytes = piece;
    private int start;
    private int length;

    /** Creates a reader that begins at a mark. */
    public LogReader(Log log, LogMark mark) {
        this.log = log;
        this.segment = mark.segment();
        this.offset = mark.offset();
        this.nextLsn = mark.nextLsn();
        LONG.set(salt, 0, segment.salt());
    }

    /**
     * Reads the next transaction.
     *
     * @return whether there is a durable one
     * @throws PersistenceException if it is damaged
     */
    public boolean next() {
        if (nextLsn > durableLsn) {
            durableLsn = log.durableLsn();
            if (nextLsn > durableLsn) {
                return false;
            }
        }
        readRecord(RecordDescriptor.FLAG_FIRST, 0);
        bytes = piece;
        start = at + RecordDescriptor.HEADER_LENGTH;
        length = payloadLength;
        pass();
        if ((flags & RecordDescriptor.FLAG_LAST) == 0) {
            readFragments();
        }
        nextLsn++;
        return true;
    }

    /** Joins the fragments of a large transaction in an array of its own. */
    private void readFragments() {
        byte[] whole = Arrays.copyOfRange(bytes, start, start + length + lengthToCome());
        int total = length;
        for (int index = 1; (flags & RecordDescriptor.FLAG_LAST) == 0; index++) {
            readRecord(0, index);
            if (payloadLength > whole.length - total) {
                long wanted = Math.max(2L * whole.length, (long) total + payloadLength);
                whole = Arrays.copyOf(whole, (int) Math.min(wanted, BufferCapacity.MAX));
            }
            System.arraycopy(piece, at + RecordDescriptor.HEADER_LENGTH, whole, total, payloadLength);
            total += payloadLength;
            pass();
        }
        bytes = whole;
        start = 0;
        length = total;
    }

    /** Returns the bytes of the fragments that follow, as far as their headers tell, which are not checked yet. */
    private int lengthToCome() {
        LogSegment in = segment;
        int from = offset;
        long total = 0;
        long shape;
        do {
            if (from == in.endOffset()) {
                in = in.next();
                from = SegmentDescriptor.RECORDS_OFFSET;
            }
            shape = in.region().getLong(from + RecordDescriptor.PAYLOAD_LENGTH_OFFSET);
            int more = (int) shape;
            boolean isOurs = in.region().getLong(from + RecordDescriptor.LSN_OFFSET) == nextLsn;
            if (!isOurs || more <= 0 || more > in.region().length() - from) {
                // The header is damaged; reading the record will report it.
                return 0;
            }
            total += more;
            from += (int) RecordDescriptor.framedLength(more);
        } while (((int) (shape >>> 32) & 0xff & RecordDescriptor.FLAG_LAST) == 0
                && from + RecordDescriptor.HEADER_LENGTH <= in.region().length());
        return (int) Math.min(total, (long) BufferCapacity.MAX - start - length);
    }

    /** Reads the record at {@code offset} and checks that it is the expected one. Does not move on. */
    private void readRecord(int firstFlag, int fragmentIndex) {
        if (offset == segment.endOffset()) {
            segment = segment.next();
            offset = SegmentDescriptor.RECORDS_OFFSET;
            at = end;
            LONG.set(salt, 0, segment.salt());
        }
        require(RecordDescriptor.HEADER_LENGTH, fragmentIndex);
        long shape = (long) LONG.get(piece, at + RecordDescriptor.PAYLOAD_LENGTH_OFFSET);
        payloadLength = (int) shape;
        flags = (int) (shape >>> 32) & 0xff;
        boolean isExpected = payloadLength >= 0
                && (flags & RecordDescriptor.FLAG_FIRST) == firstFlag
                && (int) (shape >>> 48) == fragmentIndex
                && (long) LONG.get(piece, at + RecordDescriptor.LSN_OFFSET) == nextLsn;
        if (!isExpected) {
            throw damaged(fragmentIndex, "another header");
        }
        require((long) RecordDescriptor.HEADER_LENGTH + payloadLength, fragmentIndex);
        int covered = RecordDescriptor.HEADER_LENGTH - RecordDescriptor.PAYLOAD_LENGTH_OFFSET + payloadLength;
        crc.reset();
        crc.update(salt, 0, Long.BYTES);
        crc.update(piece, at + RecordDescriptor.PAYLOAD_LENGTH_OFFSET, covered);
        int stored = (int) (long) LONG.get(piece, at + RecordDescriptor.CRC_OFFSET);
        if (stored != (int) crc.getValue()) {
            throw damaged(
                    fragmentIndex, "CRC32C " + Damage.hex(stored) + " in place of " + Damage.hex((int) crc.getValue()));
        }
    }

    private void pass() {
        int framed = (int) RecordDescriptor.framedLength(payloadLength);
        offset += framed;
        // The padding may reach behind the copied bytes.
        at = Math.min(at + framed, end);
        passedBytes += framed;
    }

    /** Makes the copy have at least {@code count} bytes of the log from {@code offset} on. */
    private void require(long count, int fragmentIndex) {
        if (end - at >= count) {
            return;
        }
        long position = log.position();
        int bound = LogPosition.epoch(position) == segment.epoch() ? LogPosition.offset(position) : segment.endOffset();
        if (bound - offset < count) {
            throw damaged(fragmentIndex, "the end of the records at offset " + bound);
        }
        if (piece.length - at < count) {
            piece = newPiece((int) count);
            at = 0;
            end = 0;
        }
        int copied = end - at;
        int missing = Math.min(bound - offset - copied, piece.length - end);
        segment.region().getBytes(offset + copied, piece, end, missing);
        end += missing;
    }

    private byte[] newPiece(int minimum) {
        if (minimum > PIECE_LENGTH) {
            return new byte[minimum];
        }
        if (pieceCount == pieces.size()) {
            pieces.add(new byte[PIECE_LENGTH]);
        }
        return pieces.get(pieceCount++);
    }

    /** Ends the use of everything read so far: the arrays will be overwritten. */
    public void reuse() {
        // A long batch, as on a full disk, must not keep its memory.
        while (pieces.size() > 8) {
            pieces.remove(pieces.size() - 1);
        }
        pieceCount = 0;
        piece = NOTHING;
        at = 0;
        end = 0;
        bytes = piece;
    }

    private PersistenceException damaged(int fragmentIndex, String found) {
        return Damage.damaged(
                segment.region().path(),
                offset,
                "the record of LSN " + nextLsn + ", fragment " + fragmentIndex + ", as it was when it was committed",
                found);
    }

    /** Returns the LSN of the transaction read last. */
    public long lsn() {
        return nextLsn - 1;
    }

    /** Returns the LSN of the transaction that comes next. */
    public long nextLsn() {
        return nextLsn;
    }

    /** Returns the array that holds its effects from {@link #offset} on, {@link #length} bytes; not to be changed. */
    public byte[] bytes() {
        return bytes;
    }

    public int offset() {
        return start;
    }

    public int length() {
        return length;
    }

    /** Returns the bytes of records that have been read. */
    public long passedBytes() {
        return passedBytes;
    }

    /** Returns the mark behind the transaction read last. */
    public LogMark mark() {
        return new LogMark(segment, offset, nextLsn);
    }
}
