package io.nvmredis.stock.rdb;

import io.nvmredis.rdb.EmptySnapshot;
import io.nvmredis.spi.DataSet;
import io.nvmredis.spi.InfoSink;
import io.nvmredis.spi.Saver;
import io.nvmredis.spi.Snapshot;
import io.nvmredis.spi.errors.PersistenceException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the data set to an RDB file for SAVE, BGSAVE and the save points: one save at a time, on the caller's thread
 * or on one of its own.
 *
 * <p>It counts the changes since the last save. After a background save has failed, the next automatic one waits 5
 * seconds, as in Redis.
 *
 * <p>Threads: any. The monitor guards the state of the save under way; no thread waits for a save while holding it,
 * except in {@code wait}. {@link #changed} and {@link #hasFailed} take no lock.
 */
public final class RdbSaver implements Saver, AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(RdbSaver.class);
    private static final Duration TICK = Duration.ofMillis(100);
    private static final long RETRY_DELAY_SECONDS = 5;
    private static final String SUFFIX = ".rdb";
    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMddHHmmss", Locale.ROOT);
    private static final String IN_PROGRESS = "ERR Background save already in progress";

    private final Path directory;
    private final DataSet dataSet;
    private final SaveFiles files;
    private final OwnFiles ownFiles;
    private final BooleanSupplier isRewriting;
    private final AtomicLong changes = new AtomicLong();
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(task -> daemon(task, "rdb-save-points"));

    private final ScheduledFuture<?> ticking;

    private volatile RdbSettings settings;
    private volatile boolean hasFailed;
    private volatile long lastSaveSeconds = nowSeconds();

    /** Save under way, or null. Guarded by the monitor, as are the fields below. */
    private @Nullable SaveJob active;

    private boolean isActiveInBackground;
    private boolean isScheduled;
    private boolean isClosed;
    private long lastAttemptSeconds;
    private long lastDurationSeconds = -1;
    private long saveCount;
    /** Number of times that FLUSHALL has emptied the data set while there were save points. */
    private long flushCount;

    /** Value of {@code flushCount} when the save under way began. */
    private long activeFlushCount;
    /** Highest value of {@code flushCount} at the beginning of a save that succeeded. */
    private long savedFlushCount;

    /**
     * Creates a saver, which watches its save points from now on.
     *
     * @param directory directory of the file; it exists
     * @param ownFiles files that a save may replace
     * @param isRewriting whether an append-only file is being rewritten; meanwhile no background save begins
     */
    public RdbSaver(
            Path directory, RdbSettings settings, DataSet dataSet, OwnFiles ownFiles, BooleanSupplier isRewriting) {
        this(directory, settings, dataSet, ownFiles, isRewriting, new SaveFiles());
    }

    RdbSaver(
            Path directory,
            RdbSettings settings,
            DataSet dataSet,
            OwnFiles ownFiles,
            BooleanSupplier isRewriting,
            SaveFiles files) {
        this.directory = directory;
        this.settings = settings;
        this.dataSet = dataSet;
        this.ownFiles = ownFiles;
        this.isRewriting = isRewriting;
        this.files = files;
        ticking = timer.scheduleWithFixedDelay(this::tick, TICK.toMillis(), TICK.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    private static long nowSeconds() {
        return System.currentTimeMillis() / 1000;
    }

    /** Sets the settings of saves that begin from now on. */
    public void configure(RdbSettings newSettings) {
        settings = newSettings;
    }

    /** Counts changes. */
    public void changed(int changeCount) {
        changes.addAndGet(changeCount);
    }

    public long changesSinceSave() {
        return changes.get();
    }

    /** Returns whether the last background save has failed, and no save has succeeded since. */
    public boolean hasFailed() {
        return hasFailed;
    }

    @Override
    public void save() {
        run(begin(settings.fileName(), false), false);
    }

    /**
     * Saves for the last time. If another process has put a file where this save belongs, the save goes into a file
     * beside it, with the time in its name.
     */
    void saveAtEnd() {
        try {
            save();
        } catch (OwnFiles.ForeignFileException e) {
            String target = settings.fileName();
            String other = freeNameBeside(target);
            run(begin(other, false), false);
            LOGGER.warn(
                    "the data have been saved to {}, because {} was neither written nor loaded by this server and is not"
                            + " replaced; the next start loads the latter unless you move the former there",
                    directory.resolve(other),
                    directory.resolve(target));
        }
    }

    private String freeNameBeside(String name) {
        String stem = name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name;
        String stamped = stem + "-" + LocalDateTime.now(ZoneId.systemDefault()).format(STAMP);
        String free = stamped + SUFFIX;
        for (int i = 2; Files.exists(directory.resolve(free), LinkOption.NOFOLLOW_LINKS); i++) {
            free = stamped + "-" + i + SUFFIX;
        }
        return free;
    }

    @Override
    public synchronized String saveInBackground(boolean mayBeScheduled) {
        if (active != null) {
            throw new PersistenceException(IN_PROGRESS);
        }
        if (isRewriting.getAsBoolean()) {
            if (!mayBeScheduled) {
                throw new PersistenceException("ERR Another child process is active (AOF?): can't BGSAVE right now. Use"
                        + " BGSAVE SCHEDULE in order to schedule a BGSAVE whenever possible.");
            }
            isScheduled = true;
            return "Background saving scheduled";
        }
        // A file that may not be replaced is reported to the client here; found later, it would be only in the log.
        ownFiles.requireOwn(directory.resolve(settings.fileName()));
        startInBackground();
        return "Background saving started";
    }

    private synchronized void startInBackground() {
        SaveJob job = begin(settings.fileName(), true);
        daemon(() -> runInBackground(job), "rdb-bgsave").start();
    }

    private synchronized SaveJob begin(String fileName, boolean isInBackground) {
        if (active != null) {
            throw new PersistenceException(IN_PROGRESS);
        }
        if (isClosed) {
            throw new PersistenceException("ERR the server is shutting down");
        }
        SaveJob job = new SaveJob(dataSet, directory, fileName, settings, files, ownFiles, changes);
        active = job;
        isActiveInBackground = isInBackground;
        activeFlushCount = flushCount;
        isScheduled = false;
        saveCount++;
        lastAttemptSeconds = nowSeconds();
        return job;
    }

    private void run(SaveJob job, boolean isInBackground) {
        try {
            job.run();
            succeeded();
        } catch (SaveJob.CancelledException e) {
            throw e;
        } catch (RuntimeException | Error e) {
            hasFailed |= isInBackground;
            throw e;
        } finally {
            finish(job);
        }
    }

    private synchronized void succeeded() {
        lastSaveSeconds = nowSeconds();
        hasFailed = false;
        savedFlushCount = Math.max(savedFlushCount, activeFlushCount);
    }

    private synchronized void finish(SaveJob job) {
        if (isActiveInBackground) {
            lastDurationSeconds = (System.currentTimeMillis() - job.startMillis) / 1000;
        }
        active = null;
        notifyAll();
    }

    private void runInBackground(SaveJob job) {
        try {
            run(job, true);
            LOGGER.info("Background saving terminated with success");
        } catch (SaveJob.CancelledException e) {
            LOGGER.info("Background saving was cancelled");
        } catch (RuntimeException | Error e) {
            LOGGER.warn("Background saving error: {}", e.getMessage(), e);
        }
    }

    private void tick() {
        try {
            saveIfDue();
        } catch (PersistenceException e) {
            // Another save has begun meanwhile.
            LOGGER.debug("no save at a save point: {}", e.getMessage());
        }
    }

    private synchronized void saveIfDue() {
        if (active != null || isClosed || isRewriting.getAsBoolean()) {
            return;
        }
        if (hasFailed && nowSeconds() - lastAttemptSeconds <= RETRY_DELAY_SECONDS) {
            return;
        }
        boolean isReached = settings.savePoints().areReached(changes.get(), nowSeconds() - lastSaveSeconds);
        if (isReached) {
            LOGGER.info("{} changes in {} seconds. Saving...", changes.get(), nowSeconds() - lastSaveSeconds);
        }
        if (isReached || isScheduled || owesFlush()) {
            startInBackground();
        }
    }

    /**
     * Follows a FLUSHALL, which has emptied the data set. A background save under way, whose data are no longer wanted,
     * is given up. Where there are save points, the empty set is saved before this method returns, as in Redis: the
     * client is not told that the data are gone while a crash could bring them back. If that save fails, or if a SAVE
     * is under way, which would put its file over the empty one, another save follows.
     *
     * @param lsn LSN of the last transaction so far
     */
    public synchronized void flushed(long lsn) {
        SaveJob given = active;
        if (given != null && isActiveInBackground) {
            given.cancel();
        }
        if (!settings.hasSavePoints()) {
            return;
        }
        flushCount++;
        if (given == null || isActiveInBackground) {
            saveEmptySet(lsn);
        }
    }

    /** Saves a data set without keys, but with its libraries of functions. All clients wait for it, some milliseconds. */
    private void saveEmptySet(long lsn) {
        saveCount++;
        try {
            new SaveJob(
                            atCut -> {
                                atCut.accept(0);
                                Snapshot left = dataSet.withoutKeys(lsn);
                                return left == null ? new EmptySnapshot(lsn) : left;
                            },
                            directory,
                            settings.fileName(),
                            settings,
                            files,
                            ownFiles,
                            changes)
                    .run();
            lastSaveSeconds = nowSeconds();
            hasFailed = false;
            savedFlushCount = flushCount;
        } catch (PersistenceException e) {
            hasFailed = true;
            lastAttemptSeconds = nowSeconds();
            LOGGER.warn("the empty data set could not be saved after FLUSHALL: {}", e.getMessage(), e);
        }
    }

    /** Returns whether the file still holds data that FLUSHALL has removed, and a save of the empty set is due. */
    public synchronized boolean owesFlush() {
        return savedFlushCount < flushCount;
    }

    /** Gives up a background save under way, and returns when no save is under way. */
    public synchronized void cancel() {
        isScheduled = false;
        boolean isInterrupted = false;
        while (active != null) {
            if (isActiveInBackground) {
                active.cancel();
            }
            try {
                wait();
            } catch (InterruptedException e) {
                isInterrupted = true;
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public long lastSaveSeconds() {
        return lastSaveSeconds;
    }

    @Override
    public synchronized void info(InfoSink sink) {
        SaveJob job = isActiveInBackground ? active : null;
        sink.field("rdb_changes_since_last_save", changes.get());
        sink.field("rdb_bgsave_in_progress", job == null ? 0 : 1);
        sink.field("rdb_last_save_time", lastSaveSeconds);
        sink.field("rdb_last_bgsave_status", hasFailed ? "err" : "ok");
        sink.field("rdb_last_bgsave_time_sec", lastDurationSeconds);
        sink.field(
                "rdb_current_bgsave_time_sec",
                job == null ? -1 : (System.currentTimeMillis() - job.startMillis) / 1000);
        sink.field("rdb_saves", saveCount);
        sink.field("current_save_keys_processed", job == null ? 0 : job.writtenKeys());
        sink.field("current_save_keys_total", job == null ? 0 : job.totalKeys());
    }

    /** Gives up a background save under way, and begins no other save. */
    @Override
    public void close() {
        synchronized (this) {
            isClosed = true;
        }
        ticking.cancel(false);
        timer.shutdown();
        cancel();
    }
}
