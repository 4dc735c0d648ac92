package io.nvmredis.nvm.format;

import io.nvmredis.nvm.pmem.PmemRegion;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * Reads the bytes at an offset of a segment and tells whether they are a record. The fields have a meaning only after
 * {@link #read} has returned {@link Found#RECORD}, or, except for the payload, {@link Found#BAD_PAYLOAD}. One thread.
 */
public final class RecordReader {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /** Content at an offset. */
    public enum Found {
        /** No room for a header before the end of the segment. */
        END,
        /** Header of zeroes: nothing was ever written here. */
        BLANK,
        /** Bytes that are not a header of this segment. */
        NO_HEADER,
        /** Good header of this segment whose payload is not what was written. */
        BAD_PAYLOAD,
        /** Whole record. */
        RECORD
    }

    private final CRC32C crc = new CRC32C();
    private final byte[] header = new byte[RecordDescriptor.HEADER_LENGTH];
    private final byte[] copy = new byte[64 << 10];
    private int storedHeaderCrc;
    private int actualHeaderCrc;
    private int storedCrc;
    private int actualCrc;
    private int payloadLength;
    private int flags;
    private int fragmentIndex;
    private long lsn;
    private long durableLsn;

    public Found read(PmemRegion region, int offset, long salt) {
        if (offset > region.length() - RecordDescriptor.HEADER_LENGTH) {
            return Found.END;
        }
        region.getBytes(offset, header, 0, RecordDescriptor.HEADER_LENGTH);
        long crcs = (long) LONG.get(header, 0);
        parse(crcs);
        if ((crcs | lsn | durableLsn | (long) LONG.get(header, RecordDescriptor.PAYLOAD_LENGTH_OFFSET)) == 0) {
            return Found.BLANK;
        }
        LONG.set(header, 0, salt);
        crc.reset();
        crc.update(header, 0, RecordDescriptor.HEADER_LENGTH);
        actualHeaderCrc = (int) crc.getValue();
        if (actualHeaderCrc != storedHeaderCrc || !fits(region, offset)) {
            return Found.NO_HEADER;
        }
        addPayload(region, offset + RecordDescriptor.HEADER_LENGTH);
        actualCrc = (int) crc.getValue();
        return actualCrc == storedCrc ? Found.RECORD : Found.BAD_PAYLOAD;
    }

    /** Adds the payload to the checksum. It is copied first, for the reason given at {@link PmemRegion#checksum}. */
    private void addPayload(PmemRegion region, int offset) {
        for (int done = 0; done < payloadLength; done += copy.length) {
            int length = Math.min(copy.length, payloadLength - done);
            region.getBytes(offset + done, copy, 0, length);
            crc.update(copy, 0, length);
        }
    }

    private void parse(long crcs) {
        storedCrc = (int) crcs;
        storedHeaderCrc = (int) (crcs >>> 32);
        long shape = (long) LONG.get(header, RecordDescriptor.PAYLOAD_LENGTH_OFFSET);
        payloadLength = (int) shape;
        flags = (int) (shape >>> 32) & 0xff;
        fragmentIndex = (int) (shape >>> 48);
        lsn = (long) LONG.get(header, RecordDescriptor.LSN_OFFSET);
        durableLsn = (long) LONG.get(header, RecordDescriptor.DURABLE_LSN_OFFSET);
    }

    /** Returns whether the payload stays in the file: even after the header's checksum no length is used unchecked. */
    private boolean fits(PmemRegion region, int offset) {
        return payloadLength >= 0 && payloadLength <= region.length() - offset - RecordDescriptor.HEADER_LENGTH;
    }

    /** Returns whether the payload fits into {@link #payload}. */
    public boolean hasPayload() {
        return payloadLength <= copy.length;
    }

    /**
     * Returns a copy of the payload, if {@link #hasPayload}, from the first byte of the array on; valid until the next
     * read.
     */
    public byte[] payload() {
        return copy;
    }

    public int payloadLength() {
        return payloadLength;
    }

    public boolean isFirst() {
        return (flags & RecordDescriptor.FLAG_FIRST) != 0;
    }

    public boolean isLast() {
        return (flags & RecordDescriptor.FLAG_LAST) != 0;
    }

    public int fragmentIndex() {
        return fragmentIndex;
    }

    public long lsn() {
        return lsn;
    }

    public long durableLsn() {
        return durableLsn;
    }

    /** Returns what a message says was expected. */
    public String expectedText(Found found) {
        return switch (found) {
            case NO_HEADER -> "header CRC32C " + Damage.hex(actualHeaderCrc);
            case BAD_PAYLOAD -> "CRC32C " + Damage.hex(actualCrc);
            default -> "a record";
        };
    }

    /** Returns what a message says was found. */
    public String actualText(Found found) {
        return switch (found) {
            case NO_HEADER -> Damage.hex(storedHeaderCrc);
            case BAD_PAYLOAD -> Damage.hex(storedCrc);
            case BLANK -> "zeroes";
            case END -> "the end of the segment";
            case RECORD -> "the record of LSN " + lsn + ", fragment " + fragmentIndex;
        };
    }
}
