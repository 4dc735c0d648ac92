package io.nvmredis.nvm.heap;

import static io.nvmredis.nvm.format.HeapRecordDescriptor.BASE_LENGTH;
import static io.nvmredis.nvm.format.HeapRecordDescriptor.BASE_UNITS_HIGH_OFFSET;
import static io.nvmredis.nvm.format.HeapRecordDescriptor.BASE_UNITS_OFFSET;
import static io.nvmredis.nvm.format.HeapRecordDescriptor.CRC_OFFSET;
import static io.nvmredis.nvm.format.HeapRecordDescriptor.DATABASE_OFFSET;
import static io.nvmredis.nvm.format.HeapRecordDescriptor.DEADLINE_OFFSET;
import static io.nvmredis.nvm.format.HeapRecordDescriptor.DELTA_UNITS_HIGH_OFFSET;
import static io.nvmredis.nvm.format.HeapRecordDescriptor.DELTA_UNITS_OFFSET;
import static io.nvmredis.nvm.format.HeapRecordDescriptor.DEPTH_OFFSET;
import static io.nvmredis.nvm.format.HeapRecordDescriptor.ELEMENTS_OFFSET;
import static io.nvmredis.nvm.format.HeapRecordDescriptor.FLAGS_OFFSET;
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
import io.nvmredis.nvm.pmem.PmemRegion;
import io.nvmredis.spi.errors.PersistenceException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * Encodes headers and decodes them, and accepts none that does not check. Stateless.
 *
 * <p>In DRAM a header is kept as its checksum covers it: the salt, the header from its fifth byte on, the key. So it is
 * copied once and checked in one pass, and a field at an offset of the header is {@link #SHIFT} bytes further on.
 */
final class RecordCodec {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

    private static final int CRC_LENGTH = Integer.BYTES;
    /** Bytes by which the salt is longer than the checksum that it replaces. */
    static final int SHIFT = Long.BYTES - CRC_LENGTH;

    private RecordCodec() {}

    /** Returns the bytes that a header and its key take in DRAM. */
    static int checkedLength(int kind, int keyLength) {
        return SHIFT + HeapRecordDescriptor.headerLength(kind) + keyLength;
    }

    /** Encodes everything but the key. */
    static void encode(RecordHeader header, byte[] bytes, long salt) {
        LONG.set(bytes, 0, salt);
        INT.set(bytes, SHIFT + PAYLOAD_LENGTH_OFFSET, header.payloadLength);
        LONG.set(bytes, SHIFT + LSN_OFFSET, header.lsn);
        LONG.set(bytes, SHIFT + DEADLINE_OFFSET, header.deadline);
        INT.set(bytes, SHIFT + KEY_LENGTH_OFFSET, header.keyLength);
        bytes[SHIFT + KIND_OFFSET] = (byte) header.kind;
        bytes[SHIFT + TYPE_OFFSET] = (byte) header.type;
        bytes[SHIFT + DATABASE_OFFSET] = (byte) header.database;
        bytes[SHIFT + FLAGS_OFFSET] = (byte) header.flags;
        INT.set(bytes, SHIFT + ELEMENTS_OFFSET, header.elements);
        INT.set(bytes, SHIFT + PAYLOAD_CRC_OFFSET, header.payloadCrc);
        if (header.isDelta()) {
            LONG.set(bytes, SHIFT + PREVIOUS_LSN_OFFSET, header.previousLsn);
            LONG.set(bytes, SHIFT + PREVIOUS_POSITION_OFFSET, header.previousPosition);
            INT.set(bytes, SHIFT + DEPTH_OFFSET, header.depth);
            INT.set(bytes, SHIFT + BASE_UNITS_OFFSET, (int) header.baseUnits);
            INT.set(bytes, SHIFT + DELTA_UNITS_OFFSET, (int) header.deltaUnits);
            SHORT.set(bytes, SHIFT + BASE_UNITS_HIGH_OFFSET, (short) (header.baseUnits >>> Integer.SIZE));
            SHORT.set(bytes, SHIFT + DELTA_UNITS_HIGH_OFFSET, (short) (header.deltaUnits >>> Integer.SIZE));
        }
    }

    private static void decode(byte[] bytes, RecordHeader header) {
        header.payloadLength = (int) INT.get(bytes, SHIFT + PAYLOAD_LENGTH_OFFSET);
        header.lsn = (long) LONG.get(bytes, SHIFT + LSN_OFFSET);
        header.deadline = (long) LONG.get(bytes, SHIFT + DEADLINE_OFFSET);
        header.keyLength = (int) INT.get(bytes, SHIFT + KEY_LENGTH_OFFSET);
        header.kind = bytes[SHIFT + KIND_OFFSET];
        header.type = bytes[SHIFT + TYPE_OFFSET];
        header.database = bytes[SHIFT + DATABASE_OFFSET];
        header.flags = bytes[SHIFT + FLAGS_OFFSET];
        header.elements = (int) INT.get(bytes, SHIFT + ELEMENTS_OFFSET);
        header.payloadCrc = (int) INT.get(bytes, SHIFT + PAYLOAD_CRC_OFFSET);
        boolean isDelta = header.isDelta();
        header.previousLsn = isDelta ? (long) LONG.get(bytes, SHIFT + PREVIOUS_LSN_OFFSET) : 0;
        header.previousPosition = isDelta ? (long) LONG.get(bytes, SHIFT + PREVIOUS_POSITION_OFFSET) : 0;
        header.depth = isDelta ? (int) INT.get(bytes, SHIFT + DEPTH_OFFSET) : 0;
        header.baseUnits = isDelta ? units(bytes, BASE_UNITS_OFFSET, BASE_UNITS_HIGH_OFFSET) : 0;
        header.deltaUnits = isDelta ? units(bytes, DELTA_UNITS_OFFSET, DELTA_UNITS_HIGH_OFFSET) : 0;
    }

    private static long units(byte[] bytes, int lowOffset, int highOffset) {
        long high = Short.toUnsignedLong((short) SHORT.get(bytes, SHIFT + highOffset));
        return (high << Integer.SIZE) | Integer.toUnsignedLong((int) INT.get(bytes, SHIFT + lowOffset));
    }

    /** Stores an encoded header and its key at an offset. */
    static void store(PmemRegion region, int offset, byte[] bytes, int checkedLength) {
        region.putInt(offset + CRC_OFFSET, checksum(bytes, 0, checkedLength));
        region.putBytes(offset + CRC_LENGTH, bytes, SHIFT + CRC_LENGTH, checkedLength - SHIFT - CRC_LENGTH);
    }

    /** Stores the checksum, under another salt, of a copy of a record. */
    static void storeChecksum(PmemRegion region, int offset, HeapRecord original, long salt) {
        byte[] bytes = original.bytes();
        LONG.set(bytes, 0, salt);
        RecordHeader header = original.header();
        region.putInt(offset + CRC_OFFSET, checksum(bytes, 0, checkedLength(header.kind, header.keyLength)));
    }

    static int checksum(byte[] bytes, int offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, offset, length);
        return (int) crc.getValue();
    }

    /**
     * Reads header and key of the record that should be at an offset of a segment.
     *
     * @throws PersistenceException naming the place, if there is no good record
     */
    static void read(HeapSegment segment, int offset, HeapRecord record) {
        read(segment, offset, record, true);
    }

    /** Reads a record whose checksum does not fit, to guess its key: only the lengths are made sure of. */
    static void readUnchecked(HeapSegment segment, int offset, HeapRecord record) {
        read(segment, offset, record, false);
    }

    private static void read(HeapSegment segment, int offset, HeapRecord record, boolean isChecked) {
        PmemRegion region = segment.region();
        int room = region.length() - offset;
        int kind = kindWithin(segment, offset, room);
        int keyLength = region.getInt(offset + KEY_LENGTH_OFFSET);
        int payloadLength = region.getInt(offset + PAYLOAD_LENGTH_OFFSET);
        if (keyLength < 0
                || payloadLength < 0
                || HeapRecordDescriptor.framedLength(kind, keyLength, payloadLength) > room) {
            throw damaged(
                    segment,
                    offset + PAYLOAD_LENGTH_OFFSET,
                    "a record of at most " + room + " bytes",
                    "one of " + Integer.toUnsignedLong(keyLength) + " and " + Integer.toUnsignedLong(payloadLength));
        }
        int length = checkedLength(kind, keyLength);
        record.moveTo(segment, offset, length);
        byte[] bytes = record.bytes();
        LONG.set(bytes, 0, segment.salt());
        region.getBytes(offset + CRC_LENGTH, bytes, SHIFT + CRC_LENGTH, length - SHIFT - CRC_LENGTH);
        if (isChecked) {
            requireChecksum(segment, offset, checksum(bytes, 0, length));
        }
        decode(bytes, record.header());
    }

    private static int kindWithin(HeapSegment segment, int offset, int room) {
        if (room < BASE_LENGTH) {
            throw damaged(segment, offset, "a record", "the end of the segment");
        }
        int kind = segment.region().getByte(offset + KIND_OFFSET);
        boolean isKind = kind == KIND_BASE || kind == KIND_DELTA || kind == KIND_TOMBSTONE;
        if (!isKind || HeapRecordDescriptor.headerLength(kind) > room) {
            throw damaged(segment, offset + KIND_OFFSET, "the kind of a record", Damage.hex(kind & 0xff));
        }
        return kind;
    }

    private static void requireChecksum(HeapSegment segment, int offset, int expected) {
        int actual = segment.region().getInt(offset + CRC_OFFSET);
        if (actual != expected) {
            throw damaged(
                    segment,
                    offset + CRC_OFFSET,
                    "CRC32C " + Damage.hex(expected) + " of a record's header and key",
                    Damage.hex(actual));
        }
    }

    static PersistenceException damaged(HeapSegment segment, int offset, String expected, String actual) {
        return Damage.damaged(segment.region().path(), offset, expected, actual);
    }
}
