package io.nvmredis.stock.rdb;

import io.nvmredis.rdb.RdbOptions;
import io.nvmredis.spi.PersisterSetting;
import io.nvmredis.spi.errors.ConfigurationException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The settings of saving and loading RDB files, with Redis's names, checked as Redis checks them. Immutable. */
public final class RdbSettings {
    public static final PersisterSetting DBFILENAME =
            new PersisterSetting("dbfilename", "dump.rdb", "name of the RDB file in the directory");
    public static final PersisterSetting RDBCOMPRESSION =
            new PersisterSetting("rdbcompression", "yes", "yes or no: compress strings of more than 20 bytes with LZF");
    public static final PersisterSetting RDBCHECKSUM =
            new PersisterSetting("rdbchecksum", "yes", "yes or no: end an RDB file with a checksum of all of it");
    public static final PersisterSetting SAVE = new PersisterSetting(
            "save",
            "3600 1 300 100 60 10000",
            "pairs of seconds and changes: save when so many seconds have passed with so many changes; \"\" for never");
    public static final PersisterSetting STOP_WRITES = new PersisterSetting(
            "stop-writes-on-bgsave-error", "yes", "yes or no: refuse writes after a background save has failed");
    public static final PersisterSetting SKIP_UNSUPPORTED = new PersisterSetting(
            "import-skip-unsupported",
            "no",
            "yes or no: load a file of another Redis without what cannot be kept here, instead of refusing it");

    /** All of them. */
    public static final List<PersisterSetting> ALL =
            List.of(DBFILENAME, RDBCOMPRESSION, RDBCHECKSUM, SAVE, STOP_WRITES, SKIP_UNSUPPORTED);

    private final String fileName;
    private final RdbOptions options;
    private final SavePoints savePoints;
    private final boolean stopsWrites;
    private final boolean skipsUnsupported;

    private RdbSettings(
            String fileName, RdbOptions options, SavePoints savePoints, boolean stopsWrites, boolean skipsUnsupported) {
        this.fileName = fileName;
        this.options = options;
        this.savePoints = savePoints;
        this.stopsWrites = stopsWrites;
        this.skipsUnsupported = skipsUnsupported;
    }

    /**
     * Reads them from values by their names; one that is absent has its default, a name that is none of theirs is left to
     * others.
     *
     * @throws ConfigurationException naming every fault
     */
    public static RdbSettings of(Map<String, String> values) {
        Reader reader = new Reader(values);
        RdbSettings settings = new RdbSettings(
                reader.fileName(),
                new RdbOptions(reader.isYes(RDBCOMPRESSION), reader.isYes(RDBCHECKSUM), false),
                reader.savePoints(),
                reader.isYes(STOP_WRITES),
                reader.isYes(SKIP_UNSUPPORTED));
        if (!reader.faults.isEmpty()) {
            throw new ConfigurationException(reader.faults);
        }
        return settings;
    }

    public String fileName() {
        return fileName;
    }

    public RdbOptions options() {
        return options;
    }

    SavePoints savePoints() {
        return savePoints;
    }

    /** Whether the data set is saved by itself now and then, and at the end. */
    public boolean hasSavePoints() {
        return !savePoints.areNone();
    }

    public boolean stopsWrites() {
        return stopsWrites;
    }

    public boolean skipsUnsupported() {
        return skipsUnsupported;
    }

    /** Collects faults instead of stopping at the first one. */
    private static final class Reader {
        private final Map<String, String> values;
        private final List<String> faults = new ArrayList<>();

        Reader(Map<String, String> values) {
            this.values = values;
        }

        private String value(PersisterSetting setting) {
            return values.getOrDefault(setting.name(), setting.defaultValue());
        }

        String fileName() {
            String name = value(DBFILENAME);
            String fault = fileNameFault(name);
            if (fault != null) {
                faults.add("dbfilename is '" + name + "', and " + fault);
            }
            return name;
        }

        private static @Nullable String fileNameFault(String name) {
            if (name.isEmpty() || name.equals(".") || name.equals("..")) {
                return "it must be the name of a file, such as dump.rdb";
            }
            if (name.contains("/") || name.contains("\\") || name.indexOf('\0') >= 0) {
                return "dbfilename can't be a path, just a filename; the directory is given by --dir";
            }
            return null;
        }

        boolean isYes(PersisterSetting setting) {
            String value = value(setting);
            if (!value.equalsIgnoreCase("yes") && !value.equalsIgnoreCase("no")) {
                faults.add(setting.name() + " is '" + value + "', and must be 'yes' or 'no'");
            }
            return value.equalsIgnoreCase("yes");
        }

        SavePoints savePoints() {
            String value = value(SAVE);
            SavePoints points = SavePoints.parse(value);
            if (points == null) {
                faults.add("save is '" + value + "', and must be pairs of seconds, 1 or more, and changes, such as '"
                        + SAVE.defaultValue() + "', or \"\" for never");
                return new SavePoints(List.of());
            }
            return points;
        }
    }
}
