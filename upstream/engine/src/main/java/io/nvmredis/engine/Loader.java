package io.nvmredis.engine;

import io.nvmredis.engine.keyspace.EffectApplier;
import io.nvmredis.spi.TransactionSink;
import io.nvmredis.spi.errors.PersistenceException;

/**
 * Puts into the databases what a persister hands back: applies effects and runs other commands, and records nothing of
 * that. A command that replies an error here has succeeded on the server that wrote it down, so the data cannot be
 * restored as they were: the error ends the loading.
 *
 * <p>One thread uses a loader, and takes the engine's lock for each transaction.
 */
final class Loader implements TransactionSink {
    private final Engine engine;
    private final EffectApplier applier;
    private final ForeignCommands commands;

    Loader(Engine engine) {
        this.engine = engine;
        applier = new EffectApplier(engine.databases());
        commands = new ForeignCommands(engine);
    }

    @Override
    public void apply(long lsn, byte[] bytes, int offset, int length) {
        engine.loading().requireWanted();
        synchronized (engine.lock()) {
            applier.apply(lsn, bytes, offset, length);
        }
    }

    @Override
    public void run(long lsn, byte[] bytes, int offset, int length) {
        engine.loading().requireWanted();
        try {
            commands.run(bytes, offset, length, applier::finishFor, engine.recorder()::runUnrecorded);
            String error = commands.error();
            if (error != null) {
                throw new PersistenceException(error);
            }
        } catch (PersistenceException e) {
            throw new PersistenceException("transaction " + lsn + ": " + e.getMessage(), e);
        }
    }

    /** Completes the loading after the last transaction. The caller holds the engine's lock. */
    void finish() {
        applier.finish();
    }
}
