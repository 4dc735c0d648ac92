package io.nvmredis.transfer;

import io.nvmredis.engine.CommandRunner;
import io.nvmredis.engine.Engine;
import io.nvmredis.spi.Persister;
import io.nvmredis.spi.Saver;
import io.nvmredis.spi.effects.Transaction;
import io.nvmredis.spi.errors.PersistenceException;
import java.time.Clock;
import java.util.List;

/** Data set in an engine without a network, which is filled by running commands. */
final class EngineDestination implements AutoCloseable {
    /** Number of transactions per commit, which makes them durable at once. */
    private static final int COMMIT_COUNT = 1_000;

    private static final List<byte[]> FLUSHALL = List.of(WordText.bytes("FLUSHALL"));
    private static final List<byte[]> FUNCTION_FLUSH = List.of(WordText.bytes("FUNCTION"), WordText.bytes("FLUSH"));

    private final Persister persister;
    private final Engine engine;
    private final CommandRunner runner;
    private final Room room;
    private int uncommitted;
    private boolean hasChanged;
    private boolean isClosed;

    EngineDestination(DataHome home, Room room) {
        this.room = room;
        persister = home.persisters().get();
        engine = Engine.open(persister, Clock.systemUTC(), room, new OfflineContext(home));
        runner = new CommandRunner(engine);
    }

    Persister persister() {
        return persister;
    }

    long keyCount() {
        return engine.keyCount();
    }

    void apply(Transaction effects) {
        run(() -> runner.apply(effects.bytes(), 0, effects.length()));
    }

    void run(CommandBuffer commands) {
        byte[] bytes = commands.toByteArray();
        run(bytes, 0, bytes.length);
    }

    void run(byte[] commands, int offset, int length) {
        run(() -> runner.run(commands, offset, length));
    }

    private void run(Runnable transaction) {
        room.await(persister);
        hasChanged = true;
        try {
            transaction.run();
        } catch (PersistenceException e) {
            throw new TransferException("no more can be taken: " + e.getMessage(), e);
        }
        String error = runner.error();
        if (error != null) {
            throw new TransferException(error + "; it has succeeded there, so the data would not be the same");
        }
        if (++uncommitted >= COMMIT_COUNT) {
            uncommitted = 0;
            persister.requestCommit(persister.lastLsn());
        }
    }

    void clear() {
        CommandBuffer buffer = new CommandBuffer();
        buffer.add(FLUSHALL);
        buffer.add(FUNCTION_FLUSH);
        run(buffer);
    }

    @Override
    public void close() {
        if (isClosed) {
            return;
        }
        isClosed = true;
        Saver saver = persister.saver();
        try {
            if (saver != null && hasChanged) {
                saver.save();
            }
        } finally {
            engine.close();
        }
    }
}
