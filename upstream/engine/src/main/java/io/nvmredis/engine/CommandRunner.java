package io.nvmredis.engine;

import io.nvmredis.engine.errors.ErrorReplies;
import io.nvmredis.spi.Refusal;
import io.nvmredis.spi.errors.PersistenceException;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Runs the transactions that another server sends as it goes on, and records their changes: the receiving end of a
 * replication stream. No client is involved, and no key expires by itself meanwhile, because the other server says
 * which keys have expired.
 *
 * <p>One thread uses a runner, and may have to wait.
 */
public final class CommandRunner {
    private static final long ROOM_POLL_NANOS = 500_000;

    private final Engine engine;
    private final ForeignCommands commands;

    /** Creates a runner on an engine that serves. */
    public CommandRunner(Engine engine) {
        this.engine = engine;
        commands = new ForeignCommands(engine);
    }

    /**
     * Runs the commands of one transaction, which is recorded as one; waits before that while the log has no room.
     *
     * @param bytes holds the commands in RESP, one after the other, beginning in database 0, between {@code offset} and
     *     {@code offset + length}; MULTI and EXEC among them are skipped
     * @return LSN of the last transaction that the persister has; see {@link io.nvmredis.spi.Persister#commit}
     * @throws PersistenceException if one of the commands is not known (none has been run then), or if the changes
     *     cannot be kept
     */
    public long run(byte[] bytes, int offset, int length) {
        while (engine.isBackedUp()) {
            LockSupport.parkNanos(ROOM_POLL_NANOS);
        }
        commands.run(bytes, offset, length, (spec, words, database) -> {}, action -> transact(action, length));
        return engine.persister().lastLsn();
    }

    /** Runs the effects of one transaction, as {@link #run} does with commands. */
    public long apply(byte[] bytes, int offset, int length) {
        commands.areEffects(true);
        try {
            return run(bytes, offset, length);
        } finally {
            commands.areEffects(false);
        }
    }

    private void transact(Runnable action, int length) {
        String refusal = engine.transactions().failure();
        if (refusal == null) {
            Refusal ofPersister = engine.persister().refusal(length, true);
            refusal = ofPersister == null ? null : ErrorReplies.of(ofPersister);
        }
        if (refusal == null) {
            engine.transactions().transact(action);
            refusal = engine.transactions().failure();
        }
        if (refusal != null) {
            throw new PersistenceException(refusal);
        }
    }

    /** Tells whether this command of another server changes no data, whatever its arguments. */
    public static boolean isWithoutEffect(List<byte[]> command) {
        return ForeignTranslator.isWithoutEffect(command);
    }

    /**
     * Tells whether this command of another server changes no data, or can be run here.
     *
     * @throws PersistenceException if the command is malformed
     */
    public static boolean knows(List<byte[]> command) {
        return ForeignCommands.knows(command);
    }

    /** Returns the number of commands that have replied an error so far. */
    public long errorCount() {
        return commands.errorCount();
    }

    /** Describes the first command of the last transaction that replied an error, with that error; null if none did. */
    public @Nullable String error() {
        return commands.error();
    }
}
