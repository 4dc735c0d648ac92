package io.nvmredis.stock.aof;

import io.nvmredis.spi.PersisterSetting;
import io.nvmredis.spi.errors.ConfigurationException;
import io.nvmredis.spi.support.SizeUnit;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The settings, by the names and with the meanings that Redis gives them; checked once, when it is made. Immutable.
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
            "appendfilename", "appendonly.aof", "what the names of the append-only files begin with, without a path");
    private static final PersisterSetting DIRECTORY_NAME = new PersisterSetting(
            "appenddirname", "appendonlydir", "directory of the append-only files, within --dir, without a path");
    private static final PersisterSetting APPEND_FSYNC = new PersisterSetting(
            "appendfsync", "everysec", "when writes are synced: always (before they are answered), everysec or no");
    private static final PersisterSetting NO_FSYNC_ON_REWRITE = new PersisterSetting(
            "no-appendfsync-on-rewrite", "no", "yes: sync nothing while the append-only file is rewritten; or no");
    private static final PersisterSetting USE_RDB_PREAMBLE = new PersisterSetting(
            "aof-use-rdb-preamble", "yes", "yes: base files are in RDB format; no: they are commands");
    private static final PersisterSetting LOAD_TRUNCATED = new PersisterSetting(
            "aof-load-truncated",
            "yes",
            "yes: cut a last file that ends in the middle of a command; no: refuse to start");
    private static final PersisterSetting TIMESTAMP_ENABLED = new PersisterSetting(
            "aof-timestamp-enabled",
            "no",
            "yes: note the time in the file, for redis-check-aof's --truncate-to-timestamp");
    private static final PersisterSetting REWRITE_PERCENTAGE = new PersisterSetting(
            "auto-aof-rewrite-percentage",
            "100",
            "rewrite when the files have grown by so many per cent since the last time; 0: never");
    private static final PersisterSetting REWRITE_MIN_SIZE = new PersisterSetting(
            "auto-aof-rewrite-min-size", "64mb", "but not before they have this size, in bytes, kb, mb or gb");
    private static final PersisterSetting RDB_COMPRESSION =
            new PersisterSetting("rdbcompression", "yes", "yes: strings in base files are compressed by LZF; or no");
    private static final PersisterSetting RDB_CHECKSUM =
            new PersisterSetting("rdbchecksum", "yes", "yes: base files carry a checksum; or no");

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

    private static final Set<String> FIXED = Set.of(FILE_NAME.name(), DIRECTORY_NAME.name());

    /**
     * The settings with these values, the others as they are by default.
     *
     * @throws ConfigurationException naming every fault
     */
    static AofSettings of(Map<String, String> values) {
        List<String> faults = new ArrayList<>();
        AofSettings settings = new Reader(values, faults).read();
        if (!faults.isEmpty()) {
            throw new ConfigurationException(faults);
        }
        return settings;
    }

    /**
     * What results when values are changed while the server runs.
     *
     * @param values all values given so far
     * @throws ConfigurationException naming each that cannot be changed, is not known or is bad
     */
    static Map<String, String> changed(Map<String, String> values, Map<String, String> changes) {
        List<String> faults = new ArrayList<>();
        Map<String, String> merged = new HashMap<>(values);
        changes.forEach((name, value) -> {
            if (FIXED.contains(name)) {
                faults.add(name + " cannot be changed while the server runs");
            } else if (ALL.stream().noneMatch(setting -> setting.name().equals(name))) {
                faults.add(name + " is not a setting of the append-only file");
            } else {
                merged.put(name, value);
            }
        });
        new Reader(merged, faults).read();
        if (!faults.isEmpty()) {
            throw new ConfigurationException(faults);
        }
        return merged;
    }

    /** Reads values, noting what is wrong with them. */
    private record Reader(Map<String, String> values, List<String> faults) {
        private static final Pattern MEMORY = Pattern.compile("([0-9]{1,18})(b|k|kb|m|mb|g|gb|)");
        private static final BigInteger MAX = BigInteger.valueOf(Long.MAX_VALUE);

        AofSettings read() {
            return new AofSettings(
                    name(FILE_NAME),
                    name(DIRECTORY_NAME),
                    appendFsync(),
                    isYes(NO_FSYNC_ON_REWRITE),
                    isYes(USE_RDB_PREAMBLE),
                    isYes(LOAD_TRUNCATED),
                    isYes(TIMESTAMP_ENABLED),
                    percentage(),
                    bytes(),
                    isYes(RDB_COMPRESSION),
                    isYes(RDB_CHECKSUM));
        }

        private String value(PersisterSetting setting) {
            return values.getOrDefault(setting.name(), setting.defaultValue());
        }

        private String name(PersisterSetting setting) {
            String name = value(setting);
            if (name.isEmpty()) {
                faults.add(setting.name() + " can't be empty: give a name such as " + setting.defaultValue());
            } else if (name.indexOf('/') >= 0 || name.indexOf('\\') >= 0 || name.equals(".") || name.equals("..")) {
                faults.add(setting.name() + " can't be a path, just a name, and is '" + name + "'");
            } else if (name.indexOf('\0') >= 0) {
                faults.add(setting.name() + " has a NUL in it");
            }
            return name;
        }

        private AppendFsync appendFsync() {
            String word = value(APPEND_FSYNC).toLowerCase(Locale.ROOT);
            for (AppendFsync each : AppendFsync.values()) {
                if (each.name().toLowerCase(Locale.ROOT).equals(word)) {
                    return each;
                }
            }
            faults.add(APPEND_FSYNC.name() + " is '" + word + "', always, everysec or no expected");
            return AppendFsync.EVERYSEC;
        }

        private boolean isYes(PersisterSetting setting) {
            String word = value(setting).toLowerCase(Locale.ROOT);
            if (!word.equals("yes") && !word.equals("no")) {
                faults.add(setting.name() + " is '" + word + "', yes or no expected");
            }
            return word.equals("yes");
        }

        private int percentage() {
            String word = value(REWRITE_PERCENTAGE);
            if (word.matches("[0-9]{1,10}") && Long.parseLong(word) <= Integer.MAX_VALUE) {
                return Integer.parseInt(word);
            }
            faults.add(REWRITE_PERCENTAGE.name() + " is '" + word + "', a number from 0 to 2147483647 expected");
            return 0;
        }

        private long bytes() {
            String word = value(REWRITE_MIN_SIZE).toLowerCase(Locale.ROOT);
            Matcher matcher = MEMORY.matcher(word);
            if (matcher.matches()) {
                BigInteger bytes =
                        new BigInteger(matcher.group(1)).multiply(BigInteger.valueOf(SizeUnit.bytes(matcher.group(2))));
                if (bytes.compareTo(MAX) <= 0) {
                    return bytes.longValue();
                }
            }
            faults.add(REWRITE_MIN_SIZE.name() + " is '" + word + "', a size such as 64mb expected");
            return 0;
        }
    }
}
