package io.nvmredis.nvm.format;

import io.nvmredis.nvm.pmem.PmemRegion;
import io.nvmredis.spi.errors.PersistenceException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/** Writes records into mapped segments. Allocates nothing. One thread at a time. */
public final class RecordWriter {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final CRC32C crc = new CRC32C();
    private final byte[] header = new byte[RecordDescriptor.HEADER_LENGTH];

    /**
     * Writes one record. Its stores may reach the medium in any order, since no byte of it is trusted before its
     * checksum fits.
     */
    public void write(
            PmemRegion region,
            int offset,
            long salt,
            long shapeWord,
            long lsn,
            long durableLsn,
            byte[] payload,
            int payloadOffset,
            int payloadLength) {
        LONG.set(header, 0, salt);
        LONG.set(header, RecordDescriptor.PAYLOAD_LENGTH_OFFSET, shapeWord);
        LONG.set(header, RecordDescriptor.LSN_OFFSET, lsn);
        LONG.set(header, RecordDescriptor.DURABLE_LSN_OFFSET, durableLsn);
        crc.reset();
        crc.update(header, 0, RecordDescriptor.HEADER_LENGTH);
        long headerCrc = crc.getValue();
        crc.update(payload, payloadOffset, payloadLength);
        long crcWord = crc.getValue() | headerCrc << 32;
        region.putLong(offset + RecordDescriptor.CRC_OFFSET, crcWord);
        region.putLong(offset + RecordDescriptor.PAYLOAD_LENGTH_OFFSET, shapeWord);
        region.putLong(offset + RecordDescriptor.LSN_OFFSET, lsn);
        region.putLong(offset + RecordDescriptor.DURABLE_LSN_OFFSET, durableLsn);
        region.putBytes(offset + RecordDescriptor.HEADER_LENGTH, payload, payloadOffset, payloadLength);
        if (region.getLong(offset + RecordDescriptor.CRC_OFFSET) != crcWord
                || !isStored(region, offset + RecordDescriptor.HEADER_LENGTH, payload, payloadOffset, payloadLength)) {
            throw new PersistenceException(
                    region.path() + " does not keep the bytes stored at offset " + offset + ": the medium refuses it");
        }
    }

    /**
     * Returns whether each page has taken its part of the record. If the JVM reports a store that the medium refuses,
     * it does so some time later and to any thread that runs then. So 1 byte per page is read here, before the record
     * is published.
     */
    private static boolean isStored(PmemRegion region, int at, byte[] payload, int payloadOffset, int payloadLength) {
        for (int i = payloadLength - 1; i >= 0; i -= PmemRegion.PAGE_LENGTH) {
            if (region.getByte(at + i) != payload[payloadOffset + i]) {
                return false;
            }
        }
        return true;
    }
}
