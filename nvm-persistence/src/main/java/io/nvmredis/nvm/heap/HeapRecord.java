package io.nvmredis.nvm.heap;

import io.nvmredis.nvm.format.Damage;
import io.nvmredis.nvm.format.HeapRecordDescriptor;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Record whose header and key have been found good by {@link Heap#read}. Its payload is checked when it is read.
 * Reused; one thread.
 */
public final class HeapRecord {
    /** Length that suffices for the keys of most records. */
    private static final int INITIAL_LENGTH = 160;

    /** Length from which on a payload is read ahead: reading it page by page would wait for a disk many times. */
    private static final int LONG_PAYLOAD = 32 << 10;

    private final RecordHeader header = new RecordHeader();
    private byte[] bytes = new byte[INITIAL_LENGTH];
    private @Nullable HeapSegment segment;
    private int offset;

    /** Sets another record, whose framed header and key will be in {@link #bytes}. */
    void moveTo(HeapSegment newSegment, int newOffset, int length) {
        segment = newSegment;
        offset = newOffset;
        if (bytes.length < length) {
            bytes = new byte[length];
        }
    }

    /** Returns the salt, the header without its checksum, and the key: see {@link RecordCodec}. */
    byte[] bytes() {
        return bytes;
    }

    public RecordHeader header() {
        return header;
    }

    /**
     * Returns the array that holds the key from {@link #keyOffset} on; not to be changed, and replaced by the next
     * read.
     */
    public byte[] keyBytes() {
        return bytes;
    }

    public int keyOffset() {
        return RecordCodec.SHIFT + HeapRecordDescriptor.headerLength(header.kind);
    }

    /** Returns a copy of the key. */
    public byte[] key() {
        return Arrays.copyOfRange(bytes, keyOffset(), keyOffset() + header.keyLength);
    }

    public boolean isOf(int database, byte[] source, int sourceOffset, int length) {
        int at = keyOffset();
        return header.database == database
                && Arrays.equals(bytes, at, at + header.keyLength, source, sourceOffset, sourceOffset + length);
    }

    /** Returns whether the record is of the same key in the same database as another. */
    public boolean isOfKeyOf(HeapRecord other) {
        return isOf(other.header.database, other.bytes, other.keyOffset(), other.header.keyLength);
    }

    HeapSegment segment() {
        HeapSegment found = segment;
        if (found == null) {
            throw new IllegalStateException("nothing has been read");
        }
        return found;
    }

    /** Returns whether both are the same record at the same offset. */
    public boolean isAt(HeapRecord other) {
        return segment == other.segment && offset == other.offset;
    }

    /** Returns the path of its file, for messages. */
    public String path() {
        return segment().region().path();
    }

    public int offset() {
        return offset;
    }

    /**
     * Returns a copy of the payload.
     *
     * @throws io.nvmredis.spi.errors.PersistenceException if its checksum does not fit
     */
    public byte[] payload() {
        byte[] payload = new byte[header.payloadLength];
        int at = offset + header.payloadOffset();
        if (payload.length >= LONG_PAYLOAD) {
            segment().region().readAhead(at, payload.length);
        }
        segment().region().getBytes(at, payload, 0, payload.length);
        requirePayload(at, RecordCodec.checksum(payload, 0, payload.length));
        return payload;
    }

    /**
     * Checks the payload without keeping it.
     *
     * @param copy takes a part of it at a time
     * @throws io.nvmredis.spi.errors.PersistenceException if its checksum does not fit
     */
    public void verifyPayload(byte[] copy) {
        CRC32C crc = new CRC32C();
        int at = offset + header.payloadOffset();
        segment().region().checksum(crc, at, header.payloadLength, copy);
        requirePayload(at, (int) crc.getValue());
    }

    private void requirePayload(int at, int actual) {
        if (actual != header.payloadCrc) {
            throw RecordCodec.damaged(
                    segment(),
                    at,
                    "a payload with CRC32C " + Damage.hex(header.payloadCrc),
                    "one with " + Damage.hex(actual));
        }
    }
}
