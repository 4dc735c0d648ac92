package io.nvmredis.engine;

import io.nvmredis.engine.errors.ErrorReplies;
import io.nvmredis.spi.Refusal;
import io.nvmredis.spi.errors.PersistenceException;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Runs the transactions that another server sends as it goes on, and records what they change: the other end of a
 * replication stream. There is no client, and nothing expires by itself meanwhile, because the other server says what
 * has.
 *
 * <p>One thread, which may have to wait.
 */
public final class CommandRunner {
    private static final long ROOM_POLL_NANOS = 500_000;

    private final Engine engine;
    private final ForeignCommands commands;

    /** Runs them on an engine that serves. */
    public CommandRunner(Engine engine) {
        this.engine = engine;
        commands = new ForeignCommands(engine);
    }

    /**
     * Runs the commands of one transaction, which is recorded as one; waits before that while the log has no room.
     *
     * @param bytes holds the commands in RESP, one after the other, beginning in database 0, between {@code offset} and
     *     {@code offset + length}; MULTI and EXEC among them are passed over
     * @return LSN of the last transaction that the persister has; see {@link io.nvmredis.spi.Persister#commit}
     * @throws PersistenceException if one of the commands is not known (none has been run then), or what they change
     *     cannot be kept
     */
    public long run(byte[] bytes, int offset, int length) {
        while (engine.isBackedUp()) {
            LockSupport.parkNanos(ROOM_POLL_NANOS);
        }
        commands.run(bytes, offset, length, (spec, words, database) -> {}, action -> transact(action, length));
        return engine.persister().lastLsn();
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

    /** Whether this command of another server's changes no data, whatever its arguments. */
    public static boolean isWithoutEffect(List<byte[]> command) {
        return ForeignTranslator.isWithoutEffect(command);
    }

    /**
     * Whether this command of another server's changes no data, or can be run here.
     *
     * @throws PersistenceException if it is malformed
     */
    public static boolean knows(List<byte[]> command) {
        return ForeignCommands.knows(command);
    }

    /** How many commands have been answered with an error so far. */
    public long errorCount() {
        return commands.errorCount();
    }

    /** Which command of the last transaction was answered with an error, and which; null if none was. */
    public @Nullable String error() {
        return commands.error();
    }
}
