package io.nvmredis.bench.run;

import io.nvmredis.bench.load.DataShape;
import io.nvmredis.bench.load.Workload;
import io.nvmredis.spi.CommitListener;
import io.nvmredis.spi.LoadingListener;
import io.nvmredis.spi.Persister;
import io.nvmredis.spi.PersisterConfig;
import io.nvmredis.spi.PersisterProvider;
import io.nvmredis.spi.effects.Effect;
import io.nvmredis.spi.effects.Effects;
import io.nvmredis.spi.effects.Transaction;
import io.nvmredis.spi.errors.PersistenceException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;

/** A persister of {@code nvm-aof} in this process, whose log is filled and then applied to the table as fast as it goes. */
public final class ReplayedPersister implements AutoCloseable, CommitListener {
    private static final long POLL_NANOS = 100_000;

    private final Persister persister;
    private final DataShape keys;
    private final SplittableRandom random = new SplittableRandom(1);
    private final Transaction transaction = new Transaction();
    private final Effects effects = new Effects(transaction);

    /**
     * Opens it.
     *
     * @param settings of nvm-aof
     */
    public ReplayedPersister(Path directory, DataShape keys, Map<String, String> settings) {
        PersisterProvider provider = ServiceLoader.load(PersisterProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(found -> found.name().equals("nvm-aof"))
                .findFirst()
                .orElseThrow();
        this.persister = provider.create(new PersisterConfig(directory, settings));
        this.keys = keys;
        persister.open((lsn, bytes, offset, length) -> {}, this, LoadingListener.NONE);
    }

    /** Sets every key once. */
    public void fill() {
        for (int key = 0; key < keys.keyCount(); key++) {
            append(key);
        }
        apply();
    }

    /** Sets keys at random, and returns how many transactions were applied a second. */
    public double run(int count) {
        for (int i = 0; i < count; i++) {
            append(random.nextInt(keys.keyCount()));
        }
        long start = System.nanoTime();
        apply();
        return count * 1e9 / (System.nanoTime() - start);
    }

    private void append(long key) {
        transaction.reset();
        effects.begin(Effect.SET, 2)
                .argument(Workload.keyName(key).getBytes(StandardCharsets.US_ASCII))
                .argument(Workload.value(keys, key).getBytes(StandardCharsets.US_ASCII));
        persister.append(transaction);
    }

    /** What was appended is committed now, and not before, so that there is nothing to replay before the clock runs. */
    private void apply() {
        long lsn = persister.lastLsn();
        persister.commit(lsn);
        while (Objects.requireNonNull(persister.coldStore()).appliedLsn() < lsn) {
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    @Override
    public void onDurable(long durableLsn) {}

    @Override
    public void onCommitFailed(PersistenceException failure) {
        throw failure;
    }

    @Override
    public void close() {
        persister.close();
    }
}
