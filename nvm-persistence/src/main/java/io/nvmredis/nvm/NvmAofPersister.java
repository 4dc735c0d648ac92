package io.nvmredis.nvm;

import io.nvmredis.nvm.log.GroupCommitter;
import io.nvmredis.nvm.log.Log;
import io.nvmredis.nvm.pmem.DomainProbe;
import io.nvmredis.nvm.pmem.MappedDirectory;
import io.nvmredis.nvm.pmem.PersistenceDomain;
import io.nvmredis.nvm.recovery.Recovered;
import io.nvmredis.nvm.recovery.Recovery;
import io.nvmredis.nvm.replay.ReplayThread;
import io.nvmredis.nvm.replay.TableColdStore;
import io.nvmredis.nvm.replay.TableRoom;
import io.nvmredis.nvm.table.Table;
import io.nvmredis.nvm.table.TableStatistics;
import io.nvmredis.spi.ColdStore;
import io.nvmredis.spi.CommitListener;
import io.nvmredis.spi.DurabilityStatement;
import io.nvmredis.spi.InfoSink;
import io.nvmredis.spi.LoadingListener;
import io.nvmredis.spi.LogRewriter;
import io.nvmredis.spi.Persister;
import io.nvmredis.spi.RecoveryReport;
import io.nvmredis.spi.Refusal;
import io.nvmredis.spi.TransactionSink;
import io.nvmredis.spi.effects.Transaction;
import io.nvmredis.spi.errors.PersistenceException;
import io.nvmredis.spi.support.DirectoryLock;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Persister that keeps transactions in a log of memory-mapped segments, and brings the data that they make to a table
 * some time later.
 *
 * <p>Where a persist takes microseconds, {@link #commit} does it on the caller's thread; where it takes milliseconds, a
 * thread of the persister's own commits in groups. Another thread applies durable transactions to the table. {@link
 * #open} sets the state, which is only read afterwards.
 */
public final class NvmAofPersister implements Persister {
    private static final Logger LOG = LoggerFactory.getLogger(NvmAofPersister.class);

    private final NvmConfig config;
    private volatile @Nullable Opened opened;

    /** Parts that {@code open} has made. */
    private record Opened(
            DirectoryLock lock,
            MappedDirectory directory,
            Log log,
            Table table,
            ReplayThread replay,
            ColdStore coldStore,
            GroupCommitter groupCommitter) {}

    NvmAofPersister(NvmConfig config) {
        this.config = config;
    }

    @Override
    public void warmUp() {
        DomainProbe.warmUp(config.domain());
        DirectoryLock.warmUp();
    }

    @Override
    public RecoveryReport open(TransactionSink sink, CommitListener listener, LoadingListener loading) {
        DirectoryLock lock = DirectoryLock.take(config.directory(), LOG::error);
        try {
            PersistenceDomain domain = DomainProbe.choose(config.domain(), config.directory(), config.emulation());
            MappedDirectory directory = new MappedDirectory(config.directory(), domain);
            Recovered recovered = new Recovery(
                            directory,
                            config.segmentLength(),
                            config.tableShape(directory.usableBytes()),
                            new SecureRandom()::nextLong)
                    .open(loading);
            opened = start(lock, directory, recovered, listener);
            return recovered.report();
        } catch (RuntimeException | Error e) {
            lock.close();
            throw e;
        }
    }

    private Opened start(DirectoryLock lock, MappedDirectory directory, Recovered recovered, CommitListener listener) {
        Log log = recovered.log();
        Table table = recovered.table();
        try {
            TableRoom room = new TableRoom(directory, table, recovered.shape(), config.capacityBytes());
            room.refresh();
            table.reportDurations(listener::took);
            long limitBytes = config.backlogLimitBytes(
                    directory.usableBytes() + table.statistics().usedBytes());
            ReplayThread replay =
                    new ReplayThread(log, recovered.replayer(), room, listener, limitBytes, recovered.replayedBytes());
            if (!directory.domain().persistsInline()) {
                replay.gatherFor(ReplayThread.LONG_GATHER_NANOS);
            }
            ColdStore coldStore = new TableColdStore(table, recovered.replayer());
            GroupCommitter groupCommitter = startThreads(log, replay, listener);
            return new Opened(lock, directory, log, table, replay, coldStore, groupCommitter);
        } catch (RuntimeException | Error e) {
            closeAll(table, log);
            throw e;
        }
    }

    private static GroupCommitter startThreads(Log log, ReplayThread replay, CommitListener listener) {
        try {
            log.start();
            replay.start();
            return new GroupCommitter(log, listener);
        } catch (RuntimeException | Error e) {
            // A failure here may be a lack of memory for another thread.
            replay.close();
            throw e;
        }
    }

    private Opened opened() {
        Opened current = opened;
        if (current == null) {
            throw new IllegalStateException("not open");
        }
        return current;
    }

    @Override
    public ColdStore coldStore() {
        return opened().coldStore();
    }

    @Override
    public DurabilityStatement durability() {
        PersistenceDomain domain = opened().directory().domain();
        return new DurabilityStatement(domain.word(), true, domain.survivesPowerLoss(), domain.detail());
    }

    @Override
    public @Nullable Refusal refusal(long payloadBytes, boolean addsData) {
        Opened current = opened();
        String reason = current.log().refusal(payloadBytes);
        return reason == null
                ? current.replay().refusal(payloadBytes, addsData)
                : new Refusal(Refusal.Kind.LOG_FAILED, reason);
    }

    @Override
    public boolean isBackedUp() {
        return opened().replay().isBackedUp();
    }

    /**
     * Returns a rewriter that has always begun: the replay rewrites the log into the table all the time, and gives the
     * rewritten log back.
     */
    @Override
    public LogRewriter rewriter() {
        opened();
        return () -> "Background append only file rewriting started";
    }

    @Override
    public long append(Transaction transaction) {
        Opened current = opened();
        long lsn = current.log().append(transaction.bytes(), 0, transaction.length());
        current.replay().appended();
        return lsn;
    }

    @Override
    public long lastLsn() {
        return opened().log().lastLsn();
    }

    @Override
    public long durableLsn() {
        return opened().log().durableLsn();
    }

    @Override
    public boolean commitsInline() {
        return opened().directory().domain().persistsInline();
    }

    @Override
    public void commit(long lsn) {
        opened().log().commit(lsn);
    }

    @Override
    public void requestCommit(long lsn) {
        opened().groupCommitter().request(lsn);
    }

    @Override
    public void info(InfoSink sink) {
        Opened current = opened();
        Log log = current.log();
        PersistenceDomain domain = current.directory().domain();
        PersistenceException failure = log.failure();
        sink.field("aof_enabled", 1);
        sink.field("aof_last_write_status", failure == null && log.shortage() == null ? "ok" : "err");
        sink.field("nvm_domain", domain.word());
        sink.field("nvm_survives_power_loss", domain.survivesPowerLoss() ? 1 : 0);
        sink.field("nvm_emulated_latency_ns", config.emulation().latencyNanos());
        sink.field("nvm_emulated_bandwidth", config.emulation().bytesPerSecond());
        sink.field("nvm_log_bytes", log.allocatedBytes());
        sink.field("nvm_log_segments", log.segmentCount());
        sink.field("nvm_recycled_segments", log.recycledCount());
        sink.field("nvm_last_lsn", log.lastLsn());
        sink.field("nvm_durable_lsn", log.durableLsn());
        sink.field("nvm_commits", log.commitCount());
        sink.field("nvm_appended_bytes", log.appendedBytes());
        sink.field("nvm_flushed_bytes", current.directory().flushedBytes());
        sink.field("nvm_flushed_bytes_in_256", current.directory().flushedBlockBytes());
        current.replay().info(sink);
        infoOfTable(current.table(), sink);
    }

    private static void infoOfTable(Table table, InfoSink sink) {
        TableStatistics statistics = table.statistics();
        sink.field("nvm_checkpoint_lsn", table.checkpointLsn());
        sink.field("nvm_table_bytes", statistics.usedBytes());
        sink.field("nvm_table_live_bytes", statistics.liveBytes());
        sink.field("nvm_table_keys", statistics.keyCount());
        sink.field("nvm_table_damaged_segments", statistics.damagedSegmentCount());
        sink.field("nvm_table_damaged_index_files", statistics.damagedIndexFileCount());
        sink.field("nvm_table_damaged_reads", statistics.damagedReadCount());
        sink.field("nvm_folds", statistics.foldCount());
        sink.field("nvm_cleaned_segments", statistics.cleanedSegmentCount());
    }

    @Override
    public void close() {
        Opened closing = opened;
        if (closing == null) {
            return;
        }
        opened = null;
        // In this order, and each even if one before it has failed, so that no thread is left that uses unmapped
        // memory.
        try {
            closing.groupCommitter().close();
            if (closing.log().failure() == null) {
                closing.log().commit(closing.log().lastLsn());
            }
        } finally {
            closeAll(closing.replay(), closing.table(), closing.log(), closing.lock());
        }
    }

    private static void closeAll(AutoCloseable... closeables) {
        RuntimeException failure = null;
        for (AutoCloseable closeable : closeables) {
            try {
                closeable.close();
            } catch (RuntimeException e) {
                failure = failure == null ? e : failure;
            } catch (Exception e) {
                failure = failure == null ? new PersistenceException("cannot be closed: " + e, e) : failure;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
