package io.nvmredis.rdb;

/**
 * Options for loading an RDB file.
 *
 * @param skipsUnsupported whether loading leaves out, and counts, data that cannot be kept here ({@code
 *     --import-skip-unsupported}); otherwise it stops at the first of them
 * @param dropsExpired whether keys and hash fields whose deadline has passed are left out, as a Redis that is no
 *     replica does with an RDB file; otherwise they come with their deadline, as with the base of an append-only file
 * @param replacesKeys whether each key is removed first, for a data set that is not empty
 * @param firstLsn LSN of the first transaction
 */
public record RdbLoadOptions(boolean skipsUnsupported, boolean dropsExpired, boolean replacesKeys, long firstLsn) {
    /** Options of a server that starts with an RDB file. */
    public static final RdbLoadOptions DEFAULT = new RdbLoadOptions(false, true, false, 1);

    public RdbLoadOptions withSkipsUnsupported(boolean value) {
        return new RdbLoadOptions(value, dropsExpired, replacesKeys, firstLsn);
    }

    public RdbLoadOptions withDropsExpired(boolean value) {
        return new RdbLoadOptions(skipsUnsupported, value, replacesKeys, firstLsn);
    }

    public RdbLoadOptions withReplacesKeys(boolean value) {
        return new RdbLoadOptions(skipsUnsupported, dropsExpired, value, firstLsn);
    }

    public RdbLoadOptions withFirstLsn(long value) {
        return new RdbLoadOptions(skipsUnsupported, dropsExpired, replacesKeys, value);
    }
}
