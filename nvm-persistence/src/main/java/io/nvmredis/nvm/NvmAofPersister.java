package io.nvmredis.nvm;

import io.nvmredis.nvm.log.GroupCommitter;
import io.nvmredis.nvm.log.Log;
import io.nvmredis.nvm.pmem.DirectoryLock;
import io.nvmredis.nvm.pmem.DomainProbe;
import io.nvmredis.nvm.pmem.MappedDirectory;
import io.nvmredis.nvm.pmem.PersistenceDomain;
import io.nvmredis.nvm.pmem.PmemDirectory;
import io.nvmredis.nvm.recovery.RecoveredLog;
import io.nvmredis.nvm.recovery.Recovery;
import io.nvmredis.spi.CommitListener;
import io.nvmredis.spi.DurabilityStatement;
import io.nvmredis.spi.InfoSink;
import io.nvmredis.spi.LoadingListener;
import io.nvmredis.spi.PersistenceException;
import io.nvmredis.spi.Persister;
import io.nvmredis.spi.RecoveryReport;
import io.nvmredis.spi.Transaction;
import io.nvmredis.spi.TransactionSink;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/**
 * Keeps transactions in a log of memory-mapped segments.
 *
 * <p>Where a persist takes microseconds, {@link #commit} does it on the caller's thread; where it takes milliseconds, a
 * thread of our own commits in groups. State is set by {@link #open} and only read afterwards.
 */
public final class NvmAofPersister implements Persister {
    private final NvmConfig config;
    private volatile @Nullable Opened opened;

    /** What open has made. */
    private record Opened(DirectoryLock lock, PersistenceDomain domain, Log log, GroupCommitter groupCommitter) {}

    NvmAofPersister(NvmConfig config) {
        this.config = config;
    }

    @Override
    public RecoveryReport open(TransactionSink sink, CommitListener listener, LoadingListener loading) {
        DirectoryLock lock = DirectoryLock.take(config.directory());
        try {
            PersistenceDomain domain = DomainProbe.choose(config.domain(), config.directory());
            PmemDirectory directory = new MappedDirectory(config.directory(), domain);
            RecoveredLog recovered =
                    new Recovery(directory, config.segmentLength(), new SecureRandom()::nextLong).open(sink);
            Log log = new Log(recovered.start(), recovered.files());
            log.start();
            opened = new Opened(lock, domain, log, new GroupCommitter(log, listener));
            return recovered.report();
        } catch (RuntimeException | Error e) {
            lock.close();
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
    public DurabilityStatement durability() {
        PersistenceDomain domain = opened().domain();
        return new DurabilityStatement(domain.word(), true, domain.survivesPowerLoss(), domain.detail());
    }

    @Override
    public @Nullable String refusal(long payloadBytes, boolean addsData) {
        String reason = opened().log().refusal(payloadBytes);
        return reason == null ? null : "MISCONF Errors writing to the AOF file: " + reason;
    }

    @Override
    public long append(Transaction transaction) {
        return opened().log().append(transaction.bytes(), 0, transaction.length());
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
        return opened().domain().persistsInline();
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
        Log log = opened().log();
        PersistenceDomain domain = opened().domain();
        PersistenceException failure = log.failure();
        sink.field("aof_enabled", 1);
        sink.field("aof_last_write_status", failure == null && log.shortage() == null ? "ok" : "err");
        sink.field("nvm_domain", domain.word());
        sink.field("nvm_survives_power_loss", domain.survivesPowerLoss() ? 1 : 0);
        sink.field("nvm_log_bytes", log.allocatedBytes());
        sink.field("nvm_log_segments", log.segmentCount());
        sink.field("nvm_last_lsn", log.lastLsn());
        sink.field("nvm_durable_lsn", log.durableLsn());
        sink.field("nvm_commits", log.commitCount());
        sink.field("nvm_appended_bytes", log.appendedBytes());
    }

    @Override
    public void close() {
        Opened closing = opened;
        if (closing == null) {
            return;
        }
        opened = null;
        try {
            closing.groupCommitter().close();
            closing.log().close();
        } finally {
            closing.lock().close();
        }
    }
}
