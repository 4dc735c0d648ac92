package io.nvmredis.nvm.format;

import io.nvmredis.nvm.pmem.PmemRegion;
import java.util.zip.CRC32C;

/**
 * State of the header of a file.
 *
 * <p>Every header of every version begins with magic (8 bytes), version (4) and length (4), and its last 4 bytes are
 * the CRC32C of all before them. So a newer version can be told from damage without any other knowledge of it.
 */
public enum HeaderState {
    /** Header of ours, whole, of a version that this code reads. */
    VALID,
    /** Header of ours, with a CRC that does not fit. */
    DAMAGED,
    /** Header of ours, whole, of a version that this code does not read. */
    UNKNOWN_VERSION,
    /** Bytes that do not begin with the magic. */
    FOREIGN;

    static final int VERSION_OFFSET = 8;
    static final int LENGTH_OFFSET = 12;
    private static final int MIN_LENGTH = 20;
    private static final int MAX_LENGTH = 4096;
    private static final int CRC_LENGTH = 4;

    /** Returns the state of the header that begins at an offset. */
    static HeaderState of(PmemRegion region, int offset, long magic, int version) {
        return of(region, offset, magic, version, version);
    }

    /** Returns the state of a header of which several versions are read. */
    static HeaderState of(PmemRegion region, int offset, long magic, int oldest, int newest) {
        if (region.getLong(offset) != magic) {
            return FOREIGN;
        }
        int length = region.getInt(offset + LENGTH_OFFSET);
        if (length < MIN_LENGTH || length > MAX_LENGTH || length > region.length() - offset) {
            return DAMAGED;
        }
        int crcOffset = length - CRC_LENGTH;
        if (region.getInt(offset + crcOffset) != checksum(region, offset, crcOffset)) {
            return DAMAGED;
        }
        int version = region.getInt(offset + VERSION_OFFSET);
        return version >= oldest && version <= newest ? VALID : UNKNOWN_VERSION;
    }

    /** Returns the CRC32C of a range of a mapped file. */
    static int checksum(PmemRegion region, int offset, int length) {
        CRC32C crc = new CRC32C();
        region.checksum(crc, offset, length);
        return (int) crc.getValue();
    }
}
