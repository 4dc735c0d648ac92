package io.nvmredis.stock.rdb;

/**
 * How an RDB file is written.
 *
 * @param isCompressed {@code rdbcompression}: strings of more than 20 bytes by LZF, where that makes them shorter
 * @param hasChecksum {@code rdbchecksum}; without it the place holds 0, which means that there is none
 * @param isAofBase whether the file is the base of an append-only file
 */
public record RdbOptions(boolean isCompressed, boolean hasChecksum, boolean isAofBase) {
    /** As Redis has them when nothing is said. */
    public static final RdbOptions DEFAULT = new RdbOptions(true, true, false);
}
