package io.nvmredis.nvm.format;

import io.nvmredis.nvm.pmem.PmemRegion;
import java.util.zip.CRC32C;

/**
 * What the header of a file turned out to be.
 *
 * <p>Every header of every version begins with magic (8 bytes), version (4) and length (4), and its last 4 bytes are the
 * CRC32C of all before them. So a newer version can be told from damage without knowing anything else about it.
 */
public enum HeaderState {
    /** Ours, whole, of a version that this code reads. */
    VALID,
    /** Ours, with a CRC that does not fit. */
    DAMAGED,
    /** Ours and whole, of a version that it does not. */
    UNKNOWN_VERSION,
    /** Does not begin with the magic. */
    FOREIGN;

    static final int VERSION_OFFSET = 8;
    static final int LENGTH_OFFSET = 12;
    private static final int MIN_LENGTH = 20;
    private static final int MAX_LENGTH = 4096;
    private static final int CRC_LENGTH = 4;

    /** Looks at the header that begins at an offset. */
    static HeaderState of(PmemRegion region, int offset, long magic, int version) {
        return of(region, offset, magic, version, version);
    }

    /** The same, where more than one version is read. */
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

    /** CRC32C over a range of a mapped file. */
    static int checksum(PmemRegion region, int offset, int length) {
        CRC32C crc = new CRC32C();
        region.checksum(crc, offset, length);
        return (int) crc.getValue();
    }
}
