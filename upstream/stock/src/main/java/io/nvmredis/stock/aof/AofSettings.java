package io.nvmredis.stock.aof;

import io.nvmredis.spi.PersisterSetting;
import io.nvmredis.spi.support.SettingReader;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Settings of the append-only file, with the names and meanings that Redis gives them; checked once, when they are
 * made. Immutable.
 */
record AofSettings(
        String fileName,
        String directoryName,
        AppendFsync appendFsync,
        boolean pausesSyncOnRewrite,
        boolean hasRdbBase,
        boolean acceptsTruncated,
        boolean isAnnotated,
        int rewritePercentage,
        long rewriteMinBytes,
        boolean isCompressed,
        boolean hasChecksum) {

    private static final PersisterSetting FILE_NAME = new PersisterSetting(
            "appendfilename", "appendonly.aof", "beginning of the names of the append-only files, without a path");
    private static final PersisterSetting DIRECTORY_NAME = new PersisterSetting(
            "appenddirname", "appendonlydir", "directory of the append-only files, within --dir, without a path");
    private static final PersisterSetting APPEND_FSYNC = new PersisterSetting(
                    "appendfsync",
                    "everysec",
                    "when writes are synced: always (before they are answered), everysec or no")
            .changeable();
    private static final PersisterSetting NO_FSYNC_ON_REWRITE = new PersisterSetting(
                    "no-appendfsync-on-rewrite",
                    "no",
                    "yes: sync nothing while the append-only file is rewritten; or no")
            .changeable();
    private static final PersisterSetting USE_RDB_PREAMBLE = new PersisterSetting(
                    "aof-use-rdb-preamble", "yes", "yes: base files are in RDB format; no: they are commands")
            .changeable();
    private static final PersisterSetting LOAD_TRUNCATED = new PersisterSetting(
                    "aof-load-truncated",
                    "yes",
                    "yes: cut a last file that ends in the middle of a command; no: refuse to start")
            .changeable();
    private static final PersisterSetting TIMESTAMP_ENABLED = new PersisterSetting(
                    "aof-timestamp-enabled",
                    "no",
                    "yes: note the time in the file, for redis-check-aof's --truncate-to-timestamp")
            .changeable();
    private static final PersisterSetting REWRITE_PERCENTAGE = new PersisterSetting(
                    "auto-aof-rewrite-percentage",
                    "100",
                    "rewrite when the files have grown by this many per cent since the last rewrite; 0: never")
            .changeable();
    private static final PersisterSetting REWRITE_MIN_SIZE = new PersisterSetting(
                    "auto-aof-rewrite-min-size", "64mb", "but not before they have this size, in bytes, kb, mb or gb")
            .changeable();
    private static final PersisterSetting RDB_COMPRESSION = new PersisterSetting(
                    "rdbcompression", "yes", "yes: strings in base files are compressed by LZF; or no")
            .changeable();
    private static final PersisterSetting RDB_CHECKSUM =
            new PersisterSetting("rdbchecksum", "yes", "yes: base files carry a checksum; or no").changeable();

    static final List<PersisterSetting> ALL = List.of(
            FILE_NAME,
            DIRECTORY_NAME,
            APPEND_FSYNC,
            NO_FSYNC_ON_REWRITE,
            USE_RDB_PREAMBLE,
            LOAD_TRUNCATED,
            TIMESTAMP_ENABLED,
            REWRITE_PERCENTAGE,
            REWRITE_MIN_SIZE,
            RDB_COMPRESSION,
            RDB_CHECKSUM);

    /**
     * Returns the settings with these values, and the defaults for the others.
     *
     * @throws io.nvmredis.spi.errors.ConfigurationException naming every fault
     */
    static AofSettings of(Map<String, String> values) {
        SettingReader reader = new SettingReader(values);
        AofSettings settings = read(reader);
        reader.check();
        return settings;
    }

    /**
     * Returns the values after changes made while the server runs.
     *
     * @param values all values given so far
     * @throws io.nvmredis.spi.errors.ConfigurationException naming each that cannot be changed, is not known or is bad
     */
    static Map<String, String> changed(Map<String, String> values, Map<String, String> changes) {
        Map<String, String> merged = new HashMap<>(values);
        merged.putAll(changes);
        SettingReader reader = new SettingReader(merged);
        for (String name : changes.keySet()) {
            PersisterSetting setting = ALL.stream()
                    .filter(each -> each.name().equals(name))
                    .findAny()
                    .orElse(null);
            if (setting == null) {
                reader.add(name + " is not a setting of the append-only file");
            } else if (!setting.isChangeable()) {
                reader.add(name + " cannot be changed while the server runs");
            }
        }
        read(reader);
        reader.check();
        return merged;
    }

    private static AofSettings read(SettingReader reader) {
        return new AofSettings(
                reader.name(FILE_NAME),
                reader.name(DIRECTORY_NAME),
                reader.choice(APPEND_FSYNC, AppendFsync.values()),
                reader.isYes(NO_FSYNC_ON_REWRITE),
                reader.isYes(USE_RDB_PREAMBLE),
                reader.isYes(LOAD_TRUNCATED),
                reader.isYes(TIMESTAMP_ENABLED),
                (int) reader.number(REWRITE_PERCENTAGE, 0, Integer.MAX_VALUE),
                reader.size(REWRITE_MIN_SIZE, 0, Long.MAX_VALUE),
                reader.isYes(RDB_COMPRESSION),
                reader.isYes(RDB_CHECKSUM));
    }
}
