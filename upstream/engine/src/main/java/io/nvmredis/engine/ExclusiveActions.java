package io.nvmredis.engine;

import io.nvmredis.engine.errors.ErrorReplies;
import io.nvmredis.engine.keyspace.Residency;
import io.nvmredis.spi.Persister;
import io.nvmredis.spi.Refusal;
import io.nvmredis.spi.TransactionSink;
import io.nvmredis.spi.errors.PersistenceException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** Actions of DEBUG that the engine carries out while no other command runs. */
final class ExclusiveActions {
    private static final long SLEEP_POLL_NANOS = 100_000_000;
    private static final long APPLIED_POLL_NANOS = 500_000;

    private final Engine engine;
    private final Ending ending;

    ExclusiveActions(Engine engine, Ending ending) {
        this.engine = engine;
        this.ending = ending;
    }

    /** Does what {@link io.nvmredis.engine.core.CommandEngine#sleep} says. */
    void sleep(long nanos) {
        long end = System.nanoTime() + nanos;
        synchronized (engine.lock()) {
            for (long left = nanos; left > 0 && ending.mayDawdle(); left = end - System.nanoTime()) {
                LockSupport.parkNanos(Math.min(left, SLEEP_POLL_NANOS));
            }
        }
    }

    /** Does what {@link io.nvmredis.engine.core.CommandEngine#forgetCopies} says. */
    void forgetCopies() {
        Residency forgetting = engine.residency();
        if (forgetting == null) {
            return;
        }
        Persister persister = engine.persister();
        long lsn = persister.lastLsn();
        persister.commit(lsn);
        while (forgetting.store().appliedLsn() < lsn) {
            Refusal refusal = persister.refusal(0, false);
            if (refusal != null) {
                // The cold side may never get to that LSN.
                throw new PersistenceException(ErrorReplies.of(refusal));
            }
            forgetting.store().applySoon();
            LockSupport.parkNanos(APPLIED_POLL_NANOS);
            if (ending.hasBegun() || !ending.mayDawdle()) {
                throw new PersistenceException("ERR the server is shutting down");
            }
        }
        synchronized (engine.lock()) {
            forgetting.evictAll();
        }
    }

    /** Does what {@link io.nvmredis.engine.core.CommandEngine#reload} says. */
    void reload(Consumer<TransactionSink> source, boolean isToBeEmptied) {
        synchronized (engine.lock()) {
            engine.invalidations().begin(null);
            Reload reload = new Reload(engine, isToBeEmptied);
            try {
                engine.recorder().runClosed(() -> {
                    source.accept(reload);
                    reload.finish();
                });
                engine.weighAll();
            } catch (RuntimeException | Error e) {
                if (reload.hasBegun()) {
                    engine.transactions().failed(new PersistenceException(String.valueOf(e.getMessage()), e), true);
                }
                throw e;
            }
            engine.replication().beginAnew();
            engine.transactions().pushes().deliver(engine.persister().lastLsn());
            engine.waiters().everythingChanged();
            engine.transactions().serveWaiters();
        }
    }
}
