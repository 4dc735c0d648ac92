package io.nvmredis.nvm.heap;

import static io.nvmredis.nvm.format.HeapRecordDescriptor.BASE_LENGTH;
import static io.nvmredis.nvm.format.HeapRecordDescriptor.BASE_UNITS_OFFSET;
import static io.nvmredis.nvm.format.HeapRecordDescriptor.CRC_OFFSET;
import static io.nvmredis.nvm.format.HeapRecordDescriptor.DATABASE_OFFSET;
import static io.nvmredis.nvm.format.HeapRecordDescriptor.DEADLINE_OFFSET;
import static io.nvmredis.nvm.format.HeapRecordDescriptor.DELTA_LENGTH;
import static io.nvmredis.nvm.format.HeapRecordDescriptor.DELTA_UNITS_OFFSET;
import static io.nvmredis.nvm.format.HeapRecordDescriptor.DEPTH_OFFSET;
import static io.nvmredis.nvm.format.HeapRecordDescriptor.ELEMENTS_OFFSET;
import static io.nvmredis.nvm.format.HeapRecordDescriptor.KEY_LENGTH_OFFSET;
import static io.nvmredis.nvm.format.HeapRecordDescriptor.KIND_BASE;
import static io.nvmredis.nvm.format.HeapRecordDescriptor.KIND_DELTA;
import static io.nvmredis.nvm.format.HeapRecordDescriptor.KIND_OFFSET;
import static io.nvmredis.nvm.format.HeapRecordDescriptor.KIND_TOMBSTONE;
import static io.nvmredis.nvm.format.HeapRecordDescriptor.LSN_OFFSET;
import static io.nvmredis.nvm.format.HeapRecordDescriptor.PAYLOAD_CRC_OFFSET;
import static io.nvmredis.nvm.format.HeapRecordDescriptor.PAYLOAD_LENGTH_OFFSET;
import static io.nvmredis.nvm.format.HeapRecordDescriptor.PREVIOUS_LSN_OFFSET;
import static io.nvmredis.nvm.format.HeapRecordDescriptor.PREVIOUS_POSITION_OFFSET;
import static io.nvmredis.nvm.format.HeapRecordDescriptor.TYPE_OFFSET;

import io.nvmredis.nvm.format.Damage;
import io.nvmredis.nvm.format.HeapRecordDescriptor;
import io.nvmredis.spi.PersistenceException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/** Turns headers into bytes and back, believing none that does not check. Stateless. */
final class RecordCodec {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private RecordCodec() {}

    /** The header as bytes, its CRC included. */
    static byte[] encode(RecordHeader header, byte[] key, long salt) {
        byte[] bytes = new byte[HeapRecordDescriptor.headerLength(header.kind())];
        INT.set(bytes, PAYLOAD_LENGTH_OFFSET, header.payloadLength());
        LONG.set(bytes, LSN_OFFSET, header.lsn());
        LONG.set(bytes, DEADLINE_OFFSET, header.deadline());
        INT.set(bytes, KEY_LENGTH_OFFSET, header.keyLength());
        bytes[KIND_OFFSET] = (byte) header.kind();
        bytes[TYPE_OFFSET] = (byte) header.type();
        bytes[DATABASE_OFFSET] = (byte) header.database();
        INT.set(bytes, ELEMENTS_OFFSET, header.elements());
        INT.set(bytes, PAYLOAD_CRC_OFFSET, header.payloadCrc());
        if (header.isDelta()) {
            LONG.set(bytes, PREVIOUS_LSN_OFFSET, header.previousLsn());
            LONG.set(bytes, PREVIOUS_POSITION_OFFSET, header.previousPosition());
            INT.set(bytes, DEPTH_OFFSET, header.depth());
            INT.set(bytes, BASE_UNITS_OFFSET, header.baseUnits());
            INT.set(bytes, DELTA_UNITS_OFFSET, header.deltaUnits());
        }
        INT.set(bytes, CRC_OFFSET, checksum(bytes, key, salt));
        return bytes;
    }

    private static int checksum(byte[] header, byte[] key, long salt) {
        byte[] saltBytes = new byte[Long.BYTES];
        LONG.set(saltBytes, 0, salt);
        CRC32C crc = new CRC32C();
        crc.update(saltBytes, 0, saltBytes.length);
        crc.update(header, PAYLOAD_LENGTH_OFFSET, header.length - PAYLOAD_LENGTH_OFFSET);
        crc.update(key, 0, key.length);
        return (int) crc.getValue();
    }

    static int checksum(byte[] bytes, int offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, offset, length);
        return (int) crc.getValue();
    }

    /**
     * Reads header and key of the record that should stand at an offset of a segment.
     *
     * @throws PersistenceException naming the place, if none stands there
     */
    static HeapRecord read(HeapSegment segment, int offset) {
        int room = segment.region().length() - offset;
        if (room < BASE_LENGTH) {
            throw damaged(segment, offset, "a record", "the end of the segment");
        }
        int kind = kindAt(segment, offset);
        int headerLength = HeapRecordDescriptor.headerLength(kind);
        if (kind < KIND_BASE || kind > KIND_TOMBSTONE || headerLength > room) {
            throw damaged(segment, offset + KIND_OFFSET, "the kind of a record", Damage.hex(kind));
        }
        byte[] bytes = new byte[headerLength];
        segment.region().getBytes(offset, bytes, 0, headerLength);
        RecordHeader header = decode(bytes);
        if (header.keyLength() < 0
                || header.payloadLength() < 0
                || header.kind() != kind
                || header.framedLength() > room) {
            throw damaged(
                    segment,
                    offset + PAYLOAD_LENGTH_OFFSET,
                    "a record of at most " + room + " bytes",
                    "one of " + Integer.toUnsignedLong(header.keyLength()) + " and "
                            + Integer.toUnsignedLong(header.payloadLength()));
        }
        byte[] key = new byte[header.keyLength()];
        segment.region().getBytes(offset + headerLength, key, 0, key.length);
        int expected = checksum(bytes, key, segment.salt());
        int actual = (int) INT.get(bytes, CRC_OFFSET);
        if (actual != expected) {
            throw damaged(
                    segment,
                    offset + CRC_OFFSET,
                    "CRC32C " + Damage.hex(expected) + " of a record's header and key",
                    Damage.hex(actual));
        }
        return new HeapRecord(segment, offset, header, key);
    }

    private static int kindAt(HeapSegment segment, int offset) {
        return segment.region().getInt(offset + KIND_OFFSET) & 0xff;
    }

    private static RecordHeader decode(byte[] bytes) {
        boolean isDelta = bytes[KIND_OFFSET] == KIND_DELTA && bytes.length == DELTA_LENGTH;
        return new RecordHeader(
                bytes[KIND_OFFSET],
                bytes[TYPE_OFFSET],
                bytes[DATABASE_OFFSET],
                (int) INT.get(bytes, ELEMENTS_OFFSET),
                (long) LONG.get(bytes, LSN_OFFSET),
                (long) LONG.get(bytes, DEADLINE_OFFSET),
                (int) INT.get(bytes, KEY_LENGTH_OFFSET),
                (int) INT.get(bytes, PAYLOAD_LENGTH_OFFSET),
                (int) INT.get(bytes, PAYLOAD_CRC_OFFSET),
                isDelta ? (long) LONG.get(bytes, PREVIOUS_LSN_OFFSET) : 0,
                isDelta ? (long) LONG.get(bytes, PREVIOUS_POSITION_OFFSET) : 0,
                isDelta ? (int) INT.get(bytes, DEPTH_OFFSET) : 0,
                isDelta ? (int) INT.get(bytes, BASE_UNITS_OFFSET) : 0,
                isDelta ? (int) INT.get(bytes, DELTA_UNITS_OFFSET) : 0);
    }

    static PersistenceException damaged(HeapSegment segment, int offset, String expected, String actual) {
        return Damage.damaged(segment.region().path(), offset, expected, actual);
    }
}
