package io.nvmredis.rdb;

/**
 * Options for writing an RDB file.
 *
 * @param isCompressed {@code rdbcompression}: whether strings of more than 20 bytes are compressed by LZF, where that
 *     makes them shorter
 * @param hasChecksum {@code rdbchecksum}; without it, 0 stands in its place, which means that there is no checksum
 * @param isAofBase whether the file is the base of an append-only file
 * @param persistence persistence of the server that saves the file for itself, by which its next start knows the file
 *     again; empty if the file is for no server of ours
 */
public record RdbOptions(boolean isCompressed, boolean hasChecksum, boolean isAofBase, String persistence) {
    /** Options that Redis has by default. */
    public static final RdbOptions DEFAULT = new RdbOptions(true, true, false);

    /** Creates options for a file that no server of ours saves for itself. */
    public RdbOptions(boolean isCompressed, boolean hasChecksum, boolean isAofBase) {
        this(isCompressed, hasChecksum, isAofBase, "");
    }

    public RdbOptions by(String saver) {
        return new RdbOptions(isCompressed, hasChecksum, isAofBase, saver);
    }
}
