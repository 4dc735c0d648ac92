package io.nvmredis.stock.aof;

import io.nvmredis.spi.ChangeableSettings;
import io.nvmredis.spi.CommitListener;
import io.nvmredis.spi.DataSet;
import io.nvmredis.spi.DataSetFollower;
import io.nvmredis.spi.DurabilityStatement;
import io.nvmredis.spi.InfoSink;
import io.nvmredis.spi.LoadingListener;
import io.nvmredis.spi.LogRewriter;
import io.nvmredis.spi.Persister;
import io.nvmredis.spi.PersisterConfig;
import io.nvmredis.spi.RecoveryReport;
import io.nvmredis.spi.Refusal;
import io.nvmredis.spi.Reloader;
import io.nvmredis.spi.TransactionSink;
import io.nvmredis.spi.effects.Transaction;
import io.nvmredis.spi.errors.ConfigurationException;
import io.nvmredis.spi.errors.PersistenceException;
import io.nvmredis.spi.support.DirectoryLock;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Persister that keeps transactions in Redis 7's append-only file.
 *
 * <p>Threads: those of {@link Persister}, two of its own, {@link Committer} and {@link EverySecond}, and one per
 * rewrite. The parts that {@link #open} makes are only read afterwards; the settings are replaced as a whole.
 */
final class AofPersister implements Persister, DataSetFollower, LogRewriter, Reloader, ChangeableSettings {
    private static final Logger LOG = LoggerFactory.getLogger(AofPersister.class);

    /** Types of file systems in memory. */
    private static final Set<String> VOLATILE = Set.of("tmpfs", "ramfs");

    private final PersisterConfig config;
    private final FileOperations files;
    /** Guards {@code values} and changes of {@code settings}. */
    private final Object settingsMonitor = new Object();

    private Map<String, String> values;
    private volatile AofSettings settings;
    private volatile @Nullable Opened opened;

    /** Parts that {@code open} has made. */
    private record Opened(
            DirectoryLock lock,
            AofDirectory directory,
            AofWriter writer,
            AofRewriter rewriter,
            Committer committer,
            EverySecond everySecond,
            boolean isVolatile) {

        /** Returns the reason why writes are refused, or null. */
        @Nullable
        Throwable failure() {
            Throwable failure = committer.failure();
            failure = failure == null ? writer.writeFailure() : failure;
            return failure == null && committer.mode() == AppendFsync.EVERYSEC ? everySecond.failure() : failure;
        }
    }

    AofPersister(PersisterConfig config, FileOperations files) {
        this.config = config;
        this.files = files;
        values = config.settings();
        settings = AofSettings.of(values);
    }

    @Override
    public void warmUp() {
        DirectoryLock.warmUp();
    }

    @Override
    public RecoveryReport open(TransactionSink sink, CommitListener listener, LoadingListener loading) {
        DirectoryLock lock = DirectoryLock.take(config.directory(), LOG::error);
        try {
            AofDirectory directory = new AofDirectory(files, config.directory(), settings);
            AofOpener opener = new AofOpener(files, directory, settings);
            RecoveryReport report = opener.open(sink, loading);
            try {
                opened = start(lock, directory, opener, listener);
                return report;
            } catch (IOException | RuntimeException | Error e) {
                opener.writer().close();
                throw e;
            }
        } catch (IOException e) {
            lock.close();
            throw new PersistenceException(
                    "the append-only files in " + config.directory() + " cannot be used: " + e.getMessage(), e);
        } catch (RuntimeException | Error e) {
            lock.close();
            throw e;
        }
    }

    private Opened start(DirectoryLock lock, AofDirectory directory, AofOpener opener, CommitListener listener)
            throws IOException {
        boolean isVolatile =
                VOLATILE.contains(Files.getFileStore(config.directory()).type());
        AofWriter writer = opener.writer();
        AofRewriter rewriter = new AofRewriter(
                files, directory, writer, () -> settings, opener.manifest(), opener.totalBytes(), opener.baseBytes());
        Committer committer = new Committer(
                writer, listener, settings.appendFsync(), () -> settings.pausesSyncOnRewrite() && rewriter.isRunning());
        EverySecond everySecond = new EverySecond(
                writer,
                () -> committer.mode() == AppendFsync.EVERYSEC
                        && !(settings.pausesSyncOnRewrite() && rewriter.isRunning()),
                // After a failure under "always" nothing more may become durable, because the committer has stopped and
                // could not tell anyone.
                () -> committer.mode() != AppendFsync.ALWAYS && committer.failure() == null,
                rewriter::startIfGrown);
        committer.start(everySecond);
        everySecond.start();
        return new Opened(lock, directory, writer, rewriter, committer, everySecond, isVolatile);
    }

    private Opened opened() {
        Opened current = opened;
        if (current == null) {
            throw new IllegalStateException("not open");
        }
        return current;
    }

    @Override
    public DurabilityStatement durability() {
        AofSettings current = settings;
        return current.appendFsync().statement(current.pausesSyncOnRewrite(), opened().isVolatile());
    }

    @Override
    public @Nullable Refusal refusal(long payloadBytes, boolean addsData) {
        Throwable failure = opened().failure();
        return failure == null ? null : new Refusal(Refusal.Kind.LOG_FAILED, String.valueOf(failure.getMessage()));
    }

    @Override
    public long append(Transaction transaction) {
        return opened().writer().append(transaction, settings.isAnnotated());
    }

    @Override
    public long lastLsn() {
        return opened().writer().lastLsn();
    }

    @Override
    public long durableLsn() {
        return opened().committer().durableLsn();
    }

    @Override
    public boolean commitsInline() {
        return opened().committer().commitsInline();
    }

    @Override
    public void commit(long lsn) {
        opened().committer().commit(lsn);
    }

    @Override
    public void requestCommit(long lsn) {
        opened().committer().request(lsn);
    }

    @Override
    public DataSetFollower follower() {
        return this;
    }

    @Override
    public LogRewriter rewriter() {
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
        opened().rewriter().attach(dataSet);
    }

    @Override
    public String rewrite() {
        opened().rewriter().start();
        return "Background append only file rewriting started";
    }

    @Override
    public void reload(TransactionSink sink) {
        Opened current = opened();
        current.rewriter().whileSetIsFixed(() -> {
            try {
                current.writer().write();
                AofOpener.read(current.directory(), sink);
            } catch (IOException e) {
                throw new PersistenceException("the append-only files cannot be read: " + e.getMessage(), e);
            }
        });
    }

    @Override
    public void configure(Map<String, String> changes) {
        synchronized (settingsMonitor) {
            Map<String, String> changed = AofSettings.changed(values, changes);
            AofSettings newSettings = AofSettings.of(changed);
            try {
                opened().committer().change(newSettings.appendFsync());
            } catch (IOException e) {
                throw new ConfigurationException(
                        List.of("appendfsync cannot become always, the file cannot be synced: " + e.getMessage()));
            }
            values = changed;
            settings = newSettings;
        }
    }

    @Override
    public void info(InfoSink sink) {
        Opened current = opened();
        sink.field("aof_enabled", 1);
        current.rewriter().statistics().info(sink);
        sink.field("aof_last_write_status", current.failure() == null ? "ok" : "err");
        sink.field("aof_current_size", current.rewriter().currentBytes());
        sink.field("aof_base_size", current.rewriter().baseBytes());
        sink.field("aof_pending_rewrite", 0);
        sink.field("aof_buffer_length", current.writer().bufferedBytes());
        sink.field("aof_pending_bio_fsync", current.everySecond().isSyncing() ? 1 : 0);
        sink.field("aof_delayed_fsync", current.committer().delayedSyncs());
    }

    @Override
    public void close() {
        Opened closing = opened;
        if (closing == null) {
            return;
        }
        opened = null;
        try (closing.lock) {
            closing.rewriter().stop();
            closing.everySecond().stop();
            closing.committer().stop();
            finish(closing);
        }
    }

    private static void finish(Opened closing) {
        try {
            try {
                if (closing.committer().failure() == null) {
                    closing.writer().writeAndSync();
                }
            } finally {
                closing.writer().close();
            }
        } catch (IOException e) {
            throw new PersistenceException("the append-only file cannot be completed: " + e.getMessage(), e);
        }
    }
}
