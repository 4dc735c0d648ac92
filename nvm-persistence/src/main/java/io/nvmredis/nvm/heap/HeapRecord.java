package io.nvmredis.nvm.heap;

import io.nvmredis.nvm.format.Damage;
import java.util.Arrays;

/** A record whose header and key have been found good. Its payload is checked when it is read. */
public final class HeapRecord {
    private final HeapSegment segment;
    private final int offset;
    private final RecordHeader header;
    private final byte[] key;

    HeapRecord(HeapSegment segment, int offset, RecordHeader header, byte[] key) {
        this.segment = segment;
        this.offset = offset;
        this.header = header;
        this.key = key;
    }

    public RecordHeader header() {
        return header;
    }

    /** The key; not to be changed. */
    public byte[] key() {
        return key;
    }

    public boolean isOf(int database, byte[] otherKey) {
        return header.database() == database && Arrays.equals(key, otherKey);
    }

    int segmentNumber() {
        return segment.number();
    }

    /** Where it stands, for messages. */
    public String path() {
        return segment.region().path();
    }

    public int offset() {
        return offset;
    }

    /**
     * A copy of the payload.
     *
     * @throws io.nvmredis.spi.PersistenceException if its checksum does not fit
     */
    public byte[] payload() {
        byte[] payload = uncheckedPayload();
        int actual = RecordCodec.checksum(payload, 0, payload.length);
        if (actual != header.payloadCrc()) {
            throw RecordCodec.damaged(
                    segment,
                    offset + header.payloadOffset(),
                    "a payload with CRC32C " + Damage.hex(header.payloadCrc()),
                    "one with " + Damage.hex(actual));
        }
        return payload;
    }

    /** A copy of the payload to be moved with its checksum as it is: damage is carried along, never made good. */
    byte[] uncheckedPayload() {
        byte[] payload = new byte[header.payloadLength()];
        segment.region().getBytes(offset + header.payloadOffset(), payload, 0, payload.length);
        return payload;
    }
}
