package io.nvmredis.rdb;

/**
 * How an RDB file is written.
 *
 * @param isCompressed {@code rdbcompression}: strings of more than 20 bytes by LZF, where that makes them shorter
 * @param hasChecksum {@code rdbchecksum}; without it the place holds 0, which means that there is none
 * @param isAofBase whether the file is the base of an append-only file
 * @param persistence of the server that saves the file for itself, so that the next one knows it again; empty if none does
 */
public record RdbOptions(boolean isCompressed, boolean hasChecksum, boolean isAofBase, String persistence) {
    /** As Redis has them when nothing is said. */
    public static final RdbOptions DEFAULT = new RdbOptions(true, true, false);

    /** A file of nobody's. */
    public RdbOptions(boolean isCompressed, boolean hasChecksum, boolean isAofBase) {
        this(isCompressed, hasChecksum, isAofBase, "");
    }

    public RdbOptions by(String saver) {
        return new RdbOptions(isCompressed, hasChecksum, isAofBase, saver);
    }
}
