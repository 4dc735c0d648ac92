package io.nvmredis.server;

import io.nvmredis.rdb.RdbLoadOptions;
import io.nvmredis.rdb.RdbLoader;
import io.nvmredis.spi.DataSet;
import io.nvmredis.spi.InfoSink;
import io.nvmredis.spi.LoadingListener;
import io.nvmredis.spi.Persister;
import io.nvmredis.spi.Saver;
import io.nvmredis.spi.TransactionSink;
import io.nvmredis.spi.support.DirectoryLock;
import io.nvmredis.stock.rdb.OwnFiles;
import io.nvmredis.stock.rdb.RdbSaver;
import io.nvmredis.stock.rdb.RdbSettings;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Saver for SAVE and BGSAVE beside a persister that has none of its own: it copies the data to an RDB file when a
 * client asks for it, not by itself. Any thread.
 */
final class DumpSaver implements Saver, AutoCloseable {
    /** Settings that can be changed while the server runs; Redis's other settings of RDB files say when to save. */
    static final Set<String> SETTINGS =
            Set.of(RdbSettings.DBFILENAME.name(), RdbSettings.RDBCOMPRESSION.name(), RdbSettings.RDBCHECKSUM.name());

    private static final Logger LOG = LoggerFactory.getLogger(DumpSaver.class);

    private final Path directory;
    private final Persister persister;
    private final OwnFiles ownFiles;
    private final RdbSaver saver;
    private volatile RdbSettings settings;
    /** Lock of the directory from the first save on, unless the persister holds the directory. Guarded by this. */
    private @Nullable DirectoryLock lock;

    /** LSN of the last transaction that the saver has been told of as a change. Guarded by this. */
    private long toldLsn;

    /** Makes a saver beside an open persister of this name. */
    DumpSaver(Path directory, Map<String, String> values, String persistence, Persister persister, DataSet dataSet) {
        this.directory = directory;
        this.persister = persister;
        settings = settings(values);
        toldLsn = persister.lastLsn();
        ownFiles = new OwnFiles(persistence, toldLsn);
        saver = new RdbSaver(directory, settings, dataSet, ownFiles, () -> false);
    }

    /**
     * Returns the settings that the values set, with defaults for the others.
     *
     * @throws io.nvmredis.spi.errors.ConfigurationException naming every fault
     */
    static RdbSettings settings(Map<String, String> values) {
        Map<String, String> own = new HashMap<>(values);
        own.keySet().retainAll(SETTINGS);
        own.put(RdbSettings.SAVE.name(), "");
        return RdbSettings.of(own);
    }

    /** Returns the default values, as CONFIG GET shows them. */
    static Map<String, String> defaults() {
        Map<String, String> values = new HashMap<>();
        RdbSettings.ALL.stream()
                .filter(setting -> SETTINGS.contains(setting.name()))
                .forEach(setting -> values.put(setting.name(), setting.defaultValue()));
        values.put(RdbSettings.SAVE.name(), "");
        return values;
    }

    void configure(RdbSettings newSettings) {
        settings = newSettings;
        saver.configure(newSettings);
    }

    /**
     * Hands over the saved data. Expired keys and fields come with their deadlines: the log still holds them, and the
     * engine records the removal of a key or field only if it has it.
     */
    void load(TransactionSink sink) {
        Path file = directory.resolve(settings.fileName());
        ownFiles.add(file);
        RdbLoader.load(file, RdbLoadOptions.DEFAULT.withDropsExpired(false), sink, LoadingListener.NONE);
    }

    @Override
    public void save() {
        prepare();
        saver.save();
    }

    @Override
    public String saveInBackground(boolean mayBeScheduled) {
        prepare();
        return saver.saveInBackground(mayBeScheduled);
    }

    private void prepare() {
        holdDirectory();
        tellOfChanges();
    }

    /**
     * Locks the directory unless the persister holds it: a persister that keeps nothing makes no directory and locks
     * none.
     */
    private synchronized void holdDirectory() {
        if (lock == null && !persister.holdsDirectory()) {
            lock = DirectoryLock.take(directory, LOG::error);
        }
    }

    /**
     * Tells the saver the number of changes: changes go to the persister as transactions, and the saver counts them.
     */
    private synchronized void tellOfChanges() {
        long lastLsn = persister.lastLsn();
        saver.changed((int) Math.min(lastLsn - toldLsn, Integer.MAX_VALUE));
        toldLsn = lastLsn;
    }

    @Override
    public long lastSaveSeconds() {
        return saver.lastSaveSeconds();
    }

    @Override
    public void info(InfoSink sink) {
        tellOfChanges();
        saver.info(sink);
    }

    private synchronized void release() {
        DirectoryLock held = lock;
        if (held != null) {
            lock = null;
            held.close();
        }
    }

    @Override
    public void close() {
        saver.close();
        release();
    }
}
