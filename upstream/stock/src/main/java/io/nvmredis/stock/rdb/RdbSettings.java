package io.nvmredis.stock.rdb;

import io.nvmredis.rdb.RdbOptions;
import io.nvmredis.spi.PersisterSetting;
import io.nvmredis.spi.support.SettingReader;
import java.util.List;
import java.util.Map;

/** Settings of saving and loading RDB files, with Redis's names, checked as Redis checks them. Immutable. */
public final class RdbSettings {
    public static final PersisterSetting DBFILENAME =
            new PersisterSetting("dbfilename", "dump.rdb", "name of the RDB file in the directory").changeable();
    public static final PersisterSetting RDBCOMPRESSION = new PersisterSetting(
                    "rdbcompression", "yes", "yes or no: compress strings of more than 20 bytes with LZF")
            .changeable();
    public static final PersisterSetting RDBCHECKSUM = new PersisterSetting(
                    "rdbchecksum", "yes", "yes or no: end an RDB file with a checksum of all of it")
            .changeable();
    public static final PersisterSetting SAVE = new PersisterSetting(
                    "save",
                    "3600 1 300 100 60 10000",
                    "pairs of seconds and changes: save when both have been reached since the last save; \"\" for never")
            .changeable();
    public static final PersisterSetting STOP_WRITES = new PersisterSetting(
                    "stop-writes-on-bgsave-error", "yes", "yes or no: refuse writes after a background save has failed")
            .changeable();
    public static final PersisterSetting SKIP_UNSUPPORTED = new PersisterSetting(
                    "import-skip-unsupported",
                    "no",
                    "yes or no: load a file of another Redis without data that cannot be kept here, instead of refusing it")
            .changeable();

    /** All settings of RDB files. */
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
     * Reads the settings from values by name. An absent setting has its default; other names are left to other readers.
     *
     * @throws io.nvmredis.spi.errors.ConfigurationException naming every fault
     */
    public static RdbSettings of(Map<String, String> values) {
        SettingReader reader = new SettingReader(values);
        RdbSettings settings = new RdbSettings(
                reader.name(DBFILENAME),
                new RdbOptions(reader.isYes(RDBCOMPRESSION), reader.isYes(RDBCHECKSUM), false),
                savePoints(reader),
                reader.isYes(STOP_WRITES),
                reader.isYes(SKIP_UNSUPPORTED));
        reader.check();
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

    /** Returns whether the data set is saved automatically, now and then and at the end. */
    public boolean hasSavePoints() {
        return !savePoints.areNone();
    }

    public boolean stopsWrites() {
        return stopsWrites;
    }

    public boolean skipsUnsupported() {
        return skipsUnsupported;
    }

    private static SavePoints savePoints(SettingReader reader) {
        SavePoints points = SavePoints.parse(reader.value(SAVE));
        if (points == null) {
            reader.refuse(
                    SAVE,
                    "pairs of seconds, 1 or more, and changes, such as '" + SAVE.defaultValue()
                            + "', or \"\" for never");
            return new SavePoints(List.of());
        }
        return points;
    }
}
