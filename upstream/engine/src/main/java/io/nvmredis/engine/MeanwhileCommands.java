package io.nvmredis.engine;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.server.Response;
import io.nvmredis.engine.commands.AccessCommands;
import io.nvmredis.engine.commands.FunctionStats;
import io.nvmredis.engine.commands.ReplicaCommands;
import io.nvmredis.engine.commands.ResetCommand;
import io.nvmredis.engine.commands.TransactionCommands;
import io.nvmredis.engine.core.CommandEngine;
import io.nvmredis.engine.core.CommandSession;
import io.nvmredis.engine.core.SessionState;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs the commands that a client may run while a script holds the engine's lock, besides MULTI: FUNCTION STATS, AUTH,
 * HELLO, DISCARD, WATCH, UNWATCH, RESET, QUIT, and the words of replicas. Watches and tracking belong to the engine, so a
 * change of them is put off until the script's next
 * command, or until the next command of any client; no command that could reveal the delay runs before that.
 *
 * <p>An instance belongs to a session, whose thread calls it; {@link #bytes} is for any thread.
 */
final class MeanwhileCommands {
    /** Approximate bytes per action that is put off. */
    private static final int ACTION_BYTES = 128;

    /** Approximate bytes per key of an action that is put off, beside the key's own bytes. */
    private static final int WORD_BYTES = 48;

    private final CommandEngine engine;
    private final Consumer<Runnable> later;
    private final AtomicLong bytes = new AtomicLong();

    /**
     * Creates the commands of one session.
     *
     * @param later has an action run before the next command runs
     */
    MeanwhileCommands(CommandEngine engine, Consumer<Runnable> later) {
        this.engine = engine;
        this.later = later;
    }

    /** Returns the bytes of memory that actions take that are put off. Any thread may call this. */
    long bytes() {
        return bytes.get();
    }

    /** Runs a command and returns its reply; null if the command has to wait for the script. */
    @Nullable
    Slice run(CommandSession session, String command, List<Slice> parameters) {
        SessionState state = session.state();
        return switch (command) {
            case "auth" -> AccessCommands.auth(engine, session, parameters);
            case "hello" -> new AccessCommands.Hello().run(engine, session, parameters);
            case "discard" -> discard(state);
            case "function" -> FunctionStats.meanwhile(engine);
            case "watch" -> watch(state, parameters);
            case "unwatch" -> later(0, state::unwatch);
            case "reset" -> {
                later(0, () -> {
                    state.unwatch();
                    engine.monitors().remove(session);
                    session.tracking().stop();
                });
                yield ResetCommand.withoutWatches(engine, session);
            }
            case "replconf" -> replconf(session, parameters);
            case "quit" -> {
                session.output().close();
                yield Response.OK;
            }
            default -> null;
        };
    }

    /** A replica says how far it is, which nobody can look at before the script's end; all else waits for that. */
    private @Nullable Slice replconf(CommandSession session, List<Slice> parameters) {
        if (!session.state().isReplica()) {
            return null;
        }
        later(0, () -> ReplicaCommands.replconf(engine, session, parameters));
        return Response.SKIP;
    }

    private Slice discard(SessionState state) {
        if (!state.isTransactionModeOn()) {
            return Response.error(TransactionCommands.NOTHING_TO_DISCARD);
        }
        TransactionCommands.leave(state);
        return later(0, state::unwatch);
    }

    private Slice watch(SessionState state, List<Slice> keys) {
        if (state.isTransactionModeOn()) {
            return Response.error("ERR WATCH inside MULTI is not allowed");
        }
        long keyBytes = 0;
        for (Slice key : keys) {
            keyBytes += key.length() + WORD_BYTES;
        }
        return later(keyBytes, () -> state.watch(keys));
    }

    private Slice later(long wordBytes, Runnable action) {
        long taken = ACTION_BYTES + wordBytes;
        bytes.addAndGet(taken);
        later.accept(() -> {
            bytes.addAndGet(-taken);
            action.run();
        });
        return Response.OK;
    }
}
