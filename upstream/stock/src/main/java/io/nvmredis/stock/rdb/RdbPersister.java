package io.nvmredis.stock.rdb;

import io.nvmredis.rdb.RdbFile;
import io.nvmredis.rdb.RdbLoadOptions;
import io.nvmredis.rdb.RdbLoadReport;
import io.nvmredis.rdb.RdbLoader;
import io.nvmredis.spi.ChangeableSettings;
import io.nvmredis.spi.CommitListener;
import io.nvmredis.spi.DataSet;
import io.nvmredis.spi.DataSetFollower;
import io.nvmredis.spi.DurabilityStatement;
import io.nvmredis.spi.InfoSink;
import io.nvmredis.spi.LoadingListener;
import io.nvmredis.spi.Persister;
import io.nvmredis.spi.RecoveryReport;
import io.nvmredis.spi.Refusal;
import io.nvmredis.spi.Reloader;
import io.nvmredis.spi.Saver;
import io.nvmredis.spi.ShutdownSave;
import io.nvmredis.spi.TransactionSink;
import io.nvmredis.spi.effects.Transaction;
import io.nvmredis.spi.errors.PersistenceException;
import io.nvmredis.spi.support.DirectoryLock;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Persister that keeps the data set in one RDB file, which is written as a whole now and then. A crash loses what has
 * changed since the last save, and the durability statement says so.
 *
 * <p>It keeps no transactions, but numbers them. Threads: see {@link Persister}.
 */
public final class RdbPersister implements Persister, DataSetFollower, Reloader, ChangeableSettings {
    private static final Logger LOG = LoggerFactory.getLogger(RdbPersister.class);
    static final String NAME = RdbFile.PERSISTENCE;

    private static final Pattern TEMPORARY = Pattern.compile("temp-(\\d{1,9})(?:-\\d+)?\\.rdb");
    private static final Refusal SAVE_FAILED = new Refusal(
            Refusal.Kind.SAVE_FAILED,
            "the last background save has failed, and stop-writes-on-bgsave-error is yes; the log says why");

    private final Path directory;
    /** Values of the settings, by name. Guarded by the monitor. */
    private final Map<String, String> values;

    private final OwnFiles ownFiles = new OwnFiles(NAME);
    private final AtomicLong lastLsn = new AtomicLong();
    private volatile RdbSettings settings;
    private volatile @Nullable RdbSaver saver;
    private volatile @Nullable RdbLoadReport lastLoad;
    private @Nullable DirectoryLock lock;

    /**
     * Creates a persister, which is not open.
     *
     * @throws io.nvmredis.spi.errors.ConfigurationException naming every setting with a bad value
     */
    public RdbPersister(Path directory, Map<String, String> values) {
        this.directory = directory;
        this.values = new HashMap<>(values);
        this.settings = RdbSettings.of(values);
    }

    @Override
    public void warmUp() {
        DirectoryLock.warmUp();
    }

    @Override
    public RecoveryReport open(TransactionSink sink, CommitListener listener, LoadingListener loading) {
        DirectoryLock taken = DirectoryLock.take(directory, LOG::error);
        try {
            deleteLeftovers();
            RecoveryReport report = load(sink, loading);
            lock = taken;
            return report;
        } catch (RuntimeException | Error e) {
            taken.close();
            throw e;
        }
    }

    /** Deletes temporary files of processes that have ended. */
    private void deleteLeftovers() {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "temp-*.rdb")) {
            for (Path file : files) {
                Matcher matcher = TEMPORARY.matcher(String.valueOf(file.getFileName()));
                if (matcher.matches()
                        && ProcessHandle.of(Long.parseLong(matcher.group(1))).isEmpty()) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException e) {
            throw new PersistenceException("directory " + directory + " cannot be read: " + e.getMessage(), e);
        }
    }

    private RecoveryReport load(TransactionSink sink, LoadingListener loading) {
        RdbSettings current = settings;
        Path file = directory.resolve(current.fileName());
        if (!Files.exists(file)) {
            return RecoveryReport.EMPTY;
        }
        RdbLoadOptions options = RdbLoadOptions.DEFAULT.withSkipsUnsupported(current.skipsUnsupported());
        ownFiles.add(file);
        RdbLoadReport loaded = RdbLoader.load(file, options, sink, loading);
        lastLoad = loaded;
        // The numbering continues with the LSN in the file, or, if another server has saved the file, with the number
        // of transactions that it took to load it.
        long lsn = loaded.savedLsn() > 0 ? loaded.savedLsn() : loaded.transactionCount();
        lastLsn.accumulateAndGet(lsn, Math::max);
        return new RecoveryReport(
                lastLsn.get(), loaded.transactionCount(), loaded.payloadBytes(), loaded.droppedNote());
    }

    @Override
    public DataSetFollower follower() {
        return this;
    }

    @Override
    public Reloader reloader() {
        return this;
    }

    @Override
    public ChangeableSettings changeableSettings() {
        return this;
    }

    @Override
    public void attach(DataSet dataSet) {
        saver = new RdbSaver(directory, settings, dataSet, ownFiles, () -> false);
    }

    @Override
    public DurabilityStatement durability() {
        RdbSaver current = saver;
        String lost = current == null
                ? "a crash loses everything since the last save"
                : "a crash loses everything since the last save, at "
                        + Instant.ofEpochSecond(current.lastSaveSeconds()) + " (" + current.changesSinceSave()
                        + " changes so far)";
        String when = settings.hasSavePoints()
                ? "saved when both numbers of a pair, seconds and changes, are reached: " + settings.savePoints()
                : "saved only by SAVE, BGSAVE and SHUTDOWN SAVE";
        return new DurabilityStatement("rdb", false, false, lost + "; " + when);
    }

    @Override
    public boolean keepsTransactions() {
        return false;
    }

    @Override
    public @Nullable Refusal refusal(long payloadBytes, boolean addsData) {
        RdbSaver current = saver;
        if (current == null || !current.hasFailed()) {
            return null;
        }
        RdbSettings now = settings;
        return now.stopsWrites() && now.hasSavePoints() ? SAVE_FAILED : null;
    }

    @Override
    public long append(Transaction transaction) {
        changed(transaction.effectCount());
        return lastLsn.get();
    }

    @Override
    public void changed(int changeCount) {
        lastLsn.incrementAndGet();
        RdbSaver current = saver;
        if (current != null) {
            current.changed(changeCount);
        }
    }

    @Override
    public long lastLsn() {
        return lastLsn.get();
    }

    @Override
    public long durableLsn() {
        return lastLsn.get();
    }

    @Override
    public boolean commitsInline() {
        return true;
    }

    @Override
    public void commit(long lsn) {
        // A commit promises nothing here: see durability.
    }

    @Override
    public void requestCommit(long lsn) {
        // A commit promises nothing here: see durability.
    }

    @Override
    public @Nullable Saver saver() {
        return saver;
    }

    @Override
    public void flushed() {
        RdbSaver current = saver;
        if (current != null) {
            current.flushed(lastLsn.get());
        }
    }

    @Override
    public void reload(TransactionSink sink) {
        load(sink, LoadingListener.NONE);
    }

    @Override
    public synchronized void configure(Map<String, String> changes) {
        Map<String, String> changed = new HashMap<>(values);
        changed.putAll(changes);
        RdbSettings newSettings = RdbSettings.of(changed);
        values.putAll(changes);
        settings = newSettings;
        RdbSaver current = saver;
        if (current != null) {
            current.configure(newSettings);
        }
    }

    @Override
    public void shutDown(ShutdownSave save) {
        RdbSaver current = saver;
        if (current == null) {
            return;
        }
        // As in Redis, a background save is given up: its file would be older than the one saved now, or is not wanted.
        current.cancel();
        if (save == ShutdownSave.SAVE || (save == ShutdownSave.AS_CONFIGURED && settings.hasSavePoints())) {
            current.saveAtEnd();
        } else if (current.owesFlush()) {
            saveOwed(current);
        }
    }

    /**
     * Saves the empty data set that FLUSHALL still owes: Redis has saved by the time FLUSHALL replies, and not even
     * NOSAVE brings back the data that it removed.
     */
    private static void saveOwed(RdbSaver saver) {
        try {
            saver.save();
        } catch (PersistenceException e) {
            LOG.error("keys that FLUSHALL has removed will be there again after a start: {}", e.getMessage());
        }
    }

    @Override
    public void info(InfoSink sink) {
        RdbLoadReport loaded = lastLoad;
        sink.field("rdb_last_load_keys_expired", loaded == null ? 0 : loaded.expiredKeyCount());
        sink.field("rdb_last_load_keys_loaded", loaded == null ? 0 : loaded.keyCount());
        sink.field("last_lsn", lastLsn.get());
    }

    @Override
    public void close() {
        RdbSaver current = saver;
        if (current != null) {
            current.close();
        }
        DirectoryLock held = lock;
        if (held != null) {
            held.close();
        }
    }
}
